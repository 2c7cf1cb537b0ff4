/** The side of an order: what its owner does. */
export const BUY = 0;
export const SELL = 1;
export type Side = typeof BUY | typeof SELL;

export function opposite(side: Side): Side {
  return side === BUY ? SELL : BUY;
}

/**
 * How long an order lives and what it may do on arrival.
 * `market` is immediate-or-cancel at any price; `post-only` is Binance's LIMIT_MAKER.
 */
export type Lifetime = 'gtc' | 'ioc' | 'fok' | 'post-only' | 'market';

/** What became of an order that was handed to the book. */
export type Outcome =
  | 'resting'
  | 'filled'
  /** What was left of an IOC or market order was dropped. */
  | 'expired'
  /** A FOK order that could not be filled whole: nothing traded. */
  | 'killed'
  /** A post-only order that would have taken: nothing traded. */
  | 'refused';

/** Owner of the venue's own market agents; accounts count from 1. */
export const AGENTS = 0;

/** An order in whole ticks and lots. Agents' orders are pooled: check `id` before trusting a kept handle. */
export class Order {
  id = 0;
  owner: number = AGENTS;
  side: Side = BUY;
  /** Limit price; a market order carries the side's extreme. */
  ticks = 0;
  /** Size as ordered. */
  lots = 0;
  /** Size not yet filled. */
  open = 0;
  level: Level | null = null;
  previous: Order | null = null;
  next: Order | null = null;
}

/** All orders resting at one price, oldest first. */
export class Level {
  ticks = 0;
  /** Sum of `open` over its orders. */
  lots = 0;
  head: Order | null = null;
  tail: Order | null = null;
}
