/** Value at risk and expected shortfall of a book from its scenarios, with how sure they are, and who makes them. */
import { gains, gainsOf, type Draw, type Market } from './scenarios.ts';

export interface TailRisk {
  /** 0.95 says: what is lost in the worst 5 of 100 scenarios. */
  readonly level: number;
  /** The loss not exceeded with probability `level`; positive is a loss. In the units of the exposure. */
  readonly valueAtRisk: number;
  /** 95 % interval of it, by the binomial law of order statistics. */
  readonly valueAtRiskWithin: readonly [number, number];
  /** The mean loss of the worst scenarios. */
  readonly shortfall: number;
  readonly shortfallWithin: readonly [number, number];
  /** What each instrument adds to the shortfall: they sum to it. Negative hedges. */
  readonly byInstrument: Float64Array<ArrayBuffer>;
  /** Scenarios of the tail. */
  readonly scenarios: number;
}

/** Standard errors of a two-sided 95 % interval. */
const SURE = 1.959963984540054;

/** @param exposure what each position is worth, signed, n long. @param levels of (0.5, 1). */
export function tailRisks(
  market: Market,
  exposure: Float64Array,
  draw: Draw,
  levels: readonly number[],
): TailRisk[] {
  for (const [i, value] of exposure.entries()) {
    if (!Number.isFinite(value)) throw new RangeError(`the exposure to instrument ${i} is not a number`);
  }
  const gained = gains(market, exposure, draw);
  const order = Uint32Array.from(gained, (_, s) => s).sort((a, b) => (gained[a] ?? 0) - (gained[b] ?? 0));
  const parts: Parts = { sum: new Float64Array(market.n), drawn: 0 };
  const risks = new Map<number, TailRisk>();
  // The highest level first: a lower one's tail begins with it.
  for (const level of levels.toSorted((a, b) => b - a)) {
    if (!(level > 0.5 && level < 1)) throw new RangeError(`${level} is not a level between 0.5 and 1`);
    risks.set(
      level,
      tail(level, gained, order, (count) => drawn(parts, count, market, exposure, draw, order)),
    );
  }
  return levels.flatMap((level) => risks.get(level) ?? []);
}

interface Parts {
  /** Gain by instrument over the worst `drawn` scenarios. */
  readonly sum: Float64Array<ArrayBuffer>;
  drawn: number;
}

/** Draws the worst `count` scenarios again, those already drawn not twice. */
function drawn(
  parts: Parts,
  count: number,
  market: Market,
  exposure: Float64Array,
  draw: Draw,
  order: Uint32Array,
): Float64Array {
  for (; parts.drawn < count; parts.drawn++) {
    const each = gainsOf(market, exposure, draw, order[parts.drawn] ?? 0);
    for (const [i, gain] of each.entries()) parts.sum[i] = (parts.sum[i] ?? 0) + gain;
  }
  return parts.sum;
}

function tail(
  level: number,
  gained: Float64Array,
  order: Uint32Array,
  partsOf: (count: number) => Float64Array,
): TailRisk {
  const total = order.length;
  const loss = (rank: number): number => {
    const within = Math.min(total - 1, Math.max(0, Math.round(rank)));
    return -(gained[order[within] ?? 0] ?? 0);
  };
  const count = Math.max(1, Math.round((1 - level) * total));
  const valueAtRisk = loss(count - 1);
  const spread = SURE * Math.sqrt(total * level * (1 - level));
  let [sum, squares] = [0, 0];
  for (let rank = 0; rank < count; rank++) {
    sum += loss(rank);
    squares += (loss(rank) - valueAtRisk) ** 2;
  }
  const shortfall = sum / count;
  const beyond = shortfall - valueAtRisk;
  // Of the mean of a tail whose beginning is itself estimated (Manistre and Hancock 2005).
  const variance = (squares / count - beyond ** 2 + level * beyond ** 2) / count;
  const error = SURE * Math.sqrt(Math.max(0, variance));
  return {
    level,
    valueAtRisk,
    valueAtRiskWithin: [loss(count - 1 + spread), loss(count - 1 - spread)],
    shortfall,
    shortfallWithin: [shortfall - error, shortfall + error],
    byInstrument: Float64Array.from(partsOf(count), (gain) => -gain / count),
    scenarios: count,
  };
}

/** Sums by cluster: `cluster[i]` is the number of instrument i's, from 0. */
export function byCluster(byInstrument: Float64Array, cluster: Int32Array): Float64Array<ArrayBuffer> {
  const sums = new Float64Array(1 + cluster.reduce((most, each) => Math.max(most, each), -1));
  for (const [i, value] of byInstrument.entries()) {
    const at = cluster[i] ?? 0;
    sums[at] = (sums[at] ?? 0) + value;
  }
  return sums;
}
