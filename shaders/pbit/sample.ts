/** Samples a network and tells what it saw: means, pair moments, cascades, each with its error. */
import { ChainCounts } from './chain-counts.ts';
import { diagnose, MIXED, type Diagnostics } from './diagnostics.ts';
import { checkQuestion, tallyDown, type Question, type Tally } from './down-tally.ts';
import type { Counts } from './estimates.ts';
import type { IsingModel } from './ising.ts';
import { BLOCKS, wordsOf } from './sampler.ts';
import { exchangeWalk, gibbsWalk, type OpenSampler, type Walk, type WalkPlan } from './walk.ts';

export interface Plan extends WalkPlan {
  /** Sweeps before the first state is measured. */
  readonly burnIn: number;
  /** Measured states of each chain; even. */
  readonly measures: number;
  /** Sweeps from one to the next. */
  readonly every: number;
  readonly questions: readonly Question[];
}

export const DEFAULT_PLAN: Plan = {
  chains: 1024,
  seed: 1,
  burnIn: 256,
  measures: 256,
  every: 2,
  questions: [],
};

/** Replicas are many, so fewer chains of each; a state takes a while to walk the ladder, so further apart. */
const EXCHANGE = { chains: 256, every: 4 };

export interface Sampled {
  /** Replica exchange where the plain chains had not mixed. */
  readonly method: 'gibbs' | 'replica exchange';
  readonly chains: number;
  readonly counts: Counts;
  readonly diagnostics: Diagnostics;
  /** One a question, in its order; what `atLeast` reads. */
  readonly tallies: readonly Tally[];
  /** The largest R̂ of any spin. */
  readonly worstRHat: number;
  /** False: the numbers are not those of the model, and must not be shown as if they were. */
  readonly mixed: boolean;
}

/** @throws RangeError on a plan or a model that cannot be: the caller's mistake. */
export async function sampleNetwork(
  open: OpenSampler,
  model: IsingModel,
  plan: Plan = DEFAULT_PLAN,
): Promise<Sampled> {
  checkPlan(plan, model.n);
  const plain = await measure('gibbs', await gibbsWalk(open, model, plan), plan);
  if (plain.mixed) return plain;
  const chains = Math.min(plan.chains, EXCHANGE.chains);
  const exchanging = { ...plan, chains, every: plan.every * EXCHANGE.every };
  return measure('replica exchange', await exchangeWalk(open, model, exchanging), exchanging);
}

async function measure(method: Sampled['method'], { target, advance }: Walk, plan: Plan): Promise<Sampled> {
  const { network, chains } = target.run;
  const words = wordsOf(chains);
  const halves = [new ChainCounts(network.n * words), new ChainCounts(network.n * words)] as const;
  const tallies = plan.questions.map(({ set }) => new Uint32Array(BLOCKS * (set.length + 1)));
  await advance(plan.burnIn);
  for (let done = 0; done < plan.measures; done++) {
    await advance(plan.every);
    await target.countPairs();
    const spins = await target.read();
    halves[done < plan.measures / 2 ? 0 : 1].add(spins);
    plan.questions.forEach((question, q) => {
      const tally = tallies[q];
      if (tally) tallyDown(question, spins, words, tally);
    });
  }
  const [first, second] = [halves[0].totals(), halves[1].totals()];
  const diagnostics = diagnose(first, second, chains, plan.measures / 2);
  const worstRHat = diagnostics.rHat.reduce((a, b) => Math.max(a, b), 1);
  return {
    method,
    chains,
    counts: {
      n: network.n,
      draws: (chains / BLOCKS) * plan.measures,
      up: upByBlock(first, second, network.n, chains),
      differing: await target.differing(),
    },
    diagnostics,
    tallies,
    worstRHat,
    mixed: worstRHat <= MIXED,
  };
}

function upByBlock(first: Uint32Array, second: Uint32Array, n: number, chains: number): Float64Array {
  const up = new Float64Array(n * BLOCKS);
  for (let i = 0; i < n; i++) {
    for (let c = 0; c < chains; c++) {
      const at = i * BLOCKS + ((c >>> 5) & (BLOCKS - 1));
      up[at] = (up[at] ?? 0) + (first[i * chains + c] ?? 0) + (second[i * chains + c] ?? 0);
    }
  }
  return up;
}

function checkPlan({ burnIn, measures, every, questions }: Plan, n: number): void {
  const whole = (x: number, least: number): boolean => Number.isInteger(x) && x >= least && x <= 1e6;
  if (!whole(burnIn, 0) || !whole(every, 1) || !whole(measures, 4) || measures % 2 !== 0) {
    throw new RangeError(
      `${burnIn} sweeps of burn-in and ${measures} states, each after ${every}, are no plan of whole, even numbers.`,
    );
  }
  for (const question of questions) checkQuestion(question, n);
}
