/** Frames as a venue's feed makes them, and what is in the ones that consoles get. */
import {
  readBars,
  readHistory,
  writeBars,
  writeHistory,
  type Bars,
  type History,
} from '../../../protocol/bars.ts';
import { decodeFrame, FrameWriter } from '../../../protocol/frame.ts';
import type { Micros } from '../../../protocol/units.ts';

/** The bar that opens in this second; `closes` in half ticks, one an instrument. */
export function barFrame(second: number, closes: readonly number[] = [100], number = second): Uint8Array {
  const writer = new FrameWriter().begin('bars', 'SIM');
  const rows = writeBars(writer, closes.length, number, second * 1_000_000);
  rows.close.set(closes);
  rows.state.fill(1);
  closes.forEach((_close, row) => (rows.instrument[row] = row));
  return writer.finish(0 as Micros);
}

/** `bars` bars up to this second, all of the same close. */
export function historyFrame(
  instruments: number,
  bars: number,
  newest = bars,
  close = 100,
  span = 1_000_000,
): Uint8Array {
  const writer = new FrameWriter().begin('history', 'SIM');
  writeHistory(writer, {
    span,
    instruments: Uint16Array.from({ length: instruments }, (_, index) => index),
    bars,
    newest,
    firstOpenAt: (newest - bars + 1) * span,
    close: new Float64Array(instruments * bars).fill(close),
    state: new Uint8Array(instruments * bars).fill(1),
  });
  return writer.finish(0 as Micros);
}

export function barsIn(bytes: Uint8Array): Bars | null {
  const section = sectionOf('bars', bytes);
  const bars = section && readBars(section);
  return bars?.ok ? bars.value : null;
}

export function historyIn(bytes: Uint8Array): History | null {
  const section = sectionOf('history', bytes);
  const history = section && readHistory(section);
  return history?.ok ? history.value : null;
}

function sectionOf(kind: 'bars' | 'history', bytes: Uint8Array) {
  const frame = decodeFrame(bytes);
  return (frame.ok && frame.value.sections.find((section) => section.kind === kind)) || null;
}
