/** One line of a CSV as byte ranges. A cell does not go over lines: no price does. */

const QUOTE = 0x22;
const SPACE = 0x20;

/** Where the cells of a line are; reused from line to line. */
export interface CellRanges {
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

export function cellRanges(capacity: number): CellRanges {
  return { starts: new Int32Array(capacity), ends: new Int32Array(capacity) };
}

export const UNCLOSED_QUOTE = -1;

/**
 * Splits `bytes[from, to)`; returns how many cells there are (those beyond the ranges' capacity are
 * counted only), or UNCLOSED_QUOTE. Quotes and the spaces around a cell are left out; a doubled quote
 * inside stays doubled. This runs over every byte of a file: no strings, no regular expressions.
 */
export function splitLine(
  bytes: Uint8Array,
  from: number,
  to: number,
  delimiter: number,
  { starts, ends }: CellRanges,
): number {
  let count = 0;
  let at = from;
  for (;;) {
    while (at < to && bytes[at] === SPACE) at++;
    let start = at;
    let end: number;
    if (bytes[at] === QUOTE && at < to) {
      start = at + 1;
      end = closingQuote(bytes, start, to);
      if (end < 0) return UNCLOSED_QUOTE;
      at = end + 1;
      while (at < to && bytes[at] === SPACE) at++;
      if (at < to && bytes[at] !== delimiter) return UNCLOSED_QUOTE;
    } else {
      while (at < to && bytes[at] !== delimiter) at++;
      end = at;
    }
    while (end > start && bytes[end - 1] === SPACE) end--;
    if (count < starts.length) {
      starts[count] = start;
      ends[count] = end;
    }
    count++;
    if (at >= to) return count;
    at++;
  }
}

function closingQuote(bytes: Uint8Array, from: number, to: number): number {
  for (let at = from; at < to; at++) {
    if (bytes[at] !== QUOTE) continue;
    if (bytes[at + 1] !== QUOTE || at + 1 >= to) return at;
    at++;
  }
  return -1;
}

/** The one of `,` `;` and tab that the first line has most of; null: none. */
export function delimiterOf(bytes: Uint8Array, from: number, to: number): number | null {
  const counts = new Map([
    [0x2c, 0],
    [0x3b, 0],
    [0x09, 0],
  ]);
  let inQuotes = false;
  for (let at = from; at < to; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === QUOTE) inQuotes = !inQuotes;
    const count = counts.get(byte);
    if (!inQuotes && count !== undefined) counts.set(byte, count + 1);
  }
  const [[byte, count] = [0, 0]] = [...counts].sort(([, a], [, b]) => b - a);
  return count === 0 ? null : byte;
}
