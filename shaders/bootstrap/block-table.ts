/**
 * Which samples each resample takes: blocks of neighbours, so that what a return owes to the one
 * before stays together, and one table for all pairs, so that the cross-section does.
 */
import { philox4x32 } from '../lib/philox.ts';

export interface BlockDraw {
  /** Samples of the panel, T. */
  readonly t: number;
  readonly resamples: number;
  /** Samples of a block, 1 … T; the mean of a geometric length where `stationary`. */
  readonly blockLength: number;
  /** Geometric lengths (Politis and Romano 1994) in place of fixed ones (the circular block bootstrap, 1992). */
  readonly stationary: boolean;
  /** The same seed gives the same table, whoever draws it. */
  readonly seed: number;
}

/** Half-open runs of samples, CSR: resample b takes runs offsets[b] … offsets[b + 1] − 1, T samples in all. */
export interface BlockTable {
  readonly offsets: Uint32Array<ArrayBuffer>;
  /** start, end of each run, 0 ≤ start < end ≤ T: a block that goes round the end is two. */
  readonly runs: Uint32Array<ArrayBuffer>;
}

/** Counter word that keeps these draws apart from others with the same seed. */
const STREAM = 0x626c6f63;
const WORDS = 2 ** 32;

export function drawBlocks({ t, resamples, blockLength, stationary, seed }: BlockDraw): BlockTable {
  const offsets = new Uint32Array(resamples + 1);
  const runs: number[] = [];
  const goesOn = 1 - 1 / blockLength;
  for (let b = 0; b < resamples; b++) {
    const words = wordsOf(seed, b);
    for (let left = t; left > 0;) {
      const start = Math.floor((words.next() * t) / WORDS);
      const chance = words.next() / WORDS;
      const length = Math.min(left, stationary ? geometric(chance, goesOn, left) : blockLength);
      const end = start + length;
      runs.push(start, Math.min(end, t));
      if (end > t) runs.push(0, end - t);
      left -= length;
    }
    offsets[b + 1] = runs.length / 2;
  }
  return { offsets, runs: Uint32Array.from(runs) };
}

/** 1 + the number of times a block goes on: products, not logarithms, whose last bit is each engine's own. */
function geometric(chance: number, goesOn: number, most: number): number {
  let length = 1;
  for (let survives = goesOn; chance < survives && length < most; survives *= goesOn) length++;
  return length;
}

function wordsOf(seed: number, resample: number): { next(): number } {
  const key = [seed >>> 0, Math.floor(seed / WORDS) >>> 0] as const;
  const drawn = new Uint32Array(4);
  let at = 0;
  return {
    next: () => {
      if (at % 4 === 0) philox4x32([at / 4, resample, STREAM, 0], key, drawn);
      return drawn[at++ % 4] ?? 0;
    },
  };
}

/** 2 ∛T: of the order that minimises the error of a block bootstrap's variance (Hall, Horowitz and Jing 1995). */
export function usualBlockLength(t: number): number {
  return Math.max(1, Math.min(t, Math.ceil(2 * Math.cbrt(t))));
}
