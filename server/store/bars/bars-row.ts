/** What the health row of the bar history says: pure. */
import { figure, type RowReading } from '../../health/rows.ts';

export interface BarsReading {
  readonly isKept: boolean;
  /** Its database answers. */
  readonly isOpen: boolean;
  /** Why the last writing failed, in a sentence. */
  readonly fault: string | null;
  /** Bars, since this thread began. */
  readonly written: number;
  readonly waiting: number;
  readonly dropped: number;
  readonly days: number;
}

export function barsRow(reading: BarsReading): RowReading {
  const { isKept, isOpen, fault, written, waiting, dropped, days } = reading;
  const row = (state: RowReading['state'], sentence: string): RowReading => ({
    id: 'bars',
    name: 'Bar history',
    state,
    sentence,
    figures: [
      figure('bars written', written, 'count'),
      figure('bars waiting', waiting, 'count'),
      figure('bars dropped', dropped, 'count'),
    ],
  });
  if (!isKept) return row('ok', 'No bars are kept: the configuration asks for no store.');
  const lost = dropped > 0 ? ` ${dropped} bars were dropped since the start.` : '';
  if (fault !== null) return row('degraded', `Bars wait: ${fault}${lost}`);
  if (!isOpen) return row(waiting > 0 ? 'degraded' : 'unknown', `Bars wait until the store is open.${lost}`);
  if (dropped > 0) return row('degraded', `Bars are kept again.${lost}`);
  return row('ok', `Minute bars are kept for ${days} days.`);
}
