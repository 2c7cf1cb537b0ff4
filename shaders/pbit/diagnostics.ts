/**
 * Whether the chains agree, and how much they are worth, spin by spin: split-R̂ (Gelman et al.,
 * Bayesian Data Analysis, 2013) and effective sample size. A spin is ±1, so that a chain's variance
 * follows from how often it was up.
 */
export interface Diagnostics {
  /** ⟨m_i⟩. */
  readonly means: Float64Array;
  /** Standard error of each mean, from the spread of the chains. */
  readonly errors: Float64Array;
  /** 1 where all is mixed; Infinity where chains that never moved disagree. */
  readonly rHat: Float64Array;
  /** Independent draws that would give the same error; a spin that never moved has all of them. */
  readonly effective: Float64Array;
}

/** Above this R̂ the chains have not mixed. */
export const MIXED = 1.05;

/**
 * @param first times up in the first half of the draws, n × chains
 * @param second in the second half
 * @param draws measured states in each half
 */
export function diagnose(
  first: Uint32Array,
  second: Uint32Array,
  chains: number,
  draws: number,
): Diagnostics {
  const n = first.length / chains;
  const out = {
    means: new Float64Array(n),
    errors: new Float64Array(n),
    rHat: new Float64Array(n),
    effective: new Float64Array(n),
  };
  const halves = new Float64Array(2 * chains);
  const wholes = new Float64Array(chains);
  for (let i = 0; i < n; i++) {
    let within = 0;
    for (let c = 0; c < chains; c++) {
      const a = (2 * (first[i * chains + c] ?? 0)) / draws - 1;
      const b = (2 * (second[i * chains + c] ?? 0)) / draws - 1;
      halves[2 * c] = a;
      halves[2 * c + 1] = b;
      wholes[c] = (a + b) / 2;
      within += 2 - a * a - b * b;
    }
    within *= draws / (draws - 1) / halves.length;
    const between = variance(halves).variance;
    const whole = variance(wholes);
    const pooled = ((draws - 1) / draws) * within + between;
    const squaredError = whole.variance / chains;
    out.means[i] = whole.mean;
    out.errors[i] = Math.sqrt(squaredError);
    out.rHat[i] = pooled === 0 ? 1 : Math.sqrt(pooled / within);
    out.effective[i] = squaredError === 0 ? 2 * draws * chains : pooled / squaredError;
  }
  return out;
}

function variance(xs: Float64Array): { readonly mean: number; readonly variance: number } {
  let sum = 0;
  for (const x of xs) sum += x;
  const mean = sum / xs.length;
  let squares = 0;
  for (const x of xs) squares += (x - mean) * (x - mean);
  return { mean, variance: squares / (xs.length - 1) };
}
