/** The Ising law by summing over all 2ⁿ states, in f64: what samplers are tested against. n ≤ 16. */
import { pairCount, pairIndex, type IsingModel } from './ising.ts';

export interface ExactLaw {
  readonly means: Float64Array;
  /** ⟨m_i m_j⟩ at pairIndex(i, j). */
  readonly moments: Float64Array;
  /** P of each state; bit i of its number is set where spin i is up. */
  readonly states: Float64Array;
}

export function exactLaw({ n, fields, edges }: IsingModel): ExactLaw {
  if (n > 16) throw new RangeError(`2^${n} states are too many to sum over.`);
  const spin = (state: number, i: number): number => ((state >>> i) & 1) * 2 - 1;
  const exponents = Float64Array.from({ length: 2 ** n }, (_, state) => {
    const field = fields.reduce((sum, h, i) => sum + h * spin(state, i), 0);
    return edges.reduce((sum, { i, j, coupling }) => sum + coupling * spin(state, i) * spin(state, j), field);
  });
  const most = exponents.reduce((a, b) => Math.max(a, b), -Infinity);
  const weights = exponents.map((x) => Math.exp(x - most));
  const total = weights.reduce((a, b) => a + b, 0);
  const states = weights.map((w) => w / total);
  const means = new Float64Array(n);
  const moments = new Float64Array(pairCount(n));
  states.forEach((p, state) => {
    for (let j = 0; j < n; j++) {
      means[j] = (means[j] ?? 0) + p * spin(state, j);
      for (let i = 0; i < j; i++) {
        moments[pairIndex(i, j)] = (moments[pairIndex(i, j)] ?? 0) + p * spin(state, i) * spin(state, j);
      }
    }
  });
  return { means, moments, states };
}

/** P(at least k of these spins down), given one of them down or not. */
export function exactDown(
  { states }: ExactLaw,
  set: readonly number[],
  k: number,
  given: number | null = null,
): number {
  let both = 0;
  let condition = 0;
  states.forEach((p, state) => {
    if (given !== null && (state >>> given) & 1) return;
    condition += p;
    if (set.filter((i) => ((state >>> i) & 1) === 0).length >= k) both += p;
  });
  return both / condition;
}
