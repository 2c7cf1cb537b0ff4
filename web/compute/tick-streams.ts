import { decodeFrame } from '../../protocol/frame.ts';
import { ok, type Result } from '../../protocol/result.ts';
import { readTicks, type Ticks } from '../../protocol/ticks.ts';
import type { TickMarket, TickStream } from '../../shaders/analyses/tick-market.ts';
import type { TicksOf } from './analysis-port.ts';

/** A `ticks` frame as analyses take it. Of whom it says nothing, nothing is watched: his venue did not answer. */
export function tickMarketOf(bytes: Uint8Array, { instruments, seconds }: TicksOf): Result<TickMarket> {
  const frame = decodeFrame(bytes);
  if (!frame.ok) return frame;
  const told = new Map<number, Ticks>();
  for (const section of frame.value.sections) {
    if (section.kind !== 'ticks') continue;
    const ticks = readTicks(section);
    if (!ticks.ok) return ticks;
    told.set(section.instrument, ticks.value);
  }
  return ok({ seconds, streams: instruments.map(({ index, name }) => streamOf(name, told.get(index))) });
}

function streamOf(name: string, ticks: Ticks | undefined): TickStream {
  if (!ticks)
    return { name, clock: -1, reading: null, since: Number.NaN, until: Number.NaN, at: [], prices: [] };
  const { clock, since, until, offsetMs, uncertaintyMs, rows } = ticks;
  const isMeasured = Number.isFinite(offsetMs) && Number.isFinite(uncertaintyMs);
  const reading = isMeasured ? { offsetMs, uncertaintyMs } : null;
  return { name, clock, reading, since, until, at: rows.at, prices: rows.price };
}
