/**
 * The cells' keys in the order in which they are shown, and over them the largest of each 2 × 2, of each
 * 4 × 4 and so on: what a picture that is zoomed out is read from. The twin of pyramid.wgsl, to the bit.
 */
import { invalidWords, type Correlated } from '../correlation/correlated.ts';
import { cellKey, DIAGONAL, larger, NOTHING } from './keys.ts';

export interface Level {
  /** Blocks a row and a column: ⌈n / 2^k⌉. */
  readonly side: number;
  /** Keys from a row to the next: an even number, so that two share a word on the device. */
  readonly stride: number;
  /** Key with which the level begins. */
  readonly offset: number;
}

export interface Pyramid {
  /** From single cells to one block of all; none where n is 0. */
  readonly levels: readonly Level[];
  readonly keys: Uint16Array<ArrayBuffer>;
}

/** How its cells are shown. */
export interface Shown {
  /** Instrument at each place of a row and of a column; null: as they come. */
  readonly order: Uint32Array | null;
  /** Cells that stand back behind all others, as bits like those of what is invalid; null: none. */
  readonly faint: Uint32Array | null;
}

export function levelsOf(n: number): { readonly levels: readonly Level[]; readonly keys: number } {
  const levels: Level[] = [];
  let keys = 0;
  for (let side = n; side > 0; side = side === 1 ? 0 : (side + 1) >> 1) {
    const stride = side + (side & 1);
    levels.push({ side, stride, offset: keys });
    keys += side * stride;
  }
  return { levels, keys };
}

export function buildPyramid(source: Correlated, n: number, shown: Shown): Pyramid {
  const { levels, keys: length } = levelsOf(n);
  const keys = new Uint16Array(length);
  fillCells(keys, source, n, shown);
  for (let k = 1; k < levels.length; k++) fillBlocks(keys, levels[k - 1], levels[k]);
  return { levels, keys };
}

export function identity(n: number): Uint32Array<ArrayBuffer> {
  return Uint32Array.from({ length: n }, (_, i) => i);
}

function fillCells(keys: Uint16Array, source: Correlated, n: number, shown: Shown): void {
  const order = shown.order ?? identity(n);
  const words = invalidWords(n);
  const stride = n + (n & 1);
  for (let r = 0; r < n; r++) {
    const i = order[r] ?? 0;
    const row = source.matrix.subarray(i * n, (i + 1) * n);
    const line = keys.subarray(r * stride, r * stride + n);
    const invalid = source.invalid.subarray(i * words, (i + 1) * words);
    // The usual row, of which all is known: a million cells a bar want a loop without questions.
    if (shown.faint === null && isClear(invalid)) {
      for (let c = 0; c < n; c++) line[c] = cellKey(row[order[c] ?? 0] ?? 0, false);
    } else {
      const faint = shown.faint?.subarray(i * words, (i + 1) * words) ?? null;
      for (let c = 0; c < n; c++) {
        const j = order[c] ?? 0;
        const isFaint = faint !== null && hasBit(faint, j);
        line[c] = hasBit(invalid, j) ? NOTHING : cellKey(row[j] ?? 0, isFaint);
      }
    }
    if (!hasBit(invalid, i)) line[r] = DIAGONAL;
  }
}

const hasBit = (bits: Uint32Array, at: number): boolean => ((bits[at >>> 5] ?? 0) & (1 << (at & 31))) !== 0;

function isClear(bits: Uint32Array): boolean {
  for (let w = 0; w < bits.length; w++) if (bits[w] !== 0) return false;
  return true;
}

function fillBlocks(keys: Uint16Array, below: Level | undefined, level: Level | undefined): void {
  if (!below || !level) return;
  for (let r = 0; r < level.side; r++) {
    const from = below.offset + 2 * r * below.stride;
    const upper = keys.subarray(from, from + below.stride);
    // The last row of an odd side stands alone.
    const lower =
      2 * r + 1 < below.side ? keys.subarray(from + below.stride, from + 2 * below.stride) : upper;
    const to = level.offset + r * level.stride;
    const line = keys.subarray(to, to + level.side);
    for (let c = 0, at = 0; c < line.length; c++, at += 2) {
      const left = larger(upper[at] ?? 0, lower[at] ?? 0);
      line[c] = larger(left, larger(upper[at + 1] ?? 0, lower[at + 1] ?? 0));
    }
  }
}
