/**
 * What every backend of the block bootstrap reads: standardised rows, the shared table of blocks, and
 * each row's mean and scale within each resample, in f64 until they are laid out.
 */
import { MIN_SAMPLES, type Panel } from '../correlation/panel.ts';
import { drawBlocks, type BlockDraw, type BlockTable } from './block-table.ts';
import { tailProbability } from './tail.ts';

export interface BootstrapOptions extends Omit<BlockDraw, 't'> {
  /** c of P(|ρ| > c), 0 … 1. */
  readonly threshold: number;
  /** Probability within low … high, e.g. 0.95. */
  readonly confidence: number;
}

/** Powers of two: a sorting network has no others, and 1,024 f32 fit a workgroup. */
export const RESAMPLES = [64, 128, 256, 512, 1024] as const;

export interface Resampling {
  readonly n: number;
  /** Samples kept, T. */
  readonly t: number;
  readonly resamples: number;
  /** z, n × t row by row: Σ z = 0 and Σ z² = 1; a row that cannot be resampled is 0. */
  readonly rows: Float32Array<ArrayBuffer>;
  readonly table: BlockTable;
  /** Σ* z / √T of each row in each resample, n × resamples. */
  readonly means: Float32Array<ArrayBuffer>;
  /** 1 / √(Σ* z² − mean²), n × resamples. */
  readonly scales: Float32Array<ArrayBuffer>;
  /** 1 where a row can be resampled, n. */
  readonly usable: Uint8Array;
  readonly threshold: number;
  readonly ranks: Ranks;
}

/** Where the interval's ends lie among sorted resamples: between `at` and `at + 1`, at `fraction`. */
export interface Ranks {
  readonly low: number;
  readonly lowFraction: number;
  readonly high: number;
  readonly highFraction: number;
}

/**
 * Below this part of its variance a row's resample has lost what moved it: a few samples carry all
 * of it, and no interval can be had from them.
 */
export const STILL = 0.01;

/**
 * @throws RangeError on options out of range and on a panel with unequal weights (EWMA): a resample
 * that moves a sample to another age would give it another weight.
 */
export function prepareResampling(panel: Panel, options: BootstrapOptions): Resampling {
  const { n, t } = panel;
  checkOptions(panel, options);
  const draw = { ...options, blockLength: Math.min(options.blockLength, Math.max(1, t)), t };
  const table = drawBlocks(draw);
  const rows = rowsOf(panel);
  const usable = completeRows(panel);
  const means = new Float32Array(n * options.resamples);
  const scales = new Float32Array(n * options.resamples);
  for (let i = 0; i < n; i++) {
    const from = i * options.resamples;
    const row = rows.subarray(i * t, (i + 1) * t);
    if (usable[i] === 1 && momentsOfRow(row, table, means, scales, from)) continue;
    usable[i] = 0;
    row.fill(0);
    means.fill(0, from, from + options.resamples);
    scales.fill(0, from, from + options.resamples);
  }
  const { resamples, threshold, confidence } = options;
  const ends = ranks(resamples, t === 0 ? 0 : tailProbability(confidence, draw));
  return { n, t, resamples, rows, table, means, scales, usable, threshold, ranks: ends };
}

/** Only complete rows: a resample of common samples alone would need moments for each pair. */
function completeRows({ n, t, words, valid }: Panel): Uint8Array {
  const last = t % 32 === 0 ? 0xffffffff : 2 ** (t % 32) - 1;
  return Uint8Array.from({ length: n }, (_, i) => {
    if (t < MIN_SAMPLES) return 0;
    const bits = valid.subarray(i * words, (i + 1) * words);
    return bits.every((word, w) => word === (w === words - 1 ? last : 0xffffffff)) ? 1 : 0;
  });
}

/** Z̃, tPad × nPad, to n rows of t. */
function rowsOf({ n, t, nPad, z }: Panel): Float32Array<ArrayBuffer> {
  const rows = new Float32Array(n * t);
  for (let k = 0; k < t; k++) {
    for (let i = 0; i < n; i++) rows[i * t + k] = z[k * nPad + i] ?? 0;
  }
  return rows;
}

/** False where some resample of the row stands still. */
function momentsOfRow(
  row: Float32Array,
  { offsets, runs }: BlockTable,
  means: Float32Array,
  scales: Float32Array,
  from: number,
): boolean {
  const t = row.length;
  const sums = new Float64Array(t + 1);
  const squares = new Float64Array(t + 1);
  for (let k = 0; k < t; k++) {
    const z = row[k] ?? 0;
    sums[k + 1] = (sums[k] ?? 0) + z;
    squares[k + 1] = (squares[k] ?? 0) + z * z;
  }
  for (let b = 0; b + 1 < offsets.length; b++) {
    let sum = 0;
    let square = 0;
    for (let run = 2 * (offsets[b] ?? 0); run < 2 * (offsets[b + 1] ?? 0); run += 2) {
      const start = runs[run] ?? 0;
      const end = runs[run + 1] ?? 0;
      sum += (sums[end] ?? 0) - (sums[start] ?? 0);
      square += (squares[end] ?? 0) - (squares[start] ?? 0);
    }
    const mean = sum / Math.sqrt(t);
    const variance = square - mean * mean;
    if (!(variance > STILL)) return false;
    means[from + b] = mean;
    scales[from + b] = 1 / Math.sqrt(variance);
  }
  return true;
}

/** The (B + 1)·p-th order statistics from below and above (Hyndman–Fan type 6). */
function ranks(resamples: number, tail: number): Ranks {
  const at = Math.max(0, (resamples + 1) * tail - 1);
  const low = Math.floor(at);
  const lowFraction = at - low;
  return { low, lowFraction, high: resamples - 2 - low, highFraction: 1 - lowFraction };
}

function checkOptions(panel: Panel, options: BootstrapOptions): void {
  const { resamples, blockLength, threshold, confidence, seed } = options;
  const known: readonly number[] = RESAMPLES;
  if (!known.includes(resamples)) {
    throw new RangeError(`A bootstrap draws ${RESAMPLES.join(', ')} resamples, not ${resamples}.`);
  }
  if (!Number.isInteger(blockLength) || blockLength < 1) {
    throw new RangeError(`A block is a whole number of samples, at least 1, not ${blockLength}.`);
  }
  if (!(threshold >= 0 && threshold <= 1)) {
    throw new RangeError(`A correlation's threshold lies between 0 and 1, not ${threshold}.`);
  }
  if (!(confidence > 0 && confidence < 1)) {
    throw new RangeError(`A confidence lies between 0 and 1, not ${confidence}.`);
  }
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(`A seed is a whole number from 0, not ${seed}.`);
  }
  if (panel.t > 0 && panel.effectiveSamples < panel.t * (1 - 1e-9)) {
    throw new RangeError('A block bootstrap weighs all samples alike: build its panel without a decay.');
  }
}
