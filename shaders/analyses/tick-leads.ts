/** Who moves first, from trades at their own times: K2 over a grid of lags. */
import { FIGURES } from '../hayashi-yoshida/estimate.ts';
import { laggedStretch } from '../hayashi-yoshida/stretch.ts';
import type { TickPanel } from '../hayashi-yoshida/ticks.ts';
import { pairAt } from '../lib/pairs.ts';
import type { Tools } from './analysis.ts';
import { resamplePair, testContrasts, type Contrasts, type Resampled } from './contrast.ts';
import { clocksApart, tickCount, type AlignedTicks } from './tick-market.ts';

export interface TickLeadsOptions {
  readonly seed: number;
}

/** Milliseconds; about a factor of √2 apart. */
export const TICK_LAGS = [5, 10, 20, 30, 50, 70, 100, 140, 200, 280, 400, 560, 800, 1100, 1600] as const;
/** What is shown is no chance in nineteen of twenty markets in which nobody leads. */
export const FALSE_LEADS = 0.05;
/**
 * Each stretch of the window is a witness of its own: the more, the surer, but one that is shorter than the
 * largest lag tells little that its neighbour does not.
 */
const STRETCH_MS = 2000;
const STRETCHES_MOST = 150;
/** Markets in which nobody leads, and draws for the intervals. */
export const FLIPS = 399;
const DRAWS = 400;
/** More, and their pairs would hide each other's leads. */
export const TICK_INSTRUMENTS: readonly [least: number, most: number] = [2, 12];

export interface TickLeads {
  /** The surest first. */
  readonly edges: readonly TickLead[];
  /** One moves after the other, but nobody can say which: the lag is not beyond what their clocks may be apart. */
  readonly unclear: readonly UnclearLead[];
  /** Pairs that were tested, each at all lags in both directions. */
  readonly tested: number;
  /** |t| that markets in which nobody leads reach once in twenty. */
  readonly chance: number;
  readonly spanMs: number;
  readonly ticks: readonly TicksUsed[];
}

export interface TickLead {
  readonly leader: string;
  readonly follower: string;
  /** ms by which the follower comes later, and the ends of its 95 % interval, the clocks' uncertainty in them. */
  readonly lag: number;
  readonly lagLow: number;
  readonly lagHigh: number;
  /** The leader's moves and the follower's so much later, and those at the same time: Hayashi and Yoshida's ρ. */
  readonly rho: number;
  readonly together: number;
  /** ρ so much later less ρ so much earlier, with its 95 % interval. */
  readonly contrast: number;
  readonly contrastLow: number;
  readonly contrastHigh: number;
  /** How often a market in which nobody leads shows as sure a lead anywhere. */
  readonly p: number;
  readonly t: number;
}

export interface UnclearLead {
  readonly names: readonly [string, string];
  readonly lag: number;
  /** ms; null: a clock of the two was never measured. */
  readonly clocksMs: number | null;
}

export interface TicksUsed {
  readonly name: string;
  /** Different times at which it was traded. */
  readonly ticks: number;
  /** Trades without a price, a time, or before the one that came before them. */
  readonly dropped: number;
}

export async function tickLeads(
  market: AlignedTicks,
  { seed }: TickLeadsOptions,
  tools: Tools,
): Promise<TickLeads> {
  const { panel, streams, spanMs } = market;
  const curves = await measure(market, tools);
  const { tests, chance } = await testContrasts(curves.contrasts, FLIPS, seed, tools.breathe);
  const edges: TickLead[] = [];
  const unclear: UnclearLead[] = [];
  for (let i = 0, pair = 0; i < panel.n; i++) {
    for (let j = i + 1; j < panel.n; j++, pair++) {
      const test = tests[pair];
      const [one, other] = [streams[i], streams[j]];
      if (test === undefined || one === undefined || other === undefined || test.p > FALSE_LEADS) continue;
      const drawn = resamplePair(curves.contrasts, pair, DRAWS, seed + pair + 1);
      const lead = leadOf(curves, i, j, drawn, [one.name, other.name]);
      const clocksMs = clocksApart(one, other);
      if (clocksMs === null || lead.lagLow - clocksMs <= 0) {
        unclear.push({ names: [lead.leader, lead.follower], lag: lead.lag, clocksMs });
      } else {
        const wider = { lagLow: lead.lagLow - clocksMs, lagHigh: lead.lagHigh + clocksMs };
        edges.push({ ...lead, ...wider, p: test.p, t: test.t });
      }
      await tools.breathe();
    }
  }
  edges.sort((a, b) => b.t - a.t);
  const ticks = streams.map(({ name }, i) => ({
    name,
    ticks: tickCount(panel, i),
    dropped: panel.dropped[i] ?? 0,
  }));
  return { edges, unclear, tested: tests.length, chance, spanMs, ticks };
}

interface Curves {
  readonly n: number;
  /** ρ of i and of j a lag later, over the whole window: (i · n + j) · lags + l. */
  readonly rho: Float64Array;
  /** At the same time, of pairs i < j row by row. */
  readonly together: Float64Array;
  readonly contrasts: Contrasts;
}

/** K2, stretch by stretch and lag by lag. */
async function measure({ panel, spanMs }: AlignedTicks, tools: Tools): Promise<Curves> {
  const { n } = panel;
  const lags = TICK_LAGS.length;
  const pairs = (n * (n - 1)) / 2;
  const rho = new Float64Array(n * n * lags);
  const together = new Float64Array(pairs);
  const stretches = Math.min(STRETCHES_MOST, Math.floor(spanMs / STRETCH_MS));
  const parts = new Float64Array(pairs * lags * stretches);
  const edge = (b: number): number => (b < stretches ? Math.floor((b * spanMs) / stretches) : Infinity);
  for (let b = 0; b < stretches; b++) {
    for (let l = -1; l < lags; l++) {
      const lag = TICK_LAGS[l] ?? 0;
      const rhoOf = await correlated(panel, edge(b), edge(b + 1), lag, tools);
      if (rhoOf === null) continue;
      for (let i = 0, pair = 0; i < n; i++) {
        for (let j = i + 1; j < n; j++, pair++) {
          const [after, before] = [rhoOf(i, j), rhoOf(j, i)];
          if (l < 0) {
            add(together, pair, after);
            continue;
          }
          add(rho, (i * n + j) * lags + l, after);
          add(rho, (j * n + i) * lags + l, before);
          parts[(pair * lags + l) * stretches + b] = after - before;
        }
      }
      await tools.breathe();
    }
    tools.progress(b + 1, stretches);
  }
  return { n, rho, together, contrasts: { n, lags, stretches, parts } };
}

/** i's moves in the stretch with j's so much later; null: nobody moves in it. */
async function correlated(
  panel: TickPanel,
  from: number,
  to: number,
  lag: number,
  { kernels }: Pick<Tools, 'kernels'>,
): Promise<((i: number, j: number) => number) | null> {
  const stretch = laggedStretch(panel, from, to, lag);
  if (stretch.times.length === 0) return null;
  const { n, pairs } = await kernels.correlateTicks(stretch, panel.n);
  return (i, j) => pairs[pairAt(n, i, panel.n + j) * FIGURES] ?? 0;
}

function leadOf(
  { n, rho, together }: Curves,
  i: number,
  j: number,
  { best, low, high, contrast, contrastLow, contrastHigh }: Resampled,
  names: readonly [string, string],
): Omit<TickLead, 'p' | 't'> {
  const lags = TICK_LAGS.length;
  const after = rho[(i * n + j) * lags + best] ?? 0;
  const before = rho[(j * n + i) * lags + best] ?? 0;
  const first = Math.abs(after) >= Math.abs(before);
  const ends = first ? [contrastLow, contrastHigh] : [-contrastHigh, -contrastLow];
  return {
    leader: first ? names[0] : names[1],
    follower: first ? names[1] : names[0],
    ...{ lag: TICK_LAGS[best] ?? 0, lagLow: between(low - 1, low), lagHigh: between(high, high + 1) },
    ...{ rho: first ? after : before, together: together[pairAt(n, i, j)] ?? 0 },
    ...{ contrast: first ? contrast : -contrast, contrastLow: ends[0] ?? 0, contrastHigh: ends[1] ?? 0 },
  };
}

/** A lag of the grid stands for those nearer to it than to the next. */
function between(l: number, next: number): number {
  const last = TICK_LAGS.length - 1;
  if (next > last) return (TICK_LAGS[last] ?? 0) * Math.SQRT2;
  return ((TICK_LAGS[l] ?? 0) + (TICK_LAGS[next] ?? 0)) / 2;
}

function add(into: Float64Array, at: number, value: number): void {
  into[at] = (into[at] ?? 0) + value;
}
