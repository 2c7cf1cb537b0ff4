/**
 * What else falls when one instrument does, by the p-bit network of the market (K3). Down means: in one bar
 * below its own median. The network is the maximum-entropy model with the market's means and pair
 * correlations of signs; how far it is from the market is measured and told.
 */
import { ok, refuse, type Refusal, type Result } from '../../protocol/result.ts';
import { buildPanel } from '../correlation/build-panel.ts';
import { fitNetwork, DEFAULT_FIT, type Fitted } from '../pbit/fit/fit.ts';
import { misfit, type Misfit } from '../pbit/fit/misfit.ts';
import { atLeast, downGiven, pairEstimates, type Estimate } from '../pbit/estimates.ts';
import { MAX_DEGREE } from '../pbit/network.ts';
import { sampleNetwork, type Plan, type Sampled } from '../pbit/sample.ts';
import type { OpenSampler } from '../pbit/walk.ts';
import type { Analysis, Tools } from './analysis.ts';
import { selectRows, type ReturnsPanel } from './returns-panel.ts';

export interface CascadeOptions {
  /** Whose fall it is about, by name. */
  readonly given: string;
  /** It and so many others at most, those that it is most correlated with. */
  readonly others: number;
  /** Chains of the sampler, a multiple of 256. */
  readonly chains: number;
  readonly seed: number;
}

export interface Cascade {
  readonly given: string;
  /** Bars in which it was down, of so many in which it moved: what can be learnt of its falls. */
  readonly downBars: number;
  readonly bars: number;
  /** The likeliest first. */
  readonly others: readonly Falls[];
  /** How many of the others are down at once, k = 1, 2, …. */
  readonly counts: readonly CountDown[];
  /** Instruments that were not asked about: less correlated with the one given than `others` are. */
  readonly notAsked: number;
  readonly sampling: Sampling;
  /** Of the network against the market's own signs. */
  readonly misfit: Misfit;
}

/** Every error is one standard error: of the sampler, and of the bars that the network was learnt from. */
export interface Falls {
  readonly name: string;
  /** P(down | the one given is down). */
  readonly probability: Estimate;
  /** P(down), whatever the one given does. */
  readonly alone: Estimate;
}

export interface CountDown {
  readonly k: number;
  /** P(at least k of the others down | the one given is down), and whatever it does; null: seen too seldom. */
  readonly given: Estimate | null;
  readonly always: Estimate | null;
}

/** What the figures rest on. */
export interface Sampling {
  readonly method: Sampled['method'];
  readonly chains: number;
  /** States of all chains. */
  readonly draws: number;
  /** The largest R̂ and the smallest effective sample size of any instrument. */
  readonly worstRHat: number;
  readonly leastEffective: number;
}

const PLAN = { burnIn: 256, measures: 256, every: 2 };

export const cascade: Analysis<CascadeOptions, Cascade> = {
  instruments: [2, 4096],
  run: async (panel, options, tools) => {
    const chosen = await nearest(panel, options, tools);
    if (!chosen.ok) return chosen;
    await tools.breathe();
    // As many couplings as the sampler's degree allows: what is left out is less correlated than the market.
    const edges = (chosen.value.n * MAX_DEGREE) / 2;
    const fitted = fitNetwork(chosen.value, { ...DEFAULT_FIT, seed: options.seed, edges });
    const { usable } = fitted.signs;
    const asked = usable.flatMap((isUsable, i) => (isUsable && i !== 0 ? [i] : []));
    if (usable[0] !== true || asked.length === 0) return refuseUnsigned(options.given);
    const plan: Plan = {
      ...PLAN,
      chains: options.chains,
      seed: options.seed,
      questions: [
        { set: asked, given: 0 },
        { set: asked, given: null },
      ],
    };
    const sampled = await sampleNetwork(breathing(tools, plan), fitted.model, plan);
    if (!sampled.mixed) return notMixed(sampled);
    return ok(told(panel, chosen.value, fitted, asked, sampled, plan));
  },
};

/** The instrument given, first, and those that are most correlated with it, either way. */
async function nearest(
  panel: ReturnsPanel,
  { given, others }: CascadeOptions,
  { kernels }: Tools,
): Promise<Result<ReturnsPanel>> {
  const at = panel.names.indexOf(given);
  if (at < 0) {
    return refuse('no-returns', `${given} has too few returns in this window, or has not moved in it.`);
  }
  const { matrix } = await kernels.correlate(buildPanel(panel));
  const strength = (i: number): number => Math.abs(matrix[at * panel.n + i] ?? 0);
  const rest = panel.names
    .map((_, i) => i)
    .filter((i) => i !== at)
    .sort((a, b) => strength(b) - strength(a) || a - b);
  return ok(selectRows(panel, [at, ...rest.slice(0, others)]));
}

function told(
  panel: ReturnsPanel,
  chosen: ReturnsPanel,
  { model, signs }: Fitted,
  asked: readonly number[],
  { counts, diagnostics, tallies, method, chains, worstRHat }: Sampled,
  { questions }: Plan,
): Cascade {
  const own = signs.spins.subarray(0, signs.t);
  const downBars = own.reduce((count, sign) => count + (sign < 0 ? 1 : 0), 0);
  const bars = own.reduce((count, sign) => count + Math.abs(sign), 0);
  const given = downGiven(counts, 0);
  const others = asked.flatMap((i): Falls[] => {
    const probability = given[i];
    if (!probability) return [];
    const alone = {
      value: (1 - (diagnostics.means[i] ?? 0)) / 2,
      error: (diagnostics.errors[i] ?? 0) / 2,
    };
    const name = chosen.names[i] ?? '';
    return [{ name, probability: learnt(probability, downBars), alone: learnt(alone, bars) }];
  });
  const estimate = (q: number, k: number): Estimate | null => {
    const [question, tally] = [questions[q], tallies[q]];
    const found = question && tally ? atLeast(question, tally, k) : null;
    return found && learnt(found, q === 0 ? downBars : bars);
  };
  return {
    given: chosen.names[0] ?? '',
    downBars,
    bars,
    others: others.sort((a, b) => b.probability.value - a.probability.value),
    counts: asked.map((_, at) => ({ k: at + 1, given: estimate(0, at + 1), always: estimate(1, at + 1) })),
    notAsked: panel.n - chosen.n,
    sampling: {
      method,
      chains,
      draws: chains * PLAN.measures,
      worstRHat,
      leastEffective: asked.reduce((least, i) => Math.min(least, diagnostics.effective[i] ?? 0), Infinity),
    },
    misfit: misfit(signs, model, pairEstimates(counts).moments),
  };
}

/** A share that was learnt from so many bars is no surer than they are, however long it is sampled. */
function learnt({ value, error }: Estimate, bars: number): Estimate {
  return { value, error: Math.hypot(error, Math.sqrt((value * (1 - value)) / Math.max(1, bars))) };
}

/** Samplers that let the thread do something else after each sweep, and tell how far they are. */
function breathing({ kernels, progress, breathe }: Tools, { burnIn, measures, every }: Plan): OpenSampler {
  const of = burnIn + measures * every;
  let done = 0;
  return async (run) => {
    const sampler = await kernels.openSampler(run);
    return {
      run,
      sweep: async (count) => {
        for (let k = 0; k < count; k++) {
          await sampler.sweep(1);
          // A ladder's other samplers sweep too, and there are more sweeps than were planned.
          if (run.stream === 0) progress(Math.min(++done, of), of);
          await breathe();
        }
      },
      countPairs: () => sampler.countPairs(),
      read: () => sampler.read(),
      write: (spins) => sampler.write(spins),
      differing: () => sampler.differing(),
    };
  };
}

function refuseUnsigned(given: string): { readonly ok: false; readonly error: Refusal } {
  return refuse(
    'too-few-signs',
    `${given} stood still in most bars of this window: there are not 30 rises and falls to learn from.`,
  );
}

function notMixed({ worstRHat }: Sampled): { readonly ok: false; readonly error: Refusal } {
  const found = Number.isFinite(worstRHat) ? worstRHat.toFixed(2) : 'beyond measure';
  return refuse(
    'not-mixed',
    `The chains of the sampler do not agree (R̂ ${found}, above 1.05): their figures would not be those of the network.`,
  );
}
