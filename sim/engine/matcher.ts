import type { Ladder } from './ladder.ts';
import type { Lifetime, Order, Outcome, Side } from './order.ts';
import type { Trigger } from './stops.ts';

/** What a book tells its owner, synchronously, as it happens. Must not call back into the book. */
export interface MatchListener {
  /** A trade at the maker's price; both orders' `open` are already reduced. */
  onTrade(maker: Order, taker: Order, ticks: number, lots: number): void;
  /** The total at a price changed; 0 = the level is gone. */
  onLevel(side: Side, ticks: number, lots: number): void;
  /** An accepted stop's price was reached; it enters the book next. */
  onTriggered(order: Order): void;
  /** What became of a triggered stop. */
  onSettled(order: Order, outcome: Outcome): void;
}

/** A place where orders meet: our own matching engine, or a live venue's book with pretended fills. */
export interface Matcher {
  readonly bids: Ladder;
  readonly asks: Ladder;
  /** Price of the last trade, 0 before the first. */
  readonly lastTicks: number;
  /** A new order with the listing's next id; not in the book until submitted. */
  order(owner: number, side: Side, ticks: number, lots: number): Order;
  submit(order: Order, lifetime: Lifetime): Outcome;
  submitStop(order: Order, trigger: Trigger, lifetime: Lifetime): void;
  /** False when the order was no longer resting or waiting. */
  cancel(order: Order): boolean;
}
