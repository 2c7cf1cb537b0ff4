import type { Matcher, MatchListener } from '../engine/matcher.ts';
import { AGENTS, BUY, type Order, type Outcome, type Side } from '../engine/order.ts';
import { KlineSeries } from './klines.ts';
import { AmountWriter, type InstrumentSpec } from './spec.ts';

/** A public trade, as the tape prints it. One object is reused for all trades: copy what you keep. */
export interface TapeTrade {
  id: number;
  ticks: number;
  lots: number;
  buyerOrderId: number;
  sellerOrderId: number;
  buyerIsMaker: boolean;
  millis: number;
}

/** Who wants to know what happens on a listing. Called synchronously, in the midst of matching. */
export interface TapeReader {
  onTrade(listing: Listing, trade: Readonly<TapeTrade>): void;
}
export interface AccountDesk {
  onFill(
    listing: Listing,
    order: Order,
    ticks: number,
    lots: number,
    isMaker: boolean,
    tradeId: number,
  ): void;
  onTriggered(listing: Listing, order: Order): void;
  onSettled(listing: Listing, order: Order, outcome: Outcome): void;
}

const RECENT_TRADES = 1000;

/**
 * One instrument at the venue: its book, what changed in it since the last depth message, its tape and
 * its candles. `millis` is the venue's time and is set by whoever drives the listing.
 */
export class Listing implements MatchListener {
  readonly spec: InstrumentSpec;
  readonly prices: AmountWriter;
  readonly sizes: AmountWriter;
  readonly seconds = new KlineSeries(1_000, 5_400);
  readonly minutes = new KlineSeries(60_000, 1_500);
  readonly recent: TapeTrade[] = [];
  millis = 0;
  /** Counts every change of a level: Binance's update id. */
  updateId = 1;
  /** Off during the pre-roll: nobody listens and nothing is kept for depth messages or minutes. */
  live = false;
  tape: TapeReader | null = null;
  desk: AccountDesk | null = null;
  readonly #changed: readonly [Set<number>, Set<number>] = [new Set(), new Set()];
  #flushedUpdateId = 1;
  #tradeId = 0;
  #matcher: Matcher | null = null;
  readonly #trade: TapeTrade = {
    id: 0,
    ticks: 0,
    lots: 0,
    buyerOrderId: 0,
    sellerOrderId: 0,
    buyerIsMaker: false,
    millis: 0,
  };

  constructor(spec: InstrumentSpec) {
    this.spec = spec;
    this.prices = new AmountWriter(spec.priceScale);
    this.sizes = new AmountWriter(spec.sizeScale);
  }

  /** Where orders of this listing meet. Set once, by its maker. */
  get matcher(): Matcher {
    if (this.#matcher === null) throw new Error(`${this.spec.symbol} has no book`);
    return this.#matcher;
  }
  set matcher(matcher: Matcher) {
    this.#matcher = matcher;
  }

  get lastTradeId(): number {
    return this.#tradeId;
  }

  onTrade(maker: Order, taker: Order, ticks: number, lots: number): void {
    const buyerIsMaker = maker.side === BUY;
    const [buyer, seller] = buyerIsMaker ? [maker, taker] : [taker, maker];
    const id = this.print(ticks, lots, buyerIsMaker, buyer.id, seller.id);
    if (maker.owner !== AGENTS) this.desk?.onFill(this, maker, ticks, lots, true, id);
    if (taker.owner !== AGENTS) this.desk?.onFill(this, taker, ticks, lots, false, id);
  }

  /** Prints a trade on the tape; returns its id. */
  print(ticks: number, lots: number, buyerIsMaker: boolean, buyer: number, seller: number): number {
    const id = ++this.#tradeId;
    this.seconds.add(this.millis, ticks, lots, !buyerIsMaker, id);
    if (!this.live) return id;
    this.minutes.add(this.millis, ticks, lots, !buyerIsMaker, id);
    const trade = this.#trade;
    trade.id = id;
    trade.ticks = ticks;
    trade.lots = lots;
    trade.buyerOrderId = buyer;
    trade.sellerOrderId = seller;
    trade.buyerIsMaker = buyerIsMaker;
    trade.millis = this.millis;
    if (this.recent.length === RECENT_TRADES) this.recent.shift();
    this.recent.push({ ...trade });
    this.tape?.onTrade(this, trade);
    return id;
  }

  onLevel(side: Side, ticks: number, _lots: number): void {
    this.updateId++;
    if (this.live) this.#changed[side].add(ticks);
  }

  /** A fill that no public trade stands for: pretended against a live venue's book. */
  onOwnFill(order: Order, ticks: number, lots: number, isMaker: boolean): void {
    this.desk?.onFill(this, order, ticks, lots, isMaker, ++this.#tradeId);
  }

  onTriggered(order: Order): void {
    this.desk?.onTriggered(this, order);
  }

  onSettled(order: Order, outcome: Outcome): void {
    this.desk?.onSettled(this, order, outcome);
  }

  /**
   * Hands over what changed since the last call, or null when nothing did: Binance's diff with its first
   * and last update id. Levels are read at this moment, so a level that came and went is sent as zero.
   */
  takeDiff(): DepthDiff | null {
    if (this.updateId === this.#flushedUpdateId) return null;
    const [bids, asks] = this.#changed;
    const diff = {
      first: this.#flushedUpdateId + 1,
      last: this.updateId,
      bids: [...bids].sort((a, b) => b - a),
      asks: [...asks].sort((a, b) => a - b),
    };
    bids.clear();
    asks.clear();
    this.#flushedUpdateId = this.updateId;
    return diff;
  }

  /** Starts life on the clock: candles that were rolled in relative time move by `offsetMillis`. */
  goLive(offsetMillis: number): void {
    this.seconds.rebase(offsetMillis);
    for (const second of this.seconds.all()) this.minutes.merge(second);
    this.#flushedUpdateId = this.updateId;
    this.live = true;
  }
}

export interface DepthDiff {
  readonly first: number;
  readonly last: number;
  readonly bids: readonly number[];
  readonly asks: readonly number[];
}
