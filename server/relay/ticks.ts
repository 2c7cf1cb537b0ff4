/** The trades of some instruments on their way to the console that asked for them. */
import { FrameWriter } from '../../protocol/frame.ts';
import type { Origin } from '../../protocol/origin.ts';
import { writeTicks } from '../../protocol/ticks.ts';
import type { Micros } from '../../protocol/units.ts';
import type { AnyTicks } from '../feeds/port.ts';

/** A `ticks` frame: 16 bytes a trade, and at most 8,192 trades of an instrument (feeds/flow/tick-ring.ts). */
export function ticksFrame(ticks: readonly AnyTicks[], origin: Origin, now: Micros): Uint8Array {
  const writer = new FrameWriter().begin('ticks', origin);
  for (const { instrument, at, price, ...span } of ticks) {
    const rows = writeTicks(writer, instrument, at.length, span);
    rows.at.set(at);
    rows.price.set(price);
  }
  return writer.finish(now);
}
