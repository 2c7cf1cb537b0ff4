import { FrameWriter } from '../../../protocol/frame.ts';
import type { Origin } from '../../../protocol/origin.ts';
import { QUOTE_STATES } from '../../../protocol/quotes.ts';
import { writeStatistics } from '../../../protocol/statistics.ts';
import type { Micros } from '../../../protocol/units.ts';
import type { MarkSlot } from '../table.ts';
import type { OrderFlow } from './order-flow.ts';

export interface StatisticsSource {
  readonly flow: Pick<OrderFlow, 'imbalance' | 'vpin' | 'volatility'>;
  readonly display: { readonly mark: Readonly<MarkSlot> };
}

/** The statistics of these instruments, in their order, as a frame of its own. */
export function encodeStatistics(
  markets: readonly StatisticsSource[],
  asOf: number,
  origin: Origin,
  sentAt: Micros,
): Uint8Array {
  const writer = new FrameWriter().begin('statistics', origin);
  const rows = writeStatistics(writer, markets.length, asOf);
  markets.forEach(({ flow: { imbalance, vpin, volatility }, display: { mark } }, row) => {
    const flow = imbalance.read();
    const toxicity = vpin.read();
    const realised = volatility.read();
    rows.volatility[row] = realised.value ?? Number.NaN;
    rows.returns[row] = realised.returns;
    rows.imbalance[row] = flow.changes === 0 ? Number.NaN : flow.lots;
    rows.depth[row] = flow.changes === 0 ? Number.NaN : flow.depth;
    rows.changes[row] = flow.changes;
    rows.vpin[row] = toxicity.value ?? Number.NaN;
    rows.bucketLots[row] = toxicity.bucketLots;
    rows.buckets[row] = toxicity.full;
    rows.markPrice[row] = mark.markPrice;
    rows.indexPrice[row] = mark.indexPrice;
    rows.fundingRate[row] = mark.fundingRate;
    rows.nextFundingAt[row] = mark.nextFundingAt;
    rows.markAt[row] = mark.receivedAt;
    rows.markState[row] = QUOTE_STATES.indexOf(mark.state);
    rows.instrument[row] = row;
  });
  return writer.finish(sentAt);
}
