import type { Book } from '../engine/book.ts';
import { AGENTS, BUY, SELL, type Order, type Side } from '../engine/order.ts';
import type { Random } from './random.ts';

/** How many levels a maker keeps on each of its three grids, near to far. */
export interface Shape {
  readonly touch: number;
  readonly near: number;
  readonly far: number;
}
export const FULL: Shape = { touch: 1, near: 5, far: 18 };
/** Enough of a book to trade against while an hour passes in a second or two. */
export const THIN: Shape = { touch: 1, near: 1, far: 0 };

/** Half spread and finest grid, as parts of the price: 0.05 and 0.1 of a basis point. */
const HALF_SPREAD = 0.05e-4;
const GRID = 0.1e-4;
/** Quote value of an order at the touch, before it is drawn: a few thousand USDT. */
const TOUCH_VALUE = 6_000;

interface Quote {
  ticks: number;
  order: Order;
  id: number;
}

/**
 * A market maker on one book: a ladder on each side of the efficient price. Prices lie on fixed grids
 * that coarsen with the distance, so that a small move changes the touch and little else, and the mid
 * follows the efficient price to within a tenth of a basis point.
 */
export class Maker {
  readonly #book: Book;
  readonly #random: Random;
  readonly #grid: number;
  readonly #lotsPerTouch: number;
  readonly #quotes: readonly [Quote[], Quote[]] = [[], []];
  readonly #wanted: number[] = [];

  /** `lotValue`: quote value of one lot. */
  constructor(book: Book, random: Random, startTicks: number, lotValue: number) {
    this.#book = book;
    this.#random = random;
    this.#grid = Math.max(1, Math.round(startTicks * GRID));
    this.#lotsPerTouch = Math.max(2, TOUCH_VALUE / lotValue);
  }

  /** Moves the ladder to `price` (ticks, not rounded): withdraws on both sides first, then places. */
  quote(price: number, shape: Shape): void {
    this.#withdraw(BUY, price, shape);
    this.#withdraw(SELL, price, shape);
    this.#place(BUY, price, shape);
    this.#place(SELL, price, shape);
  }

  /** Cancels one quote behind the touch and places it again with another size. */
  resize(): void {
    const side: Side = this.#random.chance(0.5) ? BUY : SELL;
    const quotes = this.#quotes[side];
    const quote = quotes[1 + this.#random.below(Math.max(1, quotes.length - 1))];
    if (quote?.order.id !== quote?.id || quote === undefined) return;
    this.#book.cancel(quote.order);
    this.#send(side, quote, 1.5);
  }

  #withdraw(side: Side, price: number, shape: Shape): void {
    this.#plan(side, price, shape);
    const wanted = this.#wanted;
    const quotes = this.#quotes[side];
    const sign = side === BUY ? 1 : -1;
    let kept = 0;
    let next = 0;
    for (const quote of quotes) {
      while (next < wanted.length && sign * (wanted[next] ?? 0) > sign * quote.ticks) next++;
      const standing = quote.order.id === quote.id;
      if (standing && wanted[next] === quote.ticks) quotes[kept++] = quote;
      else if (standing) this.#book.cancel(quote.order);
    }
    quotes.length = kept;
  }

  #place(side: Side, price: number, shape: Shape): void {
    this.#plan(side, price, shape);
    const quotes = this.#quotes[side];
    for (let rank = 0; rank < this.#wanted.length; rank++) {
      const ticks = this.#wanted[rank] ?? 0;
      if (quotes[rank]?.ticks === ticks) continue;
      const quote = { ticks, order: this.#book.order(AGENTS, side, ticks, 1), id: 0 };
      quotes.splice(rank, 0, quote);
      this.#send(side, quote, rank === 0 ? 1 : rank <= FULL.near ? 1.5 : 4, quote.order);
    }
  }

  /** Draws a size and puts the quote into the book; a quote that trades away at once is simply gone. */
  #send(side: Side, quote: Quote, weight: number, made?: Order): void {
    const lots = Math.max(1, Math.round(this.#lotsPerTouch * weight * this.#random.between(0.4, 1.6)));
    const order = made ?? this.#book.order(AGENTS, side, quote.ticks, lots);
    order.lots = lots;
    order.open = lots;
    quote.order = order;
    quote.id = order.id;
    this.#book.submit(order, 'gtc');
  }

  /** The prices to stand at, best first, into `#wanted`. */
  #plan(side: Side, price: number, shape: Shape): void {
    const sign = side === BUY ? 1 : -1;
    const wanted = this.#wanted;
    wanted.length = 0;
    const away = price * (1 - sign * HALF_SPREAD);
    let ticks = onGrid(sign, away, this.#grid);
    const tiers = [shape.touch, shape.near, shape.far];
    let grid = this.#grid;
    for (let tier = 0; tier < tiers.length; tier++, grid *= 4) {
      const levels = tiers[tier] ?? 0;
      if (tier > 0) ticks = onGrid(sign, ticks - sign, grid);
      for (let level = 0; level < levels; level++) {
        if (level > 0) ticks -= sign * grid;
        if (ticks > 0) wanted.push(ticks);
      }
    }
  }
}

/** The nearest multiple of `grid` that is no better than `price` for the maker's own side. */
function onGrid(sign: number, price: number, grid: number): number {
  return (sign > 0 ? Math.floor(price / grid) : Math.ceil(price / grid)) * grid;
}
