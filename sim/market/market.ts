import { Book } from '../engine/book.ts';
import { AGENTS, BUY, SELL } from '../engine/order.ts';
import { FactorModel, type Truth } from './factors.ts';
import { Listing } from './listing.ts';
import { FULL, Maker, THIN, type Shape } from './maker.ts';
import { Random } from './random.ts';
import { listing as listed } from './symbols.ts';

/** Live steps a second, and the parts a step is spread over so that no burst is larger than it must be. */
export const STEPS_PER_SECOND = 10;
export const SLICES_PER_STEP = 4;
export const SLICE_MILLIS = 1000 / STEPS_PER_SECOND / SLICES_PER_STEP;

/** Chance that somebody takes, per instrument and live step (besides the one that closes each second). */
const TAKES_PER_STEP = 0.35;
/** Chance that a take sweeps past the touch. */
const SWEEPS = 0.03;

interface Stall {
  readonly listing: Listing;
  readonly book: Book;
  readonly maker: Maker;
  readonly random: Random;
  readonly touchLots: number;
}

/**
 * The simulated market: a factor model moves the efficient prices, makers quote around them, takers and
 * noise trade. All from one seed and in virtual time: the same seed gives the same events, whatever the
 * clock does. What an account does changes books, never the efficient prices.
 *
 * In the last step of every second each instrument trades once at the touch, so that the close of a
 * second's candle is the price at its end (else closes would lag by chance and correlations would fade).
 */
export class Market {
  readonly listings: readonly Listing[];
  readonly truth: Truth;
  readonly #stalls: readonly Stall[];
  readonly #factors: FactorModel;
  readonly #logPrices: Float64Array;
  #step = 0;
  #slice = 0;

  constructor(instruments: number, seed: number, symbols: readonly string[] = []) {
    const entries = listed(instruments, symbols);
    this.#factors = new FactorModel(entries, seed);
    this.truth = this.#factors.truth;
    this.#logPrices = Float64Array.from(entries, ({ spec }) => Math.log(spec.startTicks));
    this.#stalls = entries.map(({ spec }) => {
      const listing = new Listing(spec);
      const book = new Book(listing, spec.index * 1_000_000_000 + 1);
      listing.matcher = book;
      const random = new Random(seed, 3, spec.index);
      const lotValue = (spec.startTicks / 10 ** spec.priceScale) * 10 ** -spec.sizeScale;
      const maker = new Maker(book, random, spec.startTicks, lotValue);
      return { listing, book, maker, random, touchLots: Math.max(2, 6_000 / lotValue) };
    });
    this.listings = this.#stalls.map(({ listing }) => listing);
  }

  /** Efficient price of an instrument in ticks, not rounded. */
  efficientTicks(index: number): number {
    return Math.exp(this.#logPrices[index] ?? NaN);
  }

  /** Trades `seconds` in steps of one second, in relative time from 0, on thin books. */
  preroll(seconds: number): void {
    for (let second = 0; second < seconds; second++) {
      for (const stall of this.#stalls) {
        stall.listing.millis = second * 1000 + 100;
        if (second > 0) for (let take = 0; take < 2; take++) this.#take(stall, 0.5);
      }
      this.#factors.advance(this.#logPrices, 1);
      for (const stall of this.#stalls) {
        stall.listing.millis = second * 1000 + 900;
        this.#quote(stall, THIN);
        this.#take(stall, 0.5);
        this.#take(stall, 0.2);
      }
    }
  }

  /** Full books, candles on the clock: second 0 of the pre-roll becomes `offsetMillis`. */
  goLive(offsetMillis: number, millis: number): void {
    for (const stall of this.#stalls) {
      stall.listing.millis = millis;
      this.#quote(stall, FULL);
      stall.listing.goLive(offsetMillis);
    }
  }

  /**
   * Trades one live slice at venue time `millis`. Slice k works on every instrument whose index is k mod 4;
   * the first slice of a step moves the efficient prices. Slices must follow each other without a gap.
   * Returns the listings that were worked on.
   */
  slice(millis: number): Listing[] {
    const closing = this.#step % STEPS_PER_SECOND === STEPS_PER_SECOND - 1;
    if (this.#slice === 0) this.#factors.advance(this.#logPrices, 1 / STEPS_PER_SECOND);
    const worked: Listing[] = [];
    for (let index = this.#slice; index < this.#stalls.length; index += SLICES_PER_STEP) {
      const stall = this.#stalls[index];
      if (stall === undefined) break;
      stall.listing.millis = millis;
      this.#quote(stall, FULL);
      stall.maker.resize();
      if (stall.random.chance(TAKES_PER_STEP)) {
        this.#take(stall, !closing && stall.random.chance(SWEEPS) ? 4 : 0.35);
      }
      if (closing) this.#take(stall, 0.2);
      worked.push(stall.listing);
    }
    this.#slice = (this.#slice + 1) % SLICES_PER_STEP;
    if (this.#slice === 0) this.#step++;
    return worked;
  }

  /** The next slice's place in its second, 0 … 39: whoever paces the market aligns it with the clock. */
  get phase(): number {
    return (this.#step % STEPS_PER_SECOND) * SLICES_PER_STEP + this.#slice;
  }

  /** Forgets the rest of the second, after a pause or a missed stretch of time: the next slice opens one. */
  skipToSecond(): void {
    this.#step = 0;
    this.#slice = 0;
  }

  #quote(stall: Stall, shape: Shape): void {
    stall.maker.quote(this.efficientTicks(stall.listing.spec.index), shape);
  }

  /** A market order of up to `most` times what stands at a usual touch. */
  #take(stall: Stall, most: number): void {
    const { book, random } = stall;
    const side = random.chance(0.5) ? BUY : SELL;
    const drawn = random.uniform();
    const lots = Math.max(1, Math.round(stall.touchLots * most * drawn * drawn));
    book.submit(book.order(AGENTS, side, side === BUY ? Number.MAX_SAFE_INTEGER : 0, lots), 'market');
  }
}
