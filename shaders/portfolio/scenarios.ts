/**
 * Scenarios of a book's gain over a horizon: r = μΔt + √Δt σ ∘ (L z), L Lᵀ the correlations, z normal or
 * Student's t of unit variance. Every scenario is a pure function of its number and the seed (Philox), so
 * that the few of the tail can be drawn again, instrument by instrument, without having kept the rest.
 */
import { philox4x32 } from '../lib/philox.ts';

export interface Market {
  readonly n: number;
  /** Lower triangle of the correlations' Cholesky factor, n × n. */
  readonly factor: Float64Array;
  /** Standard deviation of each return over one unit of time. */
  readonly sigma: Float64Array;
  /** Mean of each return over one unit of time. */
  readonly drift: Float64Array;
}

export interface Draw {
  readonly scenarios: number;
  /** In the units of sigma and drift: 1/√252 of a yearly sigma is a day's. */
  readonly horizon: number;
  /** Degrees of freedom of Student's t, a whole number over 2; null: normal. */
  readonly degrees: number | null;
  /** Two u32 words. */
  readonly seed: readonly [number, number];
}

/** @throws RangeError for degrees of freedom that have no variance, or that are no whole number. */
export function checkDraw({ degrees, scenarios, horizon }: Draw): void {
  if (degrees !== null && !(Number.isInteger(degrees) && degrees > 2 && degrees <= 60)) {
    throw new RangeError('Student’s t needs a whole number of degrees of freedom from 3 to 60');
  }
  if (!Number.isInteger(scenarios) || scenarios < 1000 || scenarios > 2 ** 24) {
    throw new RangeError('the number of scenarios must be a whole one from 1,000 to 16,777,216');
  }
  if (!(horizon > 0) || !Number.isFinite(horizon)) throw new RangeError('the horizon must be over 0');
}

/**
 * The gain of each scenario, in the units of `exposure` (what the position is worth, signed).
 * O(scenarios × n): the book's loadings on z are made once.
 */
export function gains(market: Market, exposure: Float64Array, draw: Draw): Float64Array<ArrayBuffer> {
  checkDraw(draw);
  const { n, drift } = market;
  const loads = loadings(market, exposure);
  let mean = 0;
  for (let i = 0; i < n; i++) mean += (exposure[i] ?? 0) * (drift[i] ?? 0) * draw.horizon;
  const root = Math.sqrt(draw.horizon);
  const z = new Float64Array(n + (n % 2));
  const words = new Uint32Array(4);
  const out = new Float64Array(draw.scenarios);
  for (let s = 0; s < out.length; s++) {
    const scale = fill(z, n, s, draw, words) * root;
    let sum = 0;
    for (let i = 0; i < n; i++) sum += (loads[i] ?? 0) * (z[i] ?? 0);
    out[s] = mean + scale * sum;
  }
  return out;
}

/** Each instrument's gain in one scenario: they sum to what `gains` has of it, but for rounding. */
export function gainsOf(market: Market, exposure: Float64Array, draw: Draw, scenario: number): Float64Array {
  const { n, factor, sigma, drift } = market;
  const z = new Float64Array(n + (n % 2));
  const scale = fill(z, n, scenario, draw, new Uint32Array(4)) * Math.sqrt(draw.horizon);
  return Float64Array.from({ length: n }, (_, i) => {
    let shock = 0;
    for (let k = 0; k <= i; k++) shock += (factor[i * n + k] ?? 0) * (z[k] ?? 0);
    return (exposure[i] ?? 0) * ((drift[i] ?? 0) * draw.horizon + scale * (sigma[i] ?? 0) * shock);
  });
}

/** Lᵀ (σ ∘ exposure). */
function loadings({ n, factor, sigma }: Market, exposure: Float64Array): Float64Array {
  const loads = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const weight = (sigma[i] ?? 0) * (exposure[i] ?? 0);
    if (weight === 0) continue;
    for (let k = 0; k <= i; k++) loads[k] = (loads[k] ?? 0) + (factor[i * n + k] ?? 0) * weight;
  }
  return loads;
}

const TWO_PI = 2 * Math.PI;
/** The words of one scenario are apart from those of its Student's divisor. */
const SHOCKS = 0;
const DIVISOR = 1;

/** Fills z with the scenario's normals; returns what they are multiplied by: 1, or Student's common divisor. */
function fill(
  z: Float64Array,
  n: number,
  scenario: number,
  draw: Draw,
  words: Uint32Array<ArrayBuffer>,
): number {
  normals(z, n, scenario, SHOCKS, draw.seed, words);
  if (draw.degrees === null) return 1;
  const squares = new Float64Array(draw.degrees + (draw.degrees % 2));
  normals(squares, draw.degrees, scenario, DIVISOR, draw.seed, words);
  let chi = 0;
  for (let k = 0; k < draw.degrees; k++) chi += (squares[k] ?? 0) ** 2;
  return Math.sqrt((draw.degrees - 2) / chi);
}

/** Box and Muller, two normals of two words. */
function normals(
  z: Float64Array,
  n: number,
  scenario: number,
  stream: number,
  seed: readonly [number, number],
  words: Uint32Array<ArrayBuffer>,
): void {
  for (let block = 0; 4 * block < n; block++) {
    philox4x32([scenario, block, stream, 0], seed, words);
    for (let pair = 0; pair < 4 && 4 * block + pair < n; pair += 2) {
      const radius = Math.sqrt(-2 * Math.log(uniform(words[pair] ?? 0)));
      const angle = TWO_PI * uniform(words[pair + 1] ?? 0);
      z[4 * block + pair] = radius * Math.cos(angle);
      z[4 * block + pair + 1] = radius * Math.sin(angle);
    }
  }
}

/** In (0, 1), never at its ends: 23 bits and a half, so that a shader's f32 draws the same. */
function uniform(word: number): number {
  return (word >>> 9) * 2 ** -23 + 2 ** -24;
}
