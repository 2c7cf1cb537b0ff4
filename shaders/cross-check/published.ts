/** What a cross-check publishes of a matrix: pairs drawn by a seed, and the mean of all of them. */
import { CHECK_PAIRS, type CheckedPair } from '../../protocol/cross-check.ts';
import { commonSamples, isInvalid, type Correlated } from '../correlation/correlated.ts';
import { pairsBefore } from '../lib/pairs.ts';
import { uniform } from '../lib/uniform.ts';

/** A matrix with the samples that it stands on. */
export interface Founded extends Correlated {
  readonly n: number;
  /** Bits of the samples each row has, n × words. */
  readonly valid: Uint32Array;
  readonly words: number;
}

export interface Published {
  readonly pairs: CheckedPair[];
  readonly meanCorrelation: number | null;
}

export function publish(of: Founded, seed: number): Published {
  const pairs = drawPairs(of.n, CHECK_PAIRS, seed).map(([i, j]): CheckedPair => [
    i,
    j,
    rhoOf(of, i, j),
    commonSamples(of, i, j),
  ]);
  return { pairs, meanCorrelation: meanOf(of) };
}

/** Null where there is no correlation, or what stands there is no number. */
export function rhoOf({ matrix, invalid, n }: Founded, i: number, j: number): number | null {
  const rho = matrix[i * n + j];
  return rho === undefined || !Number.isFinite(rho) || isInvalid(invalid, n, i, j) ? null : rho;
}

/** Over the pairs that have one; null where none has. */
export function meanOf(of: Founded): number | null {
  let [sum, count] = [0, 0];
  for (let i = 0; i < of.n; i++) {
    for (let j = i + 1; j < of.n; j++) {
      const rho = rhoOf(of, i, j);
      if (rho === null) continue;
      sum += rho;
      count++;
    }
  }
  return count === 0 ? null : sum / count;
}

/** Pairs of n rows, each once: all of them, or as many as `most` (Floyd's sample). */
export function drawPairs(n: number, most: number, seed: number): (readonly [number, number])[] {
  const all = pairsBefore(n, n);
  const random = uniform(seed);
  const drawn = new Set<number>();
  for (let last = Math.max(0, all - most); last < all; last++) {
    const at = Math.floor(random() * (last + 1));
    drawn.add(drawn.has(at) ? last : at);
  }
  return [...drawn].sort((a, b) => a - b).map((at) => pairOf(n, at));
}

function pairOf(n: number, at: number): readonly [number, number] {
  let row = 0;
  while (pairsBefore(n, row + 1) <= at) row++;
  return [row, row + 1 + at - pairsBefore(n, row)];
}
