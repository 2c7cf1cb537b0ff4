import type { VenueId } from '../../protocol/units.ts';
import type { QuoteView } from '../stream/port.ts';
import { quoteFreshness } from './freshness.ts';
import type { MarketMember, SameMarket } from './same-market.ts';

/** Buying here and selling there, before any fee. */
export interface Arbitrage {
  readonly buyAt: VenueId;
  readonly sellAt: VenueId;
  /** Units of the market. */
  readonly ask: bigint;
  readonly bid: bigint;
  /** The smaller of the two sizes. */
  readonly size: bigint;
  /** Of the ask, in hundredths of a per cent. */
  readonly bps: number;
  /** Of the older of the two quotes. */
  readonly ageMs: number;
}

interface Side {
  readonly member: MarketMember;
  readonly price: bigint;
  readonly size: bigint;
  readonly receivedAt: number;
}

/**
 * The best bid elsewhere above the best ask of `index`; null when there is none. Only what is of now
 * counts, on both sides: a stale price makes the finest of opportunities. `nowMicros`: server's clock.
 */
export function arbitrageFrom(
  index: number,
  market: SameMarket,
  quotes: readonly (QuoteView | undefined)[],
  pathStale: boolean,
  nowMicros: number,
): Arbitrage | null {
  let here: Side | null = null;
  let there: Side | null = null;
  for (const member of market.members) {
    const quote = quotes[member.instrument.index];
    const fresh = quoteFreshness(quote, pathStale, nowMicros);
    if (!quote || (fresh !== 'fresh' && fresh !== 'quiet')) continue;
    const { receivedAt } = quote;
    if (member.instrument.index === index) {
      if (quote.askTicks > 0) here = sideOf(member, quote.askTicks, quote.askLots, receivedAt);
    } else if (quote.bidTicks > 0) {
      const bid = sideOf(member, quote.bidTicks, quote.bidLots, receivedAt);
      if (!there || bid.price > there.price) there = bid;
    }
  }
  if (!here || !there || there.price <= here.price) return null;
  return {
    buyAt: here.member.instrument.venue,
    sellAt: there.member.instrument.venue,
    ask: here.price,
    bid: there.price,
    size: here.size < there.size ? here.size : there.size,
    bps: (Number(there.price - here.price) / Number(here.price)) * 10_000,
    ageMs: Math.max(0, (nowMicros - Math.min(here.receivedAt, there.receivedAt)) / 1000),
  };
}

const sideOf = (member: MarketMember, ticks: number, lots: number, receivedAt: number): Side => ({
  member,
  price: BigInt(ticks) * member.unitsATick,
  size: BigInt(lots) * member.unitsALot,
  receivedAt,
});

/** The best of all its venues; null when nobody bids above what another asks. */
export function bestArbitrage(
  market: SameMarket,
  quotes: readonly (QuoteView | undefined)[],
  pathStale: boolean,
  nowMicros: number,
): Arbitrage | null {
  let best: Arbitrage | null = null;
  for (const { instrument } of market.members) {
    const found = arbitrageFrom(instrument.index, market, quotes, pathStale, nowMicros);
    if (found && (!best || found.bps > best.bps)) best = found;
  }
  return best;
}
