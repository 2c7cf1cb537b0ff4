/**
 * The network of a market, fitted to the signs of its returns: each instrument given the few that it is
 * coupled to. How near the whole comes to the market is measured once it is sampled (misfit.ts). On the
 * CPU in f64; the cost grows with n²·t and n³: 16 s for 451 shares of 1,258 days.
 */
import type { CorrelationInput } from '../../correlation/panel.ts';
import type { IsingModel } from '../ising.ts';
import { MAX_DEGREE } from '../network.ts';
import { meanField } from './mean-field.ts';
import { pseudoLikelihood } from './pseudo-likelihood.ts';
import { refit } from './refit.ts';
import { signsOf, type Signs, type Zeros } from './signs.ts';
import { chooseSupport } from './support.ts';

export interface FitOptions {
  readonly zeros: Zeros;
  /** Of the jitter. */
  readonly seed: number;
  /** Couplings kept; null: four an instrument. A spanning tree is kept in any case. */
  readonly edges: number | null;
  /** Neighbours of one spin at most. */
  readonly degree: number;
  /** λ of the L2 penalty; null: 5/T, which is a prior of standard deviation 0.45 on each coupling. */
  readonly ridge: number | null;
}

export const DEFAULT_FIT: FitOptions = {
  zeros: 'drop',
  seed: 1,
  edges: null,
  degree: MAX_DEGREE,
  ridge: null,
};

export interface Fitted {
  readonly model: IsingModel;
  /** What it was fitted to, for its misfit. */
  readonly signs: Signs;
}

/** @throws RangeError when lengths, shape or options disagree: the caller's mistake. */
export function fitNetwork(
  input: Omit<CorrelationInput, 'lambda'>,
  options: FitOptions = DEFAULT_FIT,
): Fitted {
  check(input, options);
  const signs = signsOf(input, options.zeros, options.seed);
  return { model: fitSigns(signs, options), signs };
}

export function fitSigns(signs: Signs, options: FitOptions = DEFAULT_FIT): IsingModel {
  const { n, t } = signs;
  const ridge = options.ridge ?? 5 / Math.max(1, t);
  const dense = pseudoLikelihood(signs, meanField(signs, Math.sqrt(1 / Math.max(1, t))), ridge);
  const limits = { edges: options.edges ?? 4 * n, degree: options.degree };
  return refit(signs, chooseSupport(dense, limits), ridge);
}

function check({ returns, valid, n, t }: Omit<CorrelationInput, 'lambda'>, options: FitOptions): void {
  const whole = (x: number): boolean => Number.isInteger(x) && x >= 0;
  if (!whole(n) || !whole(t) || returns.length !== n * t || valid.length !== n * Math.ceil(t / 32)) {
    throw new RangeError(`${returns.length} returns and ${valid.length} words do not fill ${n} × ${t}.`);
  }
  const { seed, edges, degree, ridge } = options;
  if (!Number.isSafeInteger(seed) || seed < 0) throw new RangeError(`${seed} is not a seed.`);
  if (edges !== null && !whole(edges)) throw new RangeError(`${edges} couplings cannot be kept.`);
  if (!whole(degree) || degree > MAX_DEGREE) {
    throw new RangeError(`A spin has 0 to ${MAX_DEGREE} neighbours, not ${degree}.`);
  }
  if (ridge !== null && !(ridge > 0 && ridge < Infinity))
    throw new RangeError(`A penalty is above 0, not ${ridge}.`);
}
