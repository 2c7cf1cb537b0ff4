/**
 * What says that one of two leads: the contrast, how much more the follower's moves have in common with the
 * leader's before them than with those after them (Hoffmann, Rosenbaum and Yoshida 2013 look for the lag at
 * which it is largest). It is made of the parts of as many stretches of time, and those say how sure it is:
 * where nobody leads, each part could as well have had the other sign.
 */
import { uniform } from '../lib/uniform.ts';

/** Contrasts of n instruments at some lags, in parts. */
export interface Contrasts {
  readonly n: number;
  readonly lags: number;
  readonly stretches: number;
  /** Part b of the contrast of pair (i, j), i < j, at lag l: ((pair · lags) + l) · stretches + b. */
  readonly parts: Float64Array;
}

/** Of a pair at all lags. */
export interface PairTest {
  /** |t| of the lag at which it is largest. */
  readonly t: number;
  /** How often a market in which nobody leads has one as large anywhere, 0 … 1. */
  readonly p: number;
}

/**
 * Each pair against nobody leading anyone: every stretch of every instrument is turned upside down or not by
 * chance, over and over; that keeps when each trades, how far it moves and whom its noise comes together with,
 * and leaves no order of moves. The largest |t| of all pairs and lags of each such market is what p compares with.
 *
 * @returns pairs i < j row by row, and the |t| that chance reaches once in twenty
 */
export async function testContrasts(
  { n, lags, stretches, parts }: Contrasts,
  flips: number,
  seed: number,
  breathe: () => Promise<void>,
): Promise<{ readonly tests: readonly PairTest[]; readonly chance: number }> {
  const pairs = (n * (n - 1)) / 2;
  const norms = new Float64Array(pairs * lags);
  for (let at = 0; at < norms.length; at++) {
    let squares = 0;
    for (let b = 0; b < stretches; b++) squares += (parts[at * stretches + b] ?? 0) ** 2;
    norms[at] = squares > 0 ? 1 / Math.sqrt(squares) : 0;
  }
  const signs = new Int8Array(n * stretches).fill(1);
  const largest = (each: (pair: number, t: number) => void): void => {
    const both = new Int8Array(stretches);
    for (let i = 0, pair = 0; i < n; i++) {
      for (let j = i + 1; j < n; j++, pair++) {
        for (let b = 0; b < stretches; b++)
          both[b] = (signs[i * stretches + b] ?? 0) * (signs[j * stretches + b] ?? 0);
        let most = 0;
        for (let l = 0; l < lags; l++) {
          const from = (pair * lags + l) * stretches;
          let sum = 0;
          for (let b = 0; b < stretches; b++) sum += (parts[from + b] ?? 0) * (both[b] ?? 0);
          most = Math.max(most, Math.abs(sum) * (norms[pair * lags + l] ?? 0));
        }
        each(pair, most);
      }
    }
  };
  const observed = new Float64Array(pairs);
  largest((pair, t) => (observed[pair] = t));
  const random = uniform(seed);
  const reached = new Float64Array(flips);
  for (let flip = 0; flip < flips; flip++) {
    for (let at = 0; at < signs.length; at++) signs[at] = random() < 0.5 ? -1 : 1;
    largest((_, t) => (reached[flip] = Math.max(reached[flip] ?? 0, t)));
    await breathe();
  }
  reached.sort();
  const tests = Array.from(observed, (t): PairTest => {
    const asLarge = flips - firstAtLeast(reached, t - 1e-12);
    return { t, p: (1 + asLarge) / (1 + flips) };
  });
  return { tests, chance: reached[Math.ceil(0.95 * (flips + 1)) - 1] ?? Infinity };
}

/** What a pair's stretches, drawn again and again with repetition, say of its contrast. */
export interface Resampled {
  /** Index of the lag at which |contrast| is largest: as it is, and the ends of the middle 95 % of the draws. */
  readonly best: number;
  readonly low: number;
  readonly high: number;
  /** At that lag; positive or negative. */
  readonly contrast: number;
  readonly contrastLow: number;
  readonly contrastHigh: number;
}

export function resamplePair(
  { lags, stretches, parts }: Contrasts,
  pair: number,
  draws: number,
  seed: number,
): Resampled {
  const random = uniform(seed);
  const sumAt = (l: number, times: ArrayLike<number>): number => {
    let sum = 0;
    const from = (pair * lags + l) * stretches;
    for (let b = 0; b < stretches; b++) sum += (parts[from + b] ?? 0) * (times[b] ?? 0);
    return sum;
  };
  const bestOf = (times: ArrayLike<number>): number =>
    largestAt(Float64Array.from({ length: lags }, (_, l) => sumAt(l, times)));
  const once = new Uint8Array(stretches).fill(1);
  const best = bestOf(once);
  const places = new Float64Array(draws);
  const sizes = new Float64Array(draws);
  for (let draw = 0; draw < draws; draw++) {
    const times = new Uint8Array(stretches);
    for (let b = 0; b < stretches; b++) {
      const drawn = Math.floor(random() * stretches);
      times[drawn] = (times[drawn] ?? 0) + 1;
    }
    places[draw] = bestOf(times);
    sizes[draw] = sumAt(best, times);
  }
  places.sort();
  sizes.sort();
  const [low, high] = [Math.floor(0.025 * draws), Math.ceil(0.975 * draws) - 1];
  return {
    ...{ best, low: places[low] ?? 0, high: places[high] ?? 0 },
    contrast: sumAt(best, once),
    ...{ contrastLow: sizes[low] ?? 0, contrastHigh: sizes[high] ?? 0 },
  };
}

function largestAt(values: Float64Array): number {
  let best = 0;
  for (let l = 1; l < values.length; l++) {
    if (Math.abs(values[l] ?? 0) > Math.abs(values[best] ?? 0)) best = l;
  }
  return best;
}

/** How many of the rising values are below. */
function firstAtLeast(rising: Float64Array, value: number): number {
  let [low, high] = [0, rising.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rising[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
