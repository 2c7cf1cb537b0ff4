/** How the states that are measured come about: one sampler, or one of a ladder that exchanges them. */
import { buildNetwork } from './network.ts';
import { heated, type IsingModel } from './ising.ts';
import { keyOf, STREAM, wordsOf, type Run, type Sampler } from './sampler.ts';
import { philox4x32 } from '../lib/philox.ts';
import { thresholdOf } from './threshold.ts';

/** Opens a sampler on the backend of the moment. */
export type OpenSampler = (run: Run) => Sampler | Promise<Sampler>;

export interface Walk {
  /** The sampler whose states follow the model's law. */
  readonly target: Sampler;
  readonly advance: (sweeps: number) => Promise<void>;
}

export interface WalkPlan {
  readonly chains: number;
  readonly seed: number;
}

export async function gibbsWalk(open: OpenSampler, model: IsingModel, plan: WalkPlan): Promise<Walk> {
  const target = await open({ ...plan, network: buildNetwork(model), stream: 0 });
  return {
    target,
    advance: async (sweeps) => {
      await target.sweep(sweeps);
    },
  };
}

/**
 * Replica exchange (Hukushima and Nemoto 1996): samplers from the model's own temperature up to none
 * of its couplings at all; neighbours swap states, chain by chain, by the heat-bath rule
 * 1/(1 + e^(−Δ)), Δ = (β − β′)(E′ − E), which the spins' own table of thresholds gives in integers.
 */
export async function exchangeWalk(open: OpenSampler, model: IsingModel, plan: WalkPlan): Promise<Walk> {
  const betas = ladder(model.n);
  const samplers = await Promise.all(
    betas.map(async (beta, stream) => open({ ...plan, network: buildNetwork(heated(model, beta)), stream })),
  );
  const target = samplers[0];
  if (target === undefined) throw new Error('a ladder has at least two steps');
  let round = 0;
  return {
    target,
    advance: async (sweeps) => {
      for (let done = 0; done < sweeps; done++, round++) {
        for (const sampler of samplers) await sampler.sweep(1);
        const states = await Promise.all(samplers.map(async (sampler) => sampler.read()));
        swapRound(states, betas, target.run, round);
        await Promise.all(samplers.map(async (sampler, r) => sampler.write(states[r] ?? new Uint32Array())));
      }
    },
  };
}

/** β from 1 to 0, about √n steps: their energies then overlap. */
function ladder(n: number): number[] {
  const steps = Math.min(24, Math.max(8, Math.ceil(Math.sqrt(n)) + 1));
  return Array.from({ length: steps }, (_, r) => 1 - r / (steps - 1));
}

/** Even and odd pairs of neighbours in turn. */
function swapRound(states: readonly Uint32Array[], betas: readonly number[], run: Run, round: number): void {
  const energies = states.map((spins) => exponents(spins, run));
  const key = keyOf(run.seed);
  const drawn = new Uint32Array(4);
  for (let r = round & 1; r + 1 < states.length; r += 2) {
    const [cold, hot, coldE, hotE] = [states[r], states[r + 1], energies[r], energies[r + 1]];
    if (!cold || !hot || !coldE || !hotE) continue;
    const half = ((betas[r] ?? 0) - (betas[r + 1] ?? 0)) / 2;
    const swaps = new Uint32Array(wordsOf(run.chains));
    for (let c = 0; c < run.chains; c++) {
      if ((c & 3) === 0) philox4x32([round, r, c >>> 2, STREAM.exchange], key, drawn);
      const gain = Math.round(half * ((hotE[c] ?? 0) - (coldE[c] ?? 0)));
      if ((drawn[c & 3] ?? 0) < thresholdOf(gain)) swaps[c >>> 5] = (swaps[c >>> 5] ?? 0) | (1 << (c & 31));
    }
    for (let at = 0; at < cold.length; at++) {
      const apart = ((cold[at] ?? 0) ^ (hot[at] ?? 0)) & (swaps[at % swaps.length] ?? 0);
      cold[at] = (cold[at] ?? 0) ^ apart;
      hot[at] = (hot[at] ?? 0) ^ apart;
    }
  }
}

/** Σ h m + Σ J m m of each chain, in Q16, exact: the law's exponent. */
function exponents(spins: Uint32Array, { network, chains }: Run): Float64Array {
  const { n, fields, offsets, neighbours, couplings } = network;
  const words = wordsOf(chains);
  const sums = new Float64Array(chains);
  const add = (word: number, w: number, weight: number): void => {
    for (let bit = 0; bit < 32; bit++) {
      const c = w * 32 + bit;
      sums[c] = (sums[c] ?? 0) + ((word >>> bit) & 1 ? weight : -weight);
    }
  };
  for (let i = 0; i < n; i++) {
    for (let w = 0; w < words; w++) {
      const own = spins[i * words + w] ?? 0;
      add(own, w, fields[i] ?? 0);
      for (let at = offsets[i] ?? 0; at < (offsets[i + 1] ?? 0); at++) {
        const j = neighbours[at] ?? 0;
        if (j < i) add(~(own ^ (spins[j * words + w] ?? 0)), w, couplings[at] ?? 0);
      }
    }
  }
  return sums;
}
