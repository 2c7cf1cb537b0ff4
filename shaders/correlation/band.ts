/**
 * A matrix computed by several workers, each a band of rows: from its first row on, the cells on and
 * right of the diagonal block, and their mirror images below. Together the bands are every cell once.
 */
import { invalidWords, type Correlated } from './correlated.ts';

/** Rows `from` … `to` − 1. */
export interface Rows {
  readonly from: number;
  readonly to: number;
}

/** The cells of a band, without the rest of the matrix. */
export interface Band {
  readonly rows: Rows;
  /** Rows of the band, columns from its first row on. */
  readonly upper: Correlated;
  /** Rows below the band, columns of the band: the mirror image. */
  readonly lower: Correlated;
}

/** Bands begin where a word of invalid bits does. */
const WORD = 32;

/** As many bands of about equal area of the triangle, fewer where n is too small for them. */
export function equalBands(n: number, workers: number): Rows[] {
  const ends = Array.from({ length: workers }, (_, k) => {
    const row = n * (1 - Math.sqrt(1 - (k + 1) / workers));
    return k + 1 === workers ? n : Math.min(n, WORD * Math.round(row / WORD));
  });
  return ends.map((to, k) => ({ from: ends[k - 1] ?? 0, to })).filter(({ from, to }) => to > from);
}

/** A band's cells out of a matrix in which they stand. */
export function cutBand(matrix: Float32Array, invalid: Uint32Array, n: number, rows: Rows): Band {
  const words = invalidWords(n);
  const firstWord = rows.from / WORD;
  const cut = (from: number, to: number, end: number): Correlated => ({
    matrix: cutCells(matrix, n, { from, to }, rows.from, end),
    invalid: cutCells(invalid, words, { from, to }, firstWord, Math.ceil(end / WORD)),
  });
  return { rows, upper: cut(rows.from, rows.to, n), lower: cut(rows.to, n, rows.to) };
}

/** Puts a band's cells where they stand in the matrix. */
export function placeBand({ matrix, invalid }: Correlated, n: number, { rows, upper, lower }: Band): void {
  const words = invalidWords(n);
  const firstWord = rows.from / WORD;
  place(matrix, n, upper.matrix, rows, rows.from);
  place(invalid, words, upper.invalid, rows, firstWord);
  place(matrix, n, lower.matrix, { from: rows.to, to: n }, rows.from);
  place(invalid, words, lower.invalid, { from: rows.to, to: n }, firstWord);
}

function cutCells(
  all: Float32Array,
  stride: number,
  rows: Rows,
  first: number,
  end: number,
): Float32Array<ArrayBuffer>;
function cutCells(
  all: Uint32Array,
  stride: number,
  rows: Rows,
  first: number,
  end: number,
): Uint32Array<ArrayBuffer>;
function cutCells(
  all: Float32Array | Uint32Array,
  stride: number,
  { from, to }: Rows,
  first: number,
  end: number,
): Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer> {
  const width = end - first;
  const size = (to - from) * width;
  const out = all instanceof Float32Array ? new Float32Array(size) : new Uint32Array(size);
  for (let i = from; i < to; i++) {
    out.set(all.subarray(i * stride + first, i * stride + end), (i - from) * width);
  }
  return out;
}

function place<A extends Float32Array | Uint32Array>(
  all: A,
  stride: number,
  cells: A,
  { from, to }: Rows,
  first: number,
): void {
  if (to === from) return;
  const width = cells.length / (to - from);
  for (let i = from; i < to; i++) {
    all.set(cells.subarray((i - from) * width, (i - from + 1) * width), i * stride + first);
  }
}
