import { quoted } from './fault.ts';

/** What was dirty, and what was done about it. */
export interface Finding {
  readonly rule: Rule;
  /** null: it is of a date, not of an instrument. */
  readonly instrument: string | null;
  /** µs: the first and the last date that it is about. */
  readonly from: number;
  readonly to: number;
  /** The price; null where it is not about one. */
  readonly value: number | null;
  /** Prices, dates or rows that it is about. */
  readonly count: number;
}

export const RULES = {
  'not-a-price': 'A price of zero, below zero, or beyond any size a price has, or none: taken out.',
  spike: 'A single price that jumps and comes back: taken out. It may have been real.',
  constant: 'A price that never moves: it has no correlation.',
  'flat-run': 'The same price for long: kept, as returns of zero.',
  'stale-head':
    'The same price for long from the first date: taken out, filled in for a time before trading.',
  'stale-tail': 'The same price for long to the last date: taken out, trading had ended.',
  missing: 'Nothing written: no return, and none across it.',
  'time-gap': 'Dates are missing: no return across them.',
  'repeated-date': 'A date that comes more than once: the last row counts.',
  order: 'Rows that were not in the order of time: sorted by date.',
} as const;
export type Rule = keyof typeof RULES;

export interface CleaningReport {
  /** False: only what cannot be a return was left out. */
  readonly cleaned: boolean;
  /** Every finding is counted. */
  readonly counts: Readonly<Record<Rule, number>>;
  /** The first of each rule, in the order of instruments and dates. */
  readonly findings: readonly Finding[];
}

/** A report is for people, and travels: of each rule so many are listed, all are counted. */
const LISTED = 1000;

export class Findings {
  readonly #counts = Object.fromEntries(Object.keys(RULES).map((rule) => [rule, 0])) as Record<Rule, number>;
  readonly #findings: Finding[] = [];

  add(finding: Finding): void {
    this.#counts[finding.rule]++;
    if (this.#counts[finding.rule] <= LISTED) this.#findings.push(finding);
  }

  report(cleaned: boolean): CleaningReport {
    return { cleaned, counts: { ...this.#counts }, findings: this.#findings };
  }
}

/** How many findings a report counts and does not list. */
export function unlisted({ counts, findings }: CleaningReport): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0) - findings.length;
}

/** `COL 2019-03-21: 18.9`, `AAV 2013-01-02 – 2013-02-01 (22)`. */
export function findingText({ instrument, from, to, value, count }: Finding): string {
  const when = from === to ? dateText(from) : `${dateText(from)} – ${dateText(to)}`;
  const who = instrument === null ? '' : `${quoted(instrument).slice(1, -1)} `;
  const what = value === null ? '' : `: ${Number.isFinite(value) ? String(value) : 'not a number'}`;
  return `${who}${when}${what}${count > 1 ? ` (${count})` : ''}`;
}

/** `2015-01-31`, with its time where it has one. UTC. */
export function dateText(micros: number): string {
  const text = new Date(micros / 1000).toISOString();
  return text.endsWith('T00:00:00.000Z') ? text.slice(0, 10) : text.slice(0, 19).replace('T', ' ');
}
