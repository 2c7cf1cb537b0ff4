/**
 * What the WASM twin looks up instead of summing: a spin's field depends on its neighbours' pattern
 * alone, 256 patterns for each eight of them.
 */
import type { Network } from './network.ts';
import { thresholdOf } from './threshold.ts';

export interface PatternTables {
  /** i32, a row a spin in the order of updates: spin, neighbours, byte offset of its table in `tables`, sixteen neighbours. */
  readonly rows: Int32Array<ArrayBuffer>;
  /** 256 thresholds (u32) a spin of up to 8 neighbours; else 2 × 256 sums (i32, Q16), h within the first. */
  readonly tables: Int32Array<ArrayBuffer>;
}

const ROW = 19;
const HALF = 8;
const PATTERNS = 1 << HALF;

export function patternTables(network: Network): PatternTables {
  const { n, order, offsets, neighbours, fields } = network;
  const degreeOf = (spin: number): number => (offsets[spin + 1] ?? 0) - (offsets[spin] ?? 0);
  const halves = order.reduce((sum, spin) => sum + (degreeOf(spin) > HALF ? 2 : 1), 0);
  const rows = new Int32Array(n * ROW);
  const tables = new Int32Array(halves * PATTERNS);
  let next = 0;
  order.forEach((spin, at) => {
    const degree = degreeOf(spin);
    const first = offsets[spin] ?? 0;
    rows.set([spin, degree, next * 4, ...neighbours.subarray(first, first + degree)], at * ROW);
    const low = sums(network, first, Math.min(degree, HALF), fields[spin] ?? 0);
    if (degree <= HALF) {
      tables.set(low.map(thresholdOf), next);
      next += PATTERNS;
    } else {
      tables.set(low, next);
      tables.set(sums(network, first + HALF, degree - HALF, 0), next + PATTERNS);
      next += 2 * PATTERNS;
    }
  });
  return { rows, tables };
}

/** `start` and ±J of the neighbours from `first` on, for each pattern of the first `count`. */
function sums({ couplings }: Network, first: number, count: number, start: number): Int32Array {
  const out = new Int32Array(PATTERNS);
  const own = couplings.subarray(first, first + count);
  out[0] = own.reduce((sum, coupling) => sum - coupling, start);
  own.forEach((coupling, k) => {
    for (let p = 0; p < 1 << k; p++) out[p + (1 << k)] = (out[p] ?? 0) + 2 * coupling;
  });
  return out;
}
