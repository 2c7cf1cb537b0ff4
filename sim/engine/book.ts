import { Ladder } from './ladder.ts';
import type { MatchListener, Matcher } from './matcher.ts';
import { AGENTS, BUY, Order, SELL, type Lifetime, type Outcome, type Side } from './order.ts';
import { StopList, type Trigger } from './stops.ts';

/**
 * A price-time matching engine for one instrument, in whole ticks and lots. Pure: it knows no clock
 * and no account; it tells its listener what happened. Agents' orders come from a pool, so a handle to
 * one is good only while its `id` is the one remembered.
 */
export class Book implements Matcher {
  readonly bids = new Ladder(BUY);
  readonly asks = new Ladder(SELL);
  lastTicks = 0;
  readonly #stops = new StopList();
  readonly #listener: MatchListener;
  readonly #spare: Order[] = [];
  #nextId: number;
  #lowest = Infinity;
  #highest = -Infinity;
  #settling = false;

  constructor(listener: MatchListener, firstId = 1) {
    this.#listener = listener;
    this.#nextId = firstId;
  }

  order(owner: number, side: Side, ticks: number, lots: number): Order {
    const order = owner === AGENTS ? (this.#spare.pop() ?? new Order()) : new Order();
    order.id = this.#nextId++;
    order.owner = owner;
    order.side = side;
    order.ticks = ticks;
    order.lots = lots;
    order.open = lots;
    return order;
  }

  submit(order: Order, lifetime: Lifetime): Outcome {
    const outcome = this.#enter(order, lifetime);
    if (this.#stops.size > 0) this.#settleStops();
    else this.#forgetRange();
    return outcome;
  }

  submitStop(order: Order, trigger: Trigger, lifetime: Lifetime): void {
    this.#stops.add({ order, trigger, lifetime });
  }

  cancel(order: Order): boolean {
    const level = order.level;
    if (level === null) return this.#stops.remove(order);
    const { side, ticks } = order;
    const left = level.lots - order.open;
    this.#ladder(side).remove(order);
    this.#listener.onLevel(side, ticks, left);
    this.#recycle(order);
    return true;
  }

  /** Lots that an order of this side could take at `ticks` or better, counted up to `enough`. */
  available(side: Side, ticks: number, enough: number): number {
    const against = side === BUY ? this.asks : this.bids;
    let sum = 0;
    for (let rank = 0; sum < enough; rank++) {
      const level = against.at(rank);
      if (level === null || !reaches(side, ticks, level.ticks)) break;
      sum += level.lots;
    }
    return sum;
  }

  #enter(order: Order, lifetime: Lifetime): Outcome {
    const { side } = order;
    const best = (side === BUY ? this.asks : this.bids).best();
    const crosses = best !== null && reaches(side, order.ticks, best.ticks);
    if (crosses) {
      if (lifetime === 'post-only') return this.#end(order, 'refused');
      if (lifetime === 'fok' && this.available(side, order.ticks, order.open) < order.open) {
        return this.#end(order, 'killed');
      }
      this.#match(order);
      if (order.open === 0) return this.#end(order, 'filled');
    } else if (lifetime === 'fok') {
      return this.#end(order, 'killed');
    }
    if (lifetime === 'ioc' || lifetime === 'market') return this.#end(order, 'expired');
    const level = this.#ladder(side).append(order);
    this.#listener.onLevel(side, level.ticks, level.lots);
    return 'resting';
  }

  #match(taker: Order): void {
    const against = taker.side === BUY ? this.asks : this.bids;
    while (taker.open > 0) {
      const level = against.best();
      if (level === null || !reaches(taker.side, taker.ticks, level.ticks)) return;
      const ticks = level.ticks;
      let maker = level.head;
      while (maker !== null && taker.open > 0) {
        const next: Order | null = maker.next;
        const lots = Math.min(maker.open, taker.open);
        taker.open -= lots;
        maker.open -= lots;
        level.lots -= lots;
        this.lastTicks = ticks;
        if (ticks < this.#lowest) this.#lowest = ticks;
        if (ticks > this.#highest) this.#highest = ticks;
        this.#listener.onTrade(maker, taker, ticks, lots);
        if (maker.open === 0) {
          against.remove(maker);
          this.#recycle(maker);
        }
        maker = next;
      }
      this.#listener.onLevel(against.side, ticks, level.head === null ? 0 : level.lots);
    }
  }

  #settleStops(): void {
    if (this.#settling) return;
    this.#settling = true;
    while (this.#lowest <= this.#highest) {
      const stop = this.#stops.takeTriggered(this.#lowest, this.#highest);
      if (stop === null) break;
      this.#listener.onTriggered(stop.order);
      this.#listener.onSettled(stop.order, this.#enter(stop.order, stop.lifetime));
    }
    this.#forgetRange();
    this.#settling = false;
  }

  #forgetRange(): void {
    this.#lowest = Infinity;
    this.#highest = -Infinity;
  }

  #ladder(side: Side): Ladder {
    return side === BUY ? this.bids : this.asks;
  }

  #end(order: Order, outcome: Outcome): Outcome {
    this.#recycle(order);
    return outcome;
  }

  #recycle(order: Order): void {
    if (order.owner !== AGENTS) return;
    order.id = 0;
    this.#spare.push(order);
  }
}

/** True when an order of `side` limited at `limit` may trade at `ticks`. */
export function reaches(side: Side, limit: number, ticks: number): boolean {
  return side === BUY ? ticks <= limit : ticks >= limit;
}
