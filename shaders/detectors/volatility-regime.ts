/**
 * Whether a market is calm or wild: a hidden chain of two states (Hamilton 1989), returns normal with mean
 * 0 and a standard deviation for each state. Fitted by expectation and maximisation (Baum and Welch) on a
 * window of the past; then filtered one return at a time, with nothing of the future.
 */
export interface RegimeModel {
  /** Standard deviation of a return in each state; wild is the larger. */
  readonly calm: number;
  readonly wild: number;
  /** Probability of the same state at the next return. */
  readonly staysCalm: number;
  readonly staysWild: number;
}

const LEAST_RETURNS = 100;
const TURNS = 100;
const SETTLED = 1e-7;
/** States whose sizes are nearer than this are one. */
const LEAST_RATIO = 1.5;

/** Null when there are too few returns, when they never move, or when one state tells them as well as two. */
export function fitRegime(returns: Float64Array): RegimeModel | null {
  const t = returns.length;
  if (t < LEAST_RETURNS || !returns.every(Number.isFinite)) return null;
  const size = Math.sqrt(returns.reduce((sum, r) => sum + r * r, 0) / t);
  if (!(size > 0)) return null;
  let model: RegimeModel = { calm: 0.6 * size, wild: 1.8 * size, staysCalm: 0.98, staysWild: 0.95 };
  let before = -Infinity;
  for (let turn = 0; turn < TURNS; turn++) {
    const { next, logLikelihood } = improved(model, returns, size);
    model = next;
    if (logLikelihood - before < SETTLED * t) break;
    before = logLikelihood;
  }
  return model.wild / model.calm >= LEAST_RATIO ? model : null;
}

/** One turn of Baum and Welch, scaled at each return so that nothing underflows. */
function improved(
  model: RegimeModel,
  returns: Float64Array,
  size: number,
): { next: RegimeModel; logLikelihood: number } {
  const t = returns.length;
  const forward = new Float64Array(t);
  const filter = new RegimeFilter(model);
  let logLikelihood = 0;
  for (const [k, r] of returns.entries()) {
    forward[k] = filter.step(r);
    logLikelihood += filter.logDensity;
  }
  const { staysCalm, staysWild } = model;
  // P(wild at k | everything), backwards (Kim 1994), and how often each state was left.
  let smooth = forward[t - 1] ?? 0;
  const sum = { wild: smooth, fromWild: 0, fromCalm: 0, wildStays: 0, calmStays: 0 };
  const squares = {
    calm: (1 - smooth) * (returns[t - 1] ?? 0) ** 2,
    wild: smooth * (returns[t - 1] ?? 0) ** 2,
  };
  for (let k = t - 2; k >= 0; k--) {
    const wild = forward[k] ?? 0;
    const nextWild = wild * staysWild + (1 - wild) * (1 - staysCalm);
    const [toWild, toCalm] = [smooth / nextWild, (1 - smooth) / (1 - nextWild)];
    const wildToWild = wild * staysWild * toWild;
    const calmToCalm = (1 - wild) * staysCalm * toCalm;
    smooth = wildToWild + wild * (1 - staysWild) * toCalm;
    sum.fromWild += smooth;
    sum.fromCalm += 1 - smooth;
    sum.wildStays += wildToWild;
    sum.calmStays += calmToCalm;
    sum.wild += smooth;
    squares.wild += smooth * (returns[k] ?? 0) ** 2;
    squares.calm += (1 - smooth) * (returns[k] ?? 0) ** 2;
  }
  // A state that holds a handful of equal returns must not shrink to nothing.
  const floor = 0.01 * size;
  const sigmas = [squares.calm / Math.max(1e-9, t - sum.wild), squares.wild / Math.max(1e-9, sum.wild)]
    .map((variance) => Math.max(floor, Math.sqrt(variance)))
    .sort((a, b) => a - b);
  return {
    next: {
      calm: sigmas[0] ?? floor,
      wild: sigmas[1] ?? floor,
      staysCalm: inside(sum.calmStays / Math.max(1e-9, sum.fromCalm)),
      staysWild: inside(sum.wildStays / Math.max(1e-9, sum.fromWild)),
    },
    logLikelihood,
  };
}

/** The filter must always be able to change its mind. */
function inside(probability: number): number {
  return Math.min(0.9999, Math.max(0.5, probability));
}

/** P(wild) given every return so far. A return that is missing moves it by the chain alone. */
export class RegimeFilter {
  readonly #model: RegimeModel;
  #wild: number;
  /** Log density of the newest return, before its sign of √2π. */
  logDensity = 0;

  constructor(model: RegimeModel) {
    this.#model = model;
    const [leaveCalm, leaveWild] = [1 - model.staysCalm, 1 - model.staysWild];
    this.#wild = leaveCalm / (leaveCalm + leaveWild);
  }

  /** P(wild) given every return so far. */
  get wild(): number {
    return this.#wild;
  }

  /** @param value a return, or NaN for one that is missing. @returns P(wild). */
  step(value: number): number {
    const { staysCalm, staysWild, calm, wild } = this.#model;
    const prior = this.#wild * staysWild + (1 - this.#wild) * (1 - staysCalm);
    this.#wild = prior;
    if (!Number.isFinite(value)) return prior;
    // In logarithms: 1e308 must not make both densities 0.
    const logWild = Math.log(prior) - Math.log(wild) - 0.5 * Math.min(1e300, (value / wild) ** 2);
    const logCalm = Math.log(1 - prior) - Math.log(calm) - 0.5 * Math.min(1e300, (value / calm) ** 2);
    const most = Math.max(logWild, logCalm);
    const total = Math.exp(logWild - most) + Math.exp(logCalm - most);
    this.logDensity = most + Math.log(total);
    this.#wild = Math.exp(logWild - most) / total;
    return this.#wild;
  }
}
