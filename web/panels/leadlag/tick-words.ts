import type { TickLead, TickLeads, UnclearLead } from '../../../shaders/analyses/tick-leads.ts';
import { grouped, plural } from '../../ui/format.ts';

/** `50 ms`, `1.1 s`. */
export function lagText(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** `40 … 60 ms`. */
export function lagRange({ lagLow, lagHigh }: Pick<TickLead, 'lagLow' | 'lagHigh'>): string {
  const [low, high] = [lagText(lagLow), lagText(lagHigh)];
  return lagLow < 1000 && lagHigh < 1000 ? `${low.slice(0, -3)} … ${high}` : `${low} … ${high}`;
}

/** Of 400 markets, this one among them, no smaller share can be told. */
export const chanceText = (p: number): string => (p <= 0.0025 ? '≤ 0.0025' : p.toFixed(3));

/** Of whom it is seen that one moves after the other, and not who. */
export function unclearText(unclear: readonly UnclearLead[]): string {
  const named = unclear.slice(0, NAMED).map(({ names: [one, other], lag, clocksMs }) => {
    const clocks =
      clocksMs === null
        ? 'one of their clocks was never measured'
        : `their clocks may be ${lagText(clocksMs)} apart`;
    return `${one} and ${other} move ${lagText(lag)} apart and ${clocks}`;
  });
  const more = unclear.length - named.length;
  const rest = more > 0 ? `, and so it is with ${plural(more, 'other pair')}` : '';
  return `Who is first is not told: ${named.join('; ')}${rest}.`;
}

const NAMED = 3;

/** How many trades of whom it rests on. */
export function ticksText({ ticks, spanMs }: Pick<TickLeads, 'ticks' | 'spanMs'>): string {
  const each = ticks.map(({ name, ticks: count }) => `${name} ${grouped(String(count))}`).join(', ');
  const dropped = ticks.reduce((sum, { dropped: left }) => sum + left, 0);
  const left = dropped > 0 ? ` ${plural(dropped, 'trade')} out of order or without a price left out.` : '';
  return `Times traded in ${Math.round(spanMs / 1000)} s without a break: ${each}.${left}`;
}
