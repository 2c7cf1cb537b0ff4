import { BUY, Level, type Order, type Side } from './order.ts';

/**
 * One side of a book: levels sorted so that the best is last, where most work happens and where
 * insertion moves least. Levels are pooled.
 */
export class Ladder {
  readonly side: Side;
  /** +1 for bids, −1 for asks: `sign * ticks` grows towards the better price. */
  readonly #sign: number;
  readonly #levels: Level[] = [];
  readonly #spare: Level[] = [];

  constructor(side: Side) {
    this.side = side;
    this.#sign = side === BUY ? 1 : -1;
  }

  get depth(): number {
    return this.#levels.length;
  }

  best(): Level | null {
    return this.#levels.at(-1) ?? null;
  }

  /** The level `rank` places behind the best (0 = best). */
  at(rank: number): Level | null {
    return this.#levels[this.#levels.length - 1 - rank] ?? null;
  }

  find(ticks: number): Level | null {
    const index = this.#search(ticks);
    const level = this.#levels[index];
    return level?.ticks === ticks ? level : null;
  }

  /** Appends an order at the back of its price's queue. */
  append(order: Order): Level {
    const level = this.#obtain(order.ticks);
    order.level = level;
    order.previous = level.tail;
    order.next = null;
    if (level.tail === null) level.head = order;
    else level.tail.next = order;
    level.tail = order;
    level.lots += order.open;
    return level;
  }

  /** Takes an order out of its queue; an emptied level disappears. */
  remove(order: Order): void {
    const level = order.level;
    if (level === null) return;
    if (order.previous === null) level.head = order.next;
    else order.previous.next = order.next;
    if (order.next === null) level.tail = order.previous;
    else order.next.previous = order.previous;
    level.lots -= order.open;
    order.level = null;
    order.previous = null;
    order.next = null;
    if (level.head === null) this.#drop(level);
  }

  #obtain(ticks: number): Level {
    const index = this.#search(ticks);
    const found = this.#levels[index];
    if (found?.ticks === ticks) return found;
    const level = this.#spare.pop() ?? new Level();
    level.ticks = ticks;
    level.lots = 0;
    this.#levels.splice(index, 0, level);
    return level;
  }

  #drop(level: Level): void {
    if (this.#levels.at(-1) === level) this.#levels.pop();
    else this.#levels.splice(this.#search(level.ticks), 1);
    level.head = null;
    level.tail = null;
    this.#spare.push(level);
  }

  /** First index whose level is at `ticks` or better. */
  #search(ticks: number): number {
    const key = this.#sign * ticks;
    let low = 0;
    let high = this.#levels.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const level = this.#levels[middle];
      if (level !== undefined && this.#sign * level.ticks < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
