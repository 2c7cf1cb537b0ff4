import { reaches } from '../engine/book.ts';
import { Ladder } from '../engine/ladder.ts';
import type { Matcher, MatchListener } from '../engine/matcher.ts';
import { AGENTS, BUY, Order, SELL, type Lifetime, type Outcome, type Side } from '../engine/order.ts';
import { StopList, type Trigger } from '../engine/stops.ts';

/** A book that also has fills which no public trade stands for. */
export interface PaperListener extends MatchListener {
  onOwnFill(order: Order, ticks: number, lots: number, isMaker: boolean): void;
}

/** A price and what stands there, in ticks and lots. */
export type LiveLevel = readonly [ticks: number, lots: number];

/**
 * A live venue's book with pretended fills, never kinder than the venue would have been:
 * - a taking order fills against the levels that stand, each lot of them once until the level changes;
 * - a resting order fills at its own price, only when a live trade goes *through* that price (a trade at
 *   the price may have met others of the queue), and never more than was traded.
 */
export class PaperBook implements Matcher {
  readonly bids = new Ladder(BUY);
  readonly asks = new Ladder(SELL);
  lastTicks = 0;
  readonly #listener: PaperListener;
  readonly #ownBids = new Ladder(BUY);
  readonly #ownAsks = new Ladder(SELL);
  readonly #stops = new StopList();
  /** Lots of a live level that own orders have already taken. */
  readonly #taken: readonly [Map<number, number>, Map<number, number>] = [new Map(), new Map()];
  #nextId: number;

  constructor(listener: PaperListener, firstId: number) {
    this.#listener = listener;
    this.#nextId = firstId;
  }

  order(owner: number, side: Side, ticks: number, lots: number): Order {
    const order = new Order();
    order.id = this.#nextId++;
    order.owner = owner;
    order.side = side;
    order.ticks = ticks;
    order.lots = lots;
    order.open = lots;
    return order;
  }

  submit(order: Order, lifetime: Lifetime): Outcome {
    const takeable = this.#takeable(order);
    if (lifetime === 'post-only' && takeable > 0) return 'refused';
    if (lifetime === 'fok' && takeable < order.open) return 'killed';
    if (takeable > 0) this.#take(order);
    if (order.open === 0) return 'filled';
    if (lifetime === 'ioc' || lifetime === 'market') return 'expired';
    this.#own(order.side).append(order);
    return 'resting';
  }

  submitStop(order: Order, trigger: Trigger, lifetime: Lifetime): void {
    this.#stops.add({ order, trigger, lifetime });
  }

  cancel(order: Order): boolean {
    if (order.level === null) return this.#stops.remove(order);
    this.#own(order.side).remove(order);
    return true;
  }

  /** The live book as of now: both sides whole, best first. */
  setBook(bids: readonly LiveLevel[], asks: readonly LiveLevel[]): void {
    this.#setSide(BUY, bids);
    this.#setSide(SELL, asks);
  }

  /** The feed is lost: nothing stands that anybody could know of, so nothing is taken. */
  forget(): void {
    this.setBook([], []);
  }

  /** A live trade: fills what it went through, best price and oldest order first, then wakes stops. */
  liveTrade(ticks: number, lots: number): void {
    this.lastTicks = ticks;
    let left = lots;
    for (const ladder of [this.#ownBids, this.#ownAsks]) {
      for (;;) {
        const level = ladder.best();
        const order = level?.head ?? null;
        if (level === null || order === null || left === 0 || !isThrough(ladder.side, level.ticks, ticks))
          break;
        const filled = Math.min(order.open, left);
        left -= filled;
        level.lots -= filled;
        order.open -= filled;
        if (order.open === 0) ladder.remove(order);
        this.#listener.onOwnFill(order, order.ticks, filled, true);
      }
    }
    for (;;) {
      const stop = this.#stops.takeTriggered(ticks, ticks);
      if (stop === null) return;
      this.#listener.onTriggered(stop.order);
      this.#listener.onSettled(stop.order, this.submit(stop.order, stop.lifetime));
    }
  }

  #takeable(order: Order): number {
    const against = order.side === BUY ? this.asks : this.bids;
    let sum = 0;
    for (let rank = 0; sum < order.open; rank++) {
      const level = against.at(rank);
      if (level === null || !reaches(order.side, order.ticks, level.ticks)) break;
      sum += this.#left(against.side, level.ticks, level.lots);
    }
    return sum;
  }

  #take(order: Order): void {
    const against = order.side === BUY ? this.asks : this.bids;
    for (let rank = 0; order.open > 0; rank++) {
      const level = against.at(rank);
      if (level === null || !reaches(order.side, order.ticks, level.ticks)) return;
      const lots = Math.min(order.open, this.#left(against.side, level.ticks, level.lots));
      if (lots === 0) continue;
      order.open -= lots;
      const taken = this.#taken[against.side];
      taken.set(level.ticks, (taken.get(level.ticks) ?? 0) + lots);
      this.#listener.onOwnFill(order, level.ticks, lots, false);
    }
  }

  #left(side: Side, ticks: number, lots: number): number {
    return Math.max(0, lots - (this.#taken[side].get(ticks) ?? 0));
  }

  #setSide(side: Side, levels: readonly LiveLevel[]): void {
    const ladder = side === BUY ? this.bids : this.asks;
    const wanted = new Map(levels);
    const changed: Order[] = [];
    for (let rank = 0; rank < ladder.depth; rank++) {
      const level = ladder.at(rank);
      if (level?.head && wanted.get(level.ticks) !== level.lots) changed.push(level.head);
    }
    for (const order of changed) {
      ladder.remove(order);
      this.#taken[side].delete(order.ticks);
      if (!wanted.has(order.ticks)) this.#listener.onLevel(side, order.ticks, 0);
    }
    for (const [ticks, lots] of levels) {
      if (lots === 0 || ladder.find(ticks)) continue;
      ladder.append(this.order(AGENTS, side, ticks, lots));
      this.#listener.onLevel(side, ticks, lots);
    }
  }

  #own(side: Side): Ladder {
    return side === BUY ? this.#ownBids : this.#ownAsks;
  }
}

/** True when a trade at `ticks` went beyond an order of `side` that rests at `resting`. */
function isThrough(side: Side, resting: number, ticks: number): boolean {
  return side === BUY ? ticks < resting : ticks > resting;
}
