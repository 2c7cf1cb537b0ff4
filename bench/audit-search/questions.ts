/** The 20 questions of `npm run bench -- audit-search`, as a person at the audit panel asks them. */
import type { AuditRecord, AuditSearch } from '../../protocol/audit.ts';
import type { Micros } from '../../protocol/units.ts';

export interface Question {
  readonly name: string;
  readonly search: Partial<AuditSearch>;
}

/** `known`: some records of the middle of the log, so that what is asked for exists. */
export function questionsAbout(
  known: readonly AuditRecord[],
  first: AuditRecord,
  last: AuditRecord,
): Question[] {
  const micros = (record: AuditRecord): number => Number(BigInt(record.wall) / 1000n);
  const at = (part: number): Micros =>
    Math.floor(micros(first) + (micros(last) - micros(first)) * part) as Micros;
  const placed = known.find((record) => record.action === 'order.place');
  const signedIn = known.find((record) => record.action.startsWith('auth.'));
  const symbol = placed?.scope ?? '';
  const strategy = placed?.actor ?? '';
  const user = signedIn?.actor ?? '';
  return [
    { name: 'everything', search: {} },
    { name: 'a tenth of the time', search: { from: at(0.45), to: at(0.55) } },
    { name: 'one strategy', search: { actor: strategy } },
    { name: 'one user', search: { actor: user } },
    { name: 'every order change', search: { action: 'order.change' } },
    { name: 'family order.', search: { action: 'order.' } },
    { name: 'family halt.', search: { action: 'halt.' } },
    { name: 'one order', search: { order: placed?.order ?? '' } },
    { name: 'the sender’s order id', search: { order: placed?.client ?? '' } },
    { name: 'one symbol', search: { scope: symbol } },
    { name: 'flag spooled', search: { flag: 'spooled' } },
    { name: 'text: limit (common)', search: { text: 'limit' } },
    { name: 'text: filled buy', search: { text: 'filled buy' } },
    { name: 'text: symbol and collar', search: { text: `${symbol} collar` } },
    { name: 'text: announcement (rare)', search: { text: 'announcement' } },
    { name: 'text: nowhere', search: { text: 'unheardof' } },
    { name: 'strategy, symbol', search: { actor: strategy, scope: symbol } },
    {
      name: 'symbol, refusals, a third of the time',
      search: { scope: symbol, action: 'order.refuse', from: at(0.3), to: at(0.63) },
    },
    { name: 'user, family halt., text', search: { actor: user, action: 'halt.', text: 'venue reconnect' } },
    {
      name: 'server, changes, text cancelled, half the time',
      search: { actor: 'server', action: 'order.change', text: 'cancelled', to: at(0.5) },
    },
  ];
}
