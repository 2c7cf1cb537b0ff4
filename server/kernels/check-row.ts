/** What the health row of the consoles' own kernels says: pure. */
import { figure, type RowReading } from '../health/rows.ts';

/** Sessions, by what their consoles said of the last checks. */
export interface CheckReading {
  readonly agree: number;
  readonly disagree: number;
  /** Agreed once, and were not heard of since. */
  readonly silent: number;
}

export function checkRow({ agree, disagree, silent }: CheckReading): RowReading {
  const row = (state: RowReading['state'], sentence: string): RowReading => ({
    id: 'kernels-check',
    name: 'Analyses in consoles',
    state,
    sentence,
    figures: [
      figure('sessions that agree', agree, 'count'),
      figure('sessions that disagree', disagree, 'count'),
      figure('sessions not heard of lately', silent, 'count'),
    ],
  });
  if (disagree > 0) {
    return row(
      'degraded',
      `Of ${sessions(disagree)} a console does not compute what the server does: see the alarms.`,
    );
  }
  if (agree === 0) return row('unknown', 'No console has compared itself with the server lately.');
  return row('ok', `Consoles of ${sessions(agree)} compute what the server does.`);
}

const sessions = (count: number): string => (count === 1 ? '1 session' : `${count} sessions`);
