/** What the health row of the server's own kernels says: pure. */
import { figure, type RowReading } from '../health/rows.ts';
import type { KernelReport } from './report.ts';

/** A part of a report that an alarm or a limit rests on. */
export type Needed = 'shock' | 'cascade' | 'wild' | 'flash' | 'coExceedance' | 'risk';

export interface KernelsReading {
  /** Null: it runs, or has not begun. */
  readonly dead: string | null;
  readonly report: KernelReport | null;
  /** Since the report came; null without one. */
  readonly ageSeconds: number | null;
  readonly isFresh: boolean;
  readonly runs: number;
  readonly skipped: number;
  readonly cut: number;
  readonly restarts: number;
  readonly needed: readonly Needed[];
}

const WORDS: Readonly<Record<Needed, string>> = {
  shock: 'a correlation shock',
  cascade: 'a cascade',
  wild: 'the volatility regime',
  flash: 'a flash crash',
  coExceedance: 'a fall of the whole market',
  risk: 'the book’s value at risk',
};

export function kernelsRow(reading: KernelsReading): RowReading {
  const { dead, report, ageSeconds, isFresh, needed } = reading;
  const row = (state: RowReading['state'], sentence: string): RowReading => ({
    id: 'kernels',
    name: 'Market analyses',
    state,
    sentence,
    figures: [
      figure('runs', reading.runs, 'count'),
      figure('runs skipped', reading.skipped, 'count'),
      figure('runs cut', reading.cut, 'count'),
      figure('restarts', reading.restarts, 'count'),
      figure('last run took', report && Math.round(report.ms), 'ms'),
      figure('instruments', report?.instruments ?? null, 'count'),
    ],
  });
  if (dead !== null) return row('down', dead);
  if (report === null || ageSeconds === null) return row('unknown', 'Nothing was computed yet.');
  const age = `${ageSeconds.toFixed(0)} s`;
  if (!isFresh) return row('unknown', `The last run is ${age} old: nothing is known of the market now.`);
  const missing = needed.flatMap((part) => {
    const told = report[part];
    return told.ok ? [] : [`${WORDS[part]} (${told.error.sentence})`];
  });
  if (missing.length > 0) return row('unknown', `Not known: ${missing.join('; ')}`);
  const { instruments, listed, backend } = report;
  return row('ok', `It computed ${instruments} of ${listed} instruments ${age} ago, on ${backend}.`);
}
