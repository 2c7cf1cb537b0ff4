/**
 * Whether two instruments are bound as they were: the difference of their correlations before and after,
 * and how often chance makes one as large. Fisher's z supposes normal returns without memory; here blocks of
 * time change sides instead, which keeps fat tails, volatility that comes in clusters and the pair together.
 */
export interface CorrelationBreak {
  readonly before: number;
  readonly after: number;
  /** Fisher's z of the difference. */
  readonly z: number;
  /** Share of the rearrangements with a difference as large, either way; at least 1 / (rearrangements + 1). */
  readonly p: number;
}

const LEAST_RETURNS = 30;

export interface Rearranged {
  /** Steps that stay together. */
  readonly block: number;
  readonly rearrangements: number;
  /** Uniform in [0, 1): the seed is the caller's. */
  readonly random: () => number;
}

/**
 * @param split the first step of `after`.
 * @returns null where either side has fewer than 30 common returns or one that never moves.
 */
export function correlationBreak(
  x: Float64Array,
  y: Float64Array,
  split: number,
  { block, rearrangements, random }: Rearranged,
): CorrelationBreak | null {
  const blocks = blockSums(x, y, split, block);
  const real = blocks.map(({ isAfter }) => isAfter);
  const found = difference(blocks, real);
  if (!found) return null;
  let asLarge = 1;
  const sides = real.slice();
  for (let k = 0; k < rearrangements; k++) {
    shuffle(sides, random);
    const chance = difference(blocks, sides);
    if (chance && Math.abs(chance.z) >= Math.abs(found.z)) asLarge++;
  }
  return { ...found, p: asLarge / (rearrangements + 1) };
}

/** n, Σx, Σy, Σx², Σy², Σxy of the common returns of a block. */
type Sums = Float64Array;

interface Block {
  readonly sums: Sums;
  readonly isAfter: boolean;
}

/** Blocks end at the split, so that none is of both sides. */
function blockSums(x: Float64Array, y: Float64Array, split: number, block: number): Block[] {
  const blocks: Block[] = [];
  const sides = [
    [0, split, false],
    [split, x.length, true],
  ] as const;
  for (const [from, to, isAfter] of sides) {
    for (let begin = from; begin < to; begin += block) {
      const sums = new Float64Array(6);
      for (let k = begin; k < Math.min(to, begin + block); k++)
        addTo(sums, x[k] ?? Number.NaN, y[k] ?? Number.NaN);
      blocks.push({ sums, isAfter });
    }
  }
  return blocks;
}

function addTo(sums: Sums, x: number, y: number): void {
  if (!Number.isFinite(x) || !Number.isFinite(y)) return;
  const each = [1, x, y, x * x, y * y, x * y];
  for (const [i, value] of each.entries()) sums[i] = (sums[i] ?? 0) + value;
}

function difference(
  blocks: readonly Block[],
  sides: readonly boolean[],
): { before: number; after: number; z: number } | null {
  const [before, after] = [new Float64Array(6), new Float64Array(6)];
  for (const [at, { sums }] of blocks.entries()) {
    const side = sides[at] === true ? after : before;
    for (let i = 0; i < 6; i++) side[i] = (side[i] ?? 0) + (sums[i] ?? 0);
  }
  const [a, b] = [correlation(before), correlation(after)];
  if (a === null || b === null) return null;
  const spread = Math.sqrt(1 / ((before[0] ?? 0) - 3) + 1 / ((after[0] ?? 0) - 3));
  return { before: a, after: b, z: (Math.atanh(b) - Math.atanh(a)) / spread };
}

function correlation(sums: Sums): number | null {
  const [n = 0, x = 0, y = 0, xx = 0, yy = 0, xy = 0] = sums;
  const [varX, varY] = [xx - (x * x) / n, yy - (y * y) / n];
  if (n < LEAST_RETURNS || !(varX > 0) || !(varY > 0)) return null;
  const rho = (xy - (x * y) / n) / Math.sqrt(varX * varY);
  return Math.min(1 - 1e-9, Math.max(-1 + 1e-9, rho));
}

/** Fisher and Yates. */
export function shuffle(values: boolean[], random: () => number): void {
  for (let k = values.length - 1; k > 0; k--) {
    const other = Math.floor(random() * (k + 1));
    [values[k], values[other]] = [values[other] ?? false, values[k] ?? false];
  }
}
