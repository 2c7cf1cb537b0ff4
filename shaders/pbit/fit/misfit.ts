/**
 * How far a sampled network is from the data that it was fitted to. Pseudo-likelihood gets each spin
 * right given its neighbours; where most couplings were left out and a factor common to all went with
 * them, the network as a whole may still be less correlated than the market. So it is measured, and
 * stands beside whatever the network says.
 */
import { MIN_SAMPLES } from '../../correlation/panel.ts';
import { pairIndex, type IsingModel } from '../ising.ts';
import type { Signs } from './signs.ts';

export interface Misfit {
  /** Root mean square of the network's ⟨m m⟩ less the data's, over the coupled pairs. */
  readonly coupled: number;
  /** The same over all pairs with at least 30 bars in common. */
  readonly all: number;
  /** Mean ⟨m m⟩ of all those pairs, in the data and in the network. */
  readonly meanOfData: number;
  readonly meanOfNetwork: number;
}

/**
 * @param moments the network's ⟨m_i m_j⟩ at pairIndex(i, j), as `pairEstimates` gives them
 * @returns NaN where there is no pair to compare
 */
export function misfit({ n, t, spins }: Signs, { edges }: IsingModel, moments: Float64Array): Misfit {
  const joined = new Set(edges.map(({ i, j }) => pairIndex(Math.min(i, j), Math.max(i, j))));
  const sums = { pairs: 0, squares: 0, data: 0, network: 0, coupled: 0, coupledSquares: 0 };
  for (let j = 1; j < n; j++) {
    for (let i = 0; i < j; i++) {
      const data = momentOf(spins.subarray(i * t, i * t + t), spins.subarray(j * t, j * t + t));
      if (data === null) continue;
      const network = moments[pairIndex(i, j)] ?? Number.NaN;
      const square = (network - data) ** 2;
      sums.pairs++;
      sums.squares += square;
      sums.data += data;
      sums.network += network;
      if (!joined.has(pairIndex(i, j))) continue;
      sums.coupled++;
      sums.coupledSquares += square;
    }
  }
  return {
    coupled: Math.sqrt(sums.coupledSquares / sums.coupled),
    all: Math.sqrt(sums.squares / sums.pairs),
    meanOfData: sums.data / sums.pairs,
    meanOfNetwork: sums.network / sums.pairs,
  };
}

/** ⟨m m⟩ over the bars at which both have a sign; null where those are too few. */
function momentOf(a: Float64Array, b: Float64Array): number | null {
  let sum = 0;
  let count = 0;
  for (let k = 0; k < a.length; k++) {
    const both = (a[k] ?? 0) * (b[k] ?? 0);
    sum += both;
    count += both === 0 ? 0 : 1;
  }
  return count < MIN_SAMPLES ? null : sum / count;
}
