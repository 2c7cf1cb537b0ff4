import type { Bar } from './bar-ring.ts';

/** A minute's bar of one instrument, by its place in its venue's list. */
export interface MinuteRow {
  readonly instrument: number;
  readonly bar: Bar;
}

const FIELDS = 11;

/** Rows as one array, so that a minute of all instruments passes between threads as one buffer. */
export function packRows(rows: readonly MinuteRow[]): Float64Array {
  const packed = new Float64Array(rows.length * FIELDS);
  rows.forEach(({ instrument, bar }, row) => {
    const { at, open, high, low, close, volume, buys, trades, covered, mid } = bar;
    packed.set([instrument, at, open, high, low, close, volume, buys, trades, covered, mid], row * FIELDS);
  });
  return packed;
}

/** How many rows were packed. */
export const countRows = (packed: Float64Array): number => Math.floor(packed.length / FIELDS);

export function unpackRows(packed: Float64Array): MinuteRow[] {
  return Array.from({ length: countRows(packed) }, (_, row) => {
    const field = (index: number): number => packed[row * FIELDS + index] ?? 0;
    return {
      instrument: field(0),
      bar: {
        at: field(1),
        open: field(2),
        high: field(3),
        low: field(4),
        close: field(5),
        volume: field(6),
        buys: field(7),
        trades: field(8),
        covered: field(9),
        mid: field(10),
      },
    };
  });
}
