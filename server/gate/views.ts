import { notional, type Instrument } from '../../protocol/instrument.ts';
import type { LimitView } from '../../protocol/limits.ts';
import type { InstrumentIndex, Lots, Ticks } from '../../protocol/units.ts';
import { clusterWith, valueAtRiskWith, type MarketReading } from './book-risk.ts';
import type { Exposure, ExposureLedger } from './exposure.ts';
import type { Limits } from './limits.ts';
import type { Mark } from './rule.ts';

interface ViewInput {
  readonly market: MarketReading;
  readonly limits: Limits;
  readonly mark: (instrument: InstrumentIndex) => Mark | null;
  readonly instrument: (index: InstrumentIndex) => Instrument | undefined;
  readonly exposure: ExposureLedger;
  readonly ordersInLastSecond: number;
  readonly refused: (rule: string) => number;
}

interface Worst {
  /** null = something has exposure and no price or no known contract: the worst is unknown. */
  readonly value: bigint | null;
  readonly at: string | null;
}

/** Each limit with the worst that is seen against it now. */
export function limitViews(input: ViewInput): LimitView[] {
  const { limits } = input;
  const size = largestOrder(input);
  const held = worstPosition(input);
  const common = { scope: 'firm', version: limits.version, setBy: limits.setBy, since: limits.since };
  return [
    {
      ...common,
      rule: 'order-size',
      requirement: 'R-3',
      name: 'Order value, largest open order',
      limit: limits.orderValue.toString(),
      observed: size.value?.toString() ?? null,
      at: size.at,
      unit: 'USD-micros',
      refused: input.refused('order-size'),
    },
    {
      ...common,
      rule: 'position',
      requirement: 'R-4',
      name: 'Position value, filled and open, worst side',
      limit: limits.positionValue.toString(),
      observed: held.value?.toString() ?? null,
      at: held.at,
      unit: 'USD-micros',
      refused: input.refused('position'),
    },
    {
      ...common,
      rule: 'rate',
      requirement: 'R-7',
      name: 'Orders in the last second',
      limit: String(limits.ordersPerSecond),
      observed: String(input.ordersInLastSecond),
      at: null,
      unit: 'orders-per-second',
      refused: input.refused('rate'),
    },
    ...bookViews(input),
  ];
}

/** Those that rest on what was computed of the market, where the profile sets them. */
function bookViews(input: ViewInput): LimitView[] {
  const { limits, market } = input;
  const common = {
    scope: 'firm',
    version: limits.version,
    setBy: limits.setBy,
    since: limits.since,
  } as const;
  const views: LimitView[] = [];
  if (limits.valueAtRisk !== null) {
    views.push({
      ...common,
      rule: 'value-at-risk',
      requirement: 'R-5',
      name: 'Value at risk of the book, a day at 99 %',
      limit: limits.valueAtRisk.toString(),
      observed: valueAtRiskWith(null, market, input)?.toString() ?? null,
      at: null,
      unit: 'USD-micros',
      refused: input.refused('value-at-risk'),
    });
  }
  if (limits.clusterValue !== null) {
    const worst = worstCluster(input);
    views.push({
      ...common,
      rule: 'cluster',
      requirement: 'R-6',
      name: 'Positions that move together, largest cluster',
      limit: limits.clusterValue.toString(),
      observed: worst.value?.toString() ?? null,
      at: worst.at,
      unit: 'USD-micros',
      refused: input.refused('cluster'),
    });
  }
  return views;
}

function worstCluster(input: ViewInput): Worst {
  let worst: Worst = { value: input.market.clusterOf === null ? null : 0n, at: null };
  for (const [index, held] of input.exposure.instruments()) {
    if (worstLots(held) === 0) continue;
    const at = input.instrument(index)?.name ?? null;
    const value = clusterWith(index, null, input.market, input);
    if (value === null) return { value, at };
    if (value > (worst.value ?? 0n)) worst = { value, at };
  }
  return worst;
}

function largestOrder({ exposure, instrument }: ViewInput): Worst {
  let worst: Worst = { value: 0n, at: null };
  for (const order of exposure.reservations()) {
    const what = instrument(order.instrument);
    if (!what) return { value: null, at: null };
    const value = notional(what, order.price, order.reserved);
    if (value === null) return { value, at: what.name };
    if (value > (worst.value ?? 0n)) worst = { value, at: what.name };
  }
  return worst;
}

function worstPosition({ exposure, instrument, mark }: ViewInput): Worst {
  let worst: Worst = { value: 0n, at: null };
  for (const [index, held] of exposure.instruments()) {
    const lots = worstLots(held);
    if (lots === 0) continue;
    const what = instrument(index);
    const price = mark(index);
    if (!what || !price?.fresh) return { value: null, at: what?.name ?? null };
    const value = notional(what, Math.max(price.bid, price.ask) as Ticks, lots as Lots);
    if (value === null) return { value, at: what.name };
    if (value > (worst.value ?? 0n)) worst = { value, at: what.name };
  }
  return worst;
}

function worstLots({ filled, openBuy, openSell }: Exposure): number {
  return Math.max(Math.abs(filled + openBuy), Math.abs(filled - openSell));
}
