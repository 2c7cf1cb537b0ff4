/**
 * Whether a market hangs together as it did: the mean correlation of all pairs before and after, and how
 * often chance makes as large a difference. Blocks of time change sides, all instruments together, which
 * keeps fat tails, volatility that comes in clusters and what binds the instruments (correlation-break.ts).
 */
import type { CorrelationInput } from '../correlation/panel.ts';
import { shuffle, type Rearranged } from './correlation-break.ts';

export interface MarketBreak {
  /** Mean correlation over the pairs. */
  readonly before: number;
  readonly after: number;
  /** Share of the rearrangements with a difference as large, either way; at least 1 / (rearrangements + 1). */
  readonly p: number;
  /** Rows that have 30 returns on both sides and move on both. */
  readonly instruments: number;
}

const LEAST_RETURNS = 30;

/**
 * O(n · t) a rearrangement. A return that is missing counts as its row's mean.
 *
 * @param split the first column of `after`.
 * @returns null where fewer than 3 rows can be compared.
 */
export function marketBreak(
  { returns, valid, n, t }: Omit<CorrelationInput, 'lambda'>,
  split: number,
  { block, rearrangements, random }: Rearranged,
): MarketBreak | null {
  const words = Math.ceil(t / 32);
  const at = (i: number, k: number): number =>
    (((valid[i * words + (k >>> 5)] ?? 0) >>> (k & 31)) & 1) === 1 ? (returns[i * t + k] ?? NaN) : NaN;
  const blocks = blocksOf(split, t, block);
  const sideOf = (sides: readonly boolean[]): Uint8Array => {
    const side = new Uint8Array(t);
    blocks.forEach(({ from, to }, b) => side.fill(sides[b] === true ? 1 : 0, from, to));
    return side;
  };
  const real = blocks.map(({ from }) => from >= split);
  const rows: Float64Array[] = [];
  for (let i = 0; i < n; i++) {
    const row = Float64Array.from({ length: t }, (_, k) => at(i, k));
    if (isComparable(row, split)) rows.push(row);
  }
  if (rows.length < 3) return null;
  const found = difference(rows, sideOf(real));
  let asLarge = 1;
  const sides = real.slice();
  for (let k = 0; k < rearrangements; k++) {
    shuffle(sides, random);
    const chance = difference(rows, sideOf(sides));
    if (Math.abs(chance.after - chance.before) >= Math.abs(found.after - found.before)) asLarge++;
  }
  return { ...found, p: asLarge / (rearrangements + 1), instruments: rows.length };
}

/** They end at the split, so that none is of both sides. */
function blocksOf(split: number, t: number, block: number): { readonly from: number; readonly to: number }[] {
  const blocks = [];
  for (const [begin, end] of [
    [0, split],
    [split, t],
  ] as const) {
    for (let from = begin; from < end; from += block) blocks.push({ from, to: Math.min(end, from + block) });
  }
  return blocks;
}

function isComparable(row: Float64Array, split: number): boolean {
  return [row.subarray(0, split), row.subarray(split)].every((side) => {
    const known = side.filter(Number.isFinite);
    return known.length >= LEAST_RETURNS && known.some((value) => value !== known[0]);
  });
}

/** Mean ρ of each side from Σ_k (Σ_i z_ik)² = T (n + Σ_{i≠j} ρ_ij): no matrix is needed. */
function difference(rows: readonly Float64Array[], side: Uint8Array): { before: number; after: number } {
  const t = side.length;
  const sums = new Float64Array(t);
  const moving = [0, 0];
  const columns = [0, 0];
  for (let k = 0; k < t; k++) columns[side[k] ?? 0] = (columns[side[k] ?? 0] ?? 0) + 1;
  for (const row of rows) {
    const [count, sum, squares] = [new Float64Array(2), new Float64Array(2), new Float64Array(2)];
    for (let k = 0; k < t; k++) {
      const x = row[k] ?? NaN;
      if (!Number.isFinite(x)) continue;
      const s = side[k] ?? 0;
      count[s] = (count[s] ?? 0) + 1;
      sum[s] = (sum[s] ?? 0) + x;
      squares[s] = (squares[s] ?? 0) + x * x;
    }
    const mean = sum.map((each, s) => each / Math.max(1, count[s] ?? 0));
    // Σz² of a side is its number of columns, whatever is missing.
    const scale = squares.map((each, s) => {
      const spread = each - (sum[s] ?? 0) * (mean[s] ?? 0);
      return spread > 0 ? Math.sqrt((columns[s] ?? 0) / spread) : 0;
    });
    for (const s of [0, 1]) if ((scale[s] ?? 0) > 0) moving[s] = (moving[s] ?? 0) + 1;
    for (let k = 0; k < t; k++) {
      const x = row[k] ?? NaN;
      const s = side[k] ?? 0;
      if (Number.isFinite(x)) sums[k] = (sums[k] ?? 0) + (x - (mean[s] ?? 0)) * (scale[s] ?? 0);
    }
  }
  const totals = [0, 0];
  for (let k = 0; k < t; k++)
    totals[side[k] ?? 0] = (totals[side[k] ?? 0] ?? 0) + (sums[k] ?? 0) * (sums[k] ?? 0);
  const rho = (s: number): number => {
    const n = moving[s] ?? 0;
    return n < 2 ? 0 : ((totals[s] ?? 0) / (columns[s] ?? 1) - n) / (n * (n - 1));
  };
  return { before: rho(0), after: rho(1) };
}
