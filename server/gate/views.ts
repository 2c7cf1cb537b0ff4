import { notional, type Instrument } from '../../protocol/instrument.ts';
import type { LimitView } from '../../protocol/limits.ts';
import type { InstrumentIndex, Lots, Ticks } from '../../protocol/units.ts';
import type { Exposure, ExposureLedger } from './exposure.ts';
import type { Limits } from './limits.ts';
import type { Mark } from './rule.ts';

interface ViewInput {
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
  ];
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
