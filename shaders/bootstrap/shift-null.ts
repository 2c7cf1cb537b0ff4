/**
 * How large correlations grow by chance: each row is turned by an offset of its own, round the end.
 * That breaks what rows have in common and keeps what each has with itself. The correlations of a
 * turned panel are the work of K1, on whichever backend.
 */
import { isInvalid, type Correlated } from '../correlation/correlated.ts';
import type { PairwiseOperands, Panel } from '../correlation/panel.ts';
import { pairsBefore } from '../lib/pairs.ts';
import { philox4x32 } from '../lib/philox.ts';
import { usualBlockLength } from './block-table.ts';

export type Correlate = (panel: Panel) => Correlated | Promise<Correlated>;

export interface ShiftOptions {
  /** Turned panels, at least 8; each is correlated twice. */
  readonly shifts: number;
  readonly seed: number;
}

/** Counter word that keeps these draws apart from others with the same seed. */
const STREAM = 0x73686966;
const WORDS = 2 ** 32;
/** Standardised correlations are counted in bins this wide, and beyond 32 in one. */
const BINS_A_UNIT = 256;
const BINS = 32 * BINS_A_UNIT;
/** A pair that fewer shifts set apart has no spread to be measured by. */
const LEAST = 4;

/**
 * p of each pair i < j, row by row, against no correlation; NaN where the pair is invalid. Each pair
 * is measured by the spread of its own turned correlations, left out one at a time so that what is
 * tested and what it is compared with are alike; then all pairs share one null, which can tell
 * p-values far smaller than one pair's shifts could.
 * @throws RangeError on fewer than 8 shifts and on a panel with unequal weights.
 */
export async function shiftPValues(
  panel: Panel,
  observed: Correlated,
  correlate: Correlate,
  { shifts, seed }: ShiftOptions,
): Promise<Float64Array> {
  if (!Number.isInteger(shifts) || shifts < 8) throw new RangeError(`A null needs 8 shifts, not ${shifts}.`);
  if (panel.t > 0 && panel.effectiveSamples < panel.t * (1 - 1e-9)) {
    throw new RangeError('A circular shift weighs all samples alike: build its panel without a decay.');
  }
  const nulls = new Nulls(panel, seed, correlate);
  const squares = new Float64Array(pairsBefore(panel.n, panel.n));
  const used = new Uint32Array(squares.length);
  for (let shift = 0; shift < shifts; shift++) {
    await nulls.visit(shift, (rho, pair) => {
      squares[pair] = (squares[pair] ?? 0) + rho * rho;
      used[pair] = (used[pair] ?? 0) + 1;
    });
  }
  eachPair(panel.n, (i, j, pair) => {
    const tested = (squares[pair] ?? 0) > 0 && !isInvalid(observed.invalid, panel.n, i, j);
    if (!tested || (used[pair] ?? 0) < LEAST) used[pair] = 0;
  });
  const counts = new Float64Array(BINS + 1);
  for (let shift = 0; shift < shifts; shift++) {
    await nulls.visit(shift, (rho, pair) => {
      const others = (used[pair] ?? 0) - 1;
      if (others < 0) return;
      const bin = binOf(rho, Math.sqrt(((squares[pair] ?? 0) - rho * rho) / others));
      counts[bin] = (counts[bin] ?? 0) + 1;
    });
  }
  const beyond = atLeast(counts);
  const p = new Float64Array(squares.length).fill(Number.NaN);
  eachPair(panel.n, (i, j, pair) => {
    const shiftsUsed = used[pair] ?? 0;
    if (shiftsUsed === 0) return;
    const bin = binOf(observed.matrix[i * panel.n + j] ?? 0, Math.sqrt((squares[pair] ?? 0) / shiftsUsed));
    p[pair] = (1 + (beyond[bin] ?? 0)) / (1 + (beyond[0] ?? 0));
  });
  return p;
}

/** The turned panels, one after another, the same however often they are asked for. */
class Nulls {
  readonly #panel: Panel;
  readonly #seed: number;
  readonly #correlate: Correlate;
  readonly #gap: number;

  constructor(panel: Panel, seed: number, correlate: Correlate) {
    this.#panel = panel;
    this.#seed = seed;
    this.#correlate = correlate;
    this.#gap = Math.min(usualBlockLength(panel.t), panel.t >> 2);
  }

  /** ρ of the pairs that this shift sets apart: two rows turned nearly alike keep what they have in common. */
  async visit(shift: number, each: (rho: number, pair: number) => void): Promise<void> {
    const { n, t } = this.#panel;
    const offsets = offsetsOf(this.#panel, this.#seed, shift);
    const { matrix } = await this.#correlate(turned(this.#panel, offsets));
    eachPair(n, (i, j, pair) => {
      const between = Math.abs((offsets[i] ?? 0) - (offsets[j] ?? 0));
      if (Math.min(between, t - between) >= this.#gap) each(matrix[i * n + j] ?? 0, pair);
    });
  }
}

function binOf(rho: number, spread: number): number {
  const bin = Math.floor((Math.abs(rho) / spread) * BINS_A_UNIT);
  return bin < BINS ? bin : BINS;
}

/** How many lie in a bin or above it. */
function atLeast(counts: Float64Array): Float64Array {
  const beyond = counts.slice();
  for (let bin = beyond.length - 2; bin >= 0; bin--)
    beyond[bin] = (beyond[bin] ?? 0) + (beyond[bin + 1] ?? 0);
  return beyond;
}

function eachPair(n: number, visit: (i: number, j: number, pair: number) => void): void {
  for (let i = 0, pair = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) visit(i, j, pair++);
  }
}

/** By how many of t samples each of n rows is turned, the same for the same seed and shift. */
export function offsetsOf(
  { n, t }: Pick<Panel, 'n' | 't'>,
  seed: number,
  shift: number,
): Uint32Array<ArrayBuffer> {
  const key = [seed >>> 0, Math.floor(seed / WORDS) >>> 0] as const;
  const words = new Uint32Array(4);
  return Uint32Array.from({ length: n }, (_, i) => {
    if (i % 4 === 0) philox4x32([i / 4, shift, STREAM, 0], key, words);
    return Math.floor(((words[i % 4] ?? 0) * t) / WORDS);
  });
}

/** The panel with row i begun at sample offsets[i], and gone round. */
function turned(panel: Panel, offsets: Uint32Array): Panel {
  const turn = (operand: Float32Array): Float32Array<ArrayBuffer> => turnOperand(panel, operand, offsets);
  const { pairwise } = panel;
  const operands: PairwiseOperands | null =
    pairwise === null
      ? null
      : { weight: turn(pairwise.weight), square: turn(pairwise.square), mask: turn(pairwise.mask) };
  const valid = operands === null ? panel.valid : bitsOf(panel, operands.mask);
  return { ...panel, z: turn(panel.z), pairwise: operands, valid };
}

function turnOperand(
  { n, t, nPad }: Panel,
  operand: Float32Array,
  offsets: Uint32Array,
): Float32Array<ArrayBuffer> {
  const out = new Float32Array(operand.length);
  const from = Uint32Array.from(offsets);
  for (let k = 0; k < t; k++) {
    for (let i = 0; i < n; i++) {
      const sample = from[i] ?? 0;
      out[k * nPad + i] = operand[sample * nPad + i] ?? 0;
      from[i] = sample + 1 === t ? 0 : sample + 1;
    }
  }
  return out;
}

function bitsOf({ n, t, nPad, words }: Panel, mask: Float32Array): Uint32Array<ArrayBuffer> {
  const bits = new Uint32Array(n * words);
  for (let k = 0; k < t; k++) {
    for (let i = 0; i < n; i++) {
      const word = i * words + (k >>> 5);
      if (mask[k * nPad + i] === 1) bits[word] = (bits[word] ?? 0) | (1 << (k & 31));
    }
  }
  return bits;
}
