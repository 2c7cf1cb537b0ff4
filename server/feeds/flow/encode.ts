import { FrameWriter } from '../../../protocol/frame.ts';
import type { Origin } from '../../../protocol/origin.ts';
import { writeStatistics } from '../../../protocol/statistics.ts';
import type { Micros } from '../../../protocol/units.ts';
import type { OrderFlow } from './order-flow.ts';

/** The statistics of these instruments, in their order, as a frame of its own. */
export function encodeStatistics(
  flows: readonly Pick<OrderFlow, 'imbalance' | 'vpin' | 'volatility'>[],
  asOf: number,
  origin: Origin,
  sentAt: Micros,
): Uint8Array {
  const writer = new FrameWriter().begin('statistics', origin);
  const rows = writeStatistics(writer, flows.length, asOf);
  flows.forEach(({ imbalance, vpin, volatility }, row) => {
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
    rows.instrument[row] = row;
  });
  return writer.finish(sentAt);
}
