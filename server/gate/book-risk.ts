/** What an order could make of the whole book: pure, from what was last computed of the market and the book as it is now. */
import { notional, type Instrument } from '../../protocol/instrument.ts';
import type { InstrumentIndex, Lots, QuoteMicros, Ticks } from '../../protocol/units.ts';
import type { BookRisk } from '../kernels/report.ts';
import type { Exposure, ExposureLedger } from './exposure.ts';
import type { CheckedOrder } from './order.ts';
import { valuationPrice, type Mark } from './rule.ts';

/** Null: not known, or too old to count. */
export interface MarketReading {
  readonly risk: Pick<BookRisk, 'valueAtRisk' | 'perDollar' | 'held'> | null;
  /** The cluster of every instrument that has returns. */
  readonly clusterOf: ReadonlyMap<InstrumentIndex, number> | null;
}
export const NOTHING_KNOWN: MarketReading = { risk: null, clusterOf: null };

export interface Book {
  readonly exposure: Pick<ExposureLedger, 'of' | 'instruments'>;
  readonly mark: (instrument: InstrumentIndex) => Mark | null;
  readonly instrument: (index: InstrumentIndex) => Instrument | undefined;
}

/**
 * At most this is at risk once the order and all that works has traded, whichever way: what was computed,
 * and every change since at its own risk, as if nothing hedged it (risk of elliptical laws is subadditive). So
 * orders between two runs can't jointly exceed the limit. Null: not known.
 */
export function valueAtRiskWith(
  order: CheckedOrder | null,
  { risk }: MarketReading,
  book: Book,
): QuoteMicros | null {
  if (risk === null) return null;
  let total: bigint = risk.valueAtRisk;
  for (const [index, exposure] of exposures(order, book)) {
    const [least, most] = reach(index, exposure, order);
    const held = risk.held.get(index) ?? 0;
    const change = Math.max(Math.abs(least - held), Math.abs(most - held));
    if (change === 0) continue;
    const worth = worthOf(index, change, order, book);
    const perDollar = risk.perDollar.get(index);
    if (worth === null || perDollar === undefined) return null;
    total += (worth * BigInt(perDollar) + 999_999n) / 1_000_000n;
  }
  return total as QuoteMicros;
}

/** The sum of what could be held of an instrument's cluster, each on its worse side. Null: not known. */
export function clusterWith(
  of: InstrumentIndex,
  order: CheckedOrder | null,
  { clusterOf }: MarketReading,
  book: Book,
): QuoteMicros | null {
  const cluster = clusterOf?.get(of);
  if (!clusterOf || cluster === undefined) return null;
  let total = 0n;
  for (const [index, exposure] of exposures(order, book)) {
    const [least, most] = reach(index, exposure, order);
    const lots = Math.max(Math.abs(least), Math.abs(most));
    if (lots === 0) continue;
    const own = clusterOf.get(index);
    // It may belong to any.
    if (own === undefined) return null;
    if (own !== cluster) continue;
    const worth = worthOf(index, lots, order, book);
    if (worth === null) return null;
    total += worth;
  }
  return total as QuoteMicros;
}

/** The instruments that have exposure, and the order's. */
function exposures(order: CheckedOrder | null, { exposure }: Book): [InstrumentIndex, Exposure][] {
  const all = [...exposure.instruments()];
  if (!order || all.some(([index]) => index === order.instrument.index)) return all;
  return [...all, [order.instrument.index, exposure.of(order.instrument.index)]];
}

/** The least and the most that can be held of it, in lots. */
function reach(
  index: InstrumentIndex,
  { filled, openBuy, openSell }: Exposure,
  order: CheckedOrder | null,
): [number, number] {
  const size = order?.instrument.index === index ? order.size : 0;
  const [buy, sell] = order?.side === 'buy' ? [size, 0] : [0, size];
  return [filled - openSell - sell, filled + openBuy + buy];
}

function worthOf(
  index: InstrumentIndex,
  lots: number,
  order: CheckedOrder | null,
  { mark, instrument }: Book,
): QuoteMicros | null {
  const what = instrument(index);
  if (!what || !Number.isSafeInteger(lots)) return null;
  const seen = mark(index);
  const price =
    order?.instrument.index === index ? valuationPrice(order, seen) : seen?.fresh ? dearer(seen) : null;
  return price === null ? null : notional(what, price, lots as Lots);
}

const dearer = ({ bid, ask }: Mark): Ticks | null =>
  bid > 0 && ask > 0 ? (Math.max(bid, ask) as Ticks) : null;
