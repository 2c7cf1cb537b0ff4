/**
 * What a record is found by: its terms, and those that a search asks for. A record matches when it
 * has every term asked for. Pure.
 */
import type { AuditRecord, AuditSearch } from '../../protocol/audit.ts';

/** Every record has it. */
export const EVERY = 'e:';

const WORD_MAX = 64;
const ASCII = /^[\x20-\x7f\s]*$/;

/** Runs of letters and digits, in lower case: `order.place` is two words, `BTC-USDT` too. */
export function wordsOf(text: string): string[] {
  const words = ASCII.test(text)
    ? text.toLowerCase().match(/[a-z0-9]+/g)
    : text
        .normalize('NFKC')
        .toLowerCase()
        .match(/[\p{L}\p{N}\p{M}]+/gu);
  return (words ?? []).map((word) => (word.length > WORD_MAX ? word.slice(0, WORD_MAX) : word));
}

/** `auth.factor.add` is of the families `auth.` and `auth.factor.`. */
function familiesOf(action: string): string[] {
  const families: string[] = [];
  for (let dot = action.indexOf('.'); dot >= 0; dot = action.indexOf('.', dot + 1)) {
    families.push(action.slice(0, dot + 1));
  }
  return families;
}

export function termsOf(record: AuditRecord): Set<string> {
  const { seq: _seq, v: _v, wall: _wall, wallError: _wallError, mono: _mono, ...said } = record;
  const terms = new Set([EVERY, `a:${record.actor}`, `c:${record.action}`, `s:${record.scope}`]);
  for (const family of familiesOf(record.action)) terms.add(`f:${family}`);
  for (const flag of record.flags) terms.add(`g:${flag}`);
  if (record.order !== null) terms.add(`o:${record.order}`);
  if (record.client !== null) terms.add(`o:${record.client}`);
  // Times and the sequence are asked for by their own fields; every other word counts.
  for (const value of Object.values(said)) addWords(terms, value);
  return terms;
}

function addWords(terms: Set<string>, value: unknown): void {
  if (typeof value === 'string') {
    for (const word of wordsOf(value)) terms.add(`w:${word}`);
  } else if (typeof value === 'number' || typeof value === 'boolean') {
    for (const word of wordsOf(String(value))) terms.add(`w:${word}`);
  } else if (Array.isArray(value)) {
    for (const one of value) addWords(terms, one);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, one] of Object.entries(value)) {
      addWords(terms, key);
      addWords(terms, one);
    }
  }
}

/** An order is found by our id of it and by the sender's. */
export function termsSought(search: AuditSearch): string[] {
  const { actor, action, order, scope, flag, text } = search;
  const terms = new Set<string>();
  if (actor !== undefined) terms.add(`a:${actor}`);
  if (action !== undefined) terms.add(action.endsWith('.') ? `f:${action}` : `c:${action}`);
  if (order !== undefined) terms.add(`o:${order}`);
  if (scope !== undefined) terms.add(`s:${scope}`);
  if (flag !== undefined) terms.add(`g:${flag}`);
  for (const word of wordsOf(text ?? '')) terms.add(`w:${word}`);
  return [...terms];
}
