/**
 * Who moves first: correlations of each instrument's return with those of the others some bars later, as a
 * graph of the pairs that are no chance, and how often large moves follow large moves along it. No chance is
 * what passes two tests: a false-discovery control over all pairs, and being stronger than all that is found
 * in the same market with each row turned by an offset of its own, where nobody leads and all else is kept.
 */
import { ok } from '../../protocol/result.ts';
import { usualBlockLength } from '../bootstrap/block-table.ts';
import { benjaminiHochberg } from '../bootstrap/false-discovery.ts';
import { offsetsOf } from '../bootstrap/shift-null.ts';
import { buildPanel } from '../correlation/build-panel.ts';
import { commonSamples, isInvalid } from '../correlation/correlated.ts';
import { normalCdf } from '../lib/normal.ts';
import type { Analysis, Tools } from './analysis.ts';
import { isPresent, selectColumns, turnRows, type ReturnsPanel } from './returns-panel.ts';

export interface LeadLagOptions {
  /** Bars that one may be ahead of the other, 1 … lags. */
  readonly lags: number;
  /** One in 1/q of the edges may be false. */
  readonly falseDiscovery: number;
  /** A move is large beyond so many standard deviations. */
  readonly far: number;
  /** The strongest edges only. */
  readonly most: number;
  /** Turned markets; one in so many and one more shows an edge where nobody leads. */
  readonly shifts: number;
  readonly seed: number;
}

export interface LeadLag {
  /** The strongest first. */
  readonly edges: readonly Lead[];
  /** Edges that are no chance: more than are listed where those are the strongest only. */
  readonly found: number;
  /** Ordered pairs that were tested, each at all lags. */
  readonly tested: number;
  /** |ρ| of a pair with all its bars as strong as the strongest in the turned markets; null: none was turned. */
  readonly chance: number | null;
  readonly leaders: readonly Leader[];
}

export interface Lead {
  readonly leader: string;
  readonly follower: string;
  /** Bars. */
  readonly lag: number;
  /** ρ of the leader's return and the follower's `lag` bars later. */
  readonly rho: number;
  /** Against none, for the best of all lags. */
  readonly p: number;
  /** Large moves of both in the direction that ρ says, the follower's `lag` bars later: seen, and expected were they apart. */
  readonly together: number;
  readonly expected: number;
}

/** How many follow an instrument, and how many it follows; the most followed first. */
export interface Leader {
  readonly name: string;
  readonly leads: number;
  readonly follows: number;
}

export const leadlag: Analysis<LeadLagOptions, LeadLag> = {
  instruments: [2, 512],
  run: async (panel, options, tools) => {
    const { n, names } = panel;
    const rounds = 1 + options.shifts;
    const best = strongest(n);
    await eachLag(panel, options.lags, tools, best.take);
    tools.progress(1, rounds);
    let chance = 0;
    const gap = usualBlockLength(panel.t) + options.lags;
    for (let shift = 0; shift < options.shifts; shift++) {
      const offsets = offsetsOf(panel, options.seed, shift);
      await eachLag(turnRows(panel, offsets), options.lags, tools, (at, _lag, rho, samples) => {
        const between = Math.abs((offsets[Math.floor(at / n)] ?? 0) - (offsets[at % n] ?? 0));
        // Two rows turned nearly alike keep what they have in common.
        if (Math.min(between, panel.t - between) < gap) return;
        chance = Math.max(chance, deviations(rho, samples));
      });
      tools.progress(2 + shift, rounds);
    }
    const p = best.p.map((value) => Math.min(1, value * options.lags));
    const { cutoff } = benjaminiHochberg(p, options.falseDiscovery);
    const found = Array.from(p, (_, at) => at)
      .filter((at) => (p[at] ?? 1) <= cutoff && (best.z[at] ?? 0) > chance)
      .sort((a, b) => Math.abs(best.rho[b] ?? 0) - Math.abs(best.rho[a] ?? 0));
    const edges = found.slice(0, options.most).map((at): Lead => {
      const [i, j] = [Math.floor(at / n), at % n];
      const [lag, rho] = [best.lag[at] ?? 0, best.rho[at] ?? 0];
      const moves = largeMoves(panel, i, j, lag, options.far, Math.sign(rho));
      return { leader: names[i] ?? '', follower: names[j] ?? '', lag, rho, p: p[at] ?? 1, ...moves };
    });
    return ok({
      edges,
      found: found.length,
      tested: p.reduce((sum, value) => sum + (Number.isNaN(value) ? 0 : 1), 0),
      chance: options.shifts > 0 ? Math.tanh(chance / Math.sqrt(Math.max(1, panel.t - 3))) : null,
      leaders: leadersOf(names, found),
    });
  },
};

/** What is made of ρ of row i and of row j `lag` bars later, at i·n + j. */
type Take = (at: number, lag: number, rho: number, samples: number) => void;

async function eachLag(panel: ReturnsPanel, lags: number, tools: Tools, take: Take): Promise<void> {
  const { n } = panel;
  for (let lag = 1; lag <= lags; lag++) {
    const pair = laggedPanel(panel, lag);
    const correlated = await tools.kernels.correlate(pair);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        if (i === j || isInvalid(correlated.invalid, 2 * n, i, n + j)) continue;
        take(i * n + j, lag, correlated.matrix[i * 2 * n + n + j] ?? 0, commonSamples(pair, i, n + j));
      }
    }
    await tools.breathe();
  }
}

/** How many standard deviations ρ of so many samples is from none, by Fisher's z. */
function deviations(rho: number, samples: number): number {
  const held = Math.max(-1 + 1e-12, Math.min(1 - 1e-12, rho));
  return Math.abs(Math.atanh(held)) * Math.sqrt(Math.max(0, samples - 3));
}

/** Of each ordered pair the lag at which it is least likely by chance. */
function strongest(n: number) {
  const p = new Float64Array(n * n).fill(Number.NaN);
  const z = new Float64Array(n * n);
  const rho = new Float64Array(n * n);
  const lag = new Uint8Array(n * n);
  const take: Take = (at, bars, value, samples) => {
    const own = deviations(value, samples);
    if (!Number.isNaN(p[at]) && own <= (z[at] ?? 0)) return;
    p[at] = 2 * normalCdf(-own);
    z[at] = own;
    rho[at] = value;
    lag[at] = bars;
  };
  return { p, z, rho, lag, take };
}

/** Each instrument twice: as it was, and below that `lag` bars later. */
function laggedPanel(panel: ReturnsPanel, lag: number): ReturnType<typeof buildPanel> {
  const t = panel.t - lag;
  const [before, after] = [selectColumns(panel, 0, t), selectColumns(panel, lag, panel.t)];
  const both = <A extends Float64Array | Uint32Array>(a: A, b: A, made: A): A => {
    made.set(a);
    made.set(b, a.length);
    return made;
  };
  return buildPanel({
    n: 2 * panel.n,
    t,
    returns: both(before.returns, after.returns, new Float64Array(2 * panel.n * t)),
    valid: both(before.valid, after.valid, new Uint32Array(2 * before.valid.length)),
  });
}

function largeMoves(
  panel: ReturnsPanel,
  i: number,
  j: number,
  lag: number,
  far: number,
  direction: number,
): { readonly together: number; readonly expected: number } {
  const [leader, follower] = [movesOf(panel, i, far), movesOf(panel, j, far)];
  const count = { bars: 0, together: 0, leaderUp: 0, leaderDown: 0, followerUp: 0, followerDown: 0 };
  for (let k = 0; k + lag < panel.t; k++) {
    if (!isPresent(panel, i, k) || !isPresent(panel, j, k + lag)) continue;
    const [a, b] = [leader[k] ?? 0, (follower[k + lag] ?? 0) * direction];
    count.bars++;
    if (a * b > 0) count.together++;
    if (a > 0) count.leaderUp++;
    if (a < 0) count.leaderDown++;
    if (b > 0) count.followerUp++;
    if (b < 0) count.followerDown++;
  }
  const alike = count.leaderUp * count.followerUp + count.leaderDown * count.followerDown;
  return { together: count.together, expected: alike / Math.max(1, count.bars) };
}

/** +1, −1, or 0 where the move was not large, by column. */
function movesOf(panel: ReturnsPanel, i: number, far: number): Int8Array {
  const row = panel.returns.subarray(i * panel.t, i * panel.t + panel.t);
  let [sum, squares, bars] = [0, 0, 0];
  for (let k = 0; k < panel.t; k++) {
    if (!isPresent(panel, i, k)) continue;
    const value = row[k] ?? 0;
    sum += value;
    squares += value * value;
    bars++;
  }
  const mean = sum / bars;
  const bound = far * Math.sqrt(Math.max(0, squares / bars - mean * mean));
  return Int8Array.from(row, (value) => (Math.abs(value - mean) > bound ? Math.sign(value - mean) : 0));
}

function leadersOf(names: readonly string[], found: readonly number[]): Leader[] {
  const n = names.length;
  const leads = new Uint32Array(n);
  const follows = new Uint32Array(n);
  for (const at of found) {
    const [i, j] = [Math.floor(at / n), at % n];
    leads[i] = (leads[i] ?? 0) + 1;
    follows[j] = (follows[j] ?? 0) + 1;
  }
  return names
    .map((name, i) => ({ name, leads: leads[i] ?? 0, follows: follows[i] ?? 0 }))
    .filter((each) => each.leads + each.follows > 0)
    .sort((a, b) => b.leads - a.leads || a.follows - b.follows);
}
