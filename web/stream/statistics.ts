import type { Frame } from '../../protocol/frame.ts';
import { QUOTE_STATES } from '../../protocol/quotes.ts';
import { readStatistics, type Statistics } from '../../protocol/statistics.ts';
import { ok, type Result } from '../../protocol/result.ts';
import type { MarkView, StatisticsView } from './port.ts';

/** What a `statistics` frame tells, one entry an instrument. */
export function statisticsOf({
  sections,
  sentAt,
}: Pick<Frame, 'sections' | 'sentAt'>): Result<StatisticsView[]> {
  const views: StatisticsView[] = [];
  for (const section of sections) {
    if (section.kind !== 'statistics') continue;
    const read = readStatistics(section);
    if (!read.ok) return read;
    const { asOf, rows } = read.value;
    for (let row = 0; row < rows.instrument.length; row++) {
      views.push({
        instrument: rows.instrument[row] ?? 0,
        asOf,
        sentAt,
        volatility: known(rows.volatility[row]),
        returns: rows.returns[row] ?? 0,
        imbalance: known(rows.imbalance[row]),
        depth: known(rows.depth[row]),
        changes: rows.changes[row] ?? 0,
        vpin: known(rows.vpin[row]),
        bucketLots: rows.bucketLots[row] ?? 0,
        buckets: rows.buckets[row] ?? 0,
        mark: markOf(rows, row),
      });
    }
  }
  return ok(views);
}

function markOf(rows: Statistics['rows'], row: number): MarkView | null {
  const state = QUOTE_STATES[rows.markState[row] ?? 0] ?? 'never';
  if (state === 'never') return null;
  return {
    price: said(rows.markPrice[row]),
    index: said(rows.indexPrice[row]),
    fundingRate: known(rows.fundingRate[row]),
    nextFundingAt: said(rows.nextFundingAt[row]),
    at: said(rows.markAt[row]),
    state,
  };
}

const said = (value: number | undefined): number | null =>
  value === undefined || value === 0 ? null : value;

const known = (value: number | undefined): number | null =>
  value === undefined || Number.isNaN(value) ? null : value;
