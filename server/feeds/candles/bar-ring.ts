/** One bar. Prices in ticks, sizes in lots, times in µs of the venue's clock. */
export interface Bar {
  readonly at: number;
  /** 0 in a bar without trades. */
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  /** Lots that buyers took; NaN = not told. */
  readonly buys: number;
  readonly trades: number;
  /** How much of it was watched without a break, µs: the whole span, or the bar has a gap. */
  readonly covered: number;
  /** Mid at its end, half ticks; 0 = not known. */
  readonly mid: number;
}

const FIELDS = 12;
const AT = 0;
const OPEN = 1;
const HIGH = 2;
const LOW = 3;
const CLOSE = 4;
const VOLUME = 5;
const BUYS = 6;
const TRADES = 7;
const COVERED = 8;
const MID = 9;
const FIRST_AT = 10;
const LAST_AT = 11;

/**
 * The bars of one span of one instrument, the last `capacity` of them, each at the place that its open
 * time gives it: a trade that comes late finds its bar, whatever came before it. Pure; a trade
 * allocates nothing.
 */
export class BarRing {
  readonly span: number;
  readonly capacity: number;
  readonly #rows: Float64Array;
  /** The row that was asked for last and what it spans: the next trade is nearly always of the same bar. */
  #row = -1;
  #from = 0;
  #to = 0;

  /** `span` in µs. */
  constructor(span: number, capacity: number) {
    this.span = span;
    this.capacity = capacity;
    this.#rows = new Float64Array(capacity * FIELDS);
  }

  /** Open time of the bar that holds this moment. */
  openOf(at: number): number {
    return Math.floor(at / this.span) * this.span;
  }

  /** `aggressor`: 0 buyer, 1 seller, 2 not told. */
  trade(at: number, price: number, size: number, aggressor: number): void {
    const row = this.#make(at);
    if (row < 0) return;
    const rows = this.#rows;
    if (rows[row + TRADES] === 0) {
      rows[row + OPEN] = rows[row + HIGH] = rows[row + LOW] = rows[row + CLOSE] = price;
      rows[row + FIRST_AT] = rows[row + LAST_AT] = at;
    } else {
      if (at < (rows[row + FIRST_AT] ?? 0)) {
        rows[row + FIRST_AT] = at;
        rows[row + OPEN] = price;
      }
      if (at >= (rows[row + LAST_AT] ?? 0)) {
        rows[row + LAST_AT] = at;
        rows[row + CLOSE] = price;
      }
      if (price > (rows[row + HIGH] ?? 0)) rows[row + HIGH] = price;
      if (price < (rows[row + LOW] ?? 0)) rows[row + LOW] = price;
    }
    rows[row + VOLUME] = (rows[row + VOLUME] ?? 0) + size;
    if (aggressor !== 1) rows[row + BUYS] = (rows[row + BUYS] ?? 0) + (aggressor === 0 ? size : Number.NaN);
    rows[row + TRADES] = (rows[row + TRADES] ?? 0) + 1;
  }

  /** Everything from `from` to `to` was watched. */
  cover(from: number, to: number): void {
    for (let at = Math.max(this.openOf(from), to - this.capacity * this.span); at < to; at += this.span) {
      const open = this.openOf(at);
      const row = this.#make(open);
      if (row < 0) continue;
      const overlap = Math.min(to, open + this.span) - Math.max(from, open);
      if (overlap > 0) this.#rows[row + COVERED] = (this.#rows[row + COVERED] ?? 0) + overlap;
    }
  }

  /** The mid as it was at `at`: a later one of the same bar takes its place. */
  mid(at: number, halfTicks: number): void {
    // The end of a second is the end of the bar before the one that opens there.
    const row = this.#make(at - 1);
    if (row >= 0) this.#rows[row + MID] = halfTicks;
  }

  /** Takes this bar where less of it is known; false: what is here stays, or it is too old. */
  put(bar: Bar): boolean {
    const row = this.#make(bar.at);
    if (row < 0 || bar.covered <= (this.#rows[row + COVERED] ?? 0)) return false;
    const { at, open, high, low, close, volume, buys, trades, covered, mid } = bar;
    const known = mid === 0 ? (this.#rows[row + MID] ?? 0) : mid;
    this.#rows.set([at, open, high, low, close, volume, buys, trades, covered, known, at, at], row);
    this.#rows[row + LAST_AT] = at + this.span - 1;
    return true;
  }

  isWhole(at: number): boolean {
    const row = this.#find(at);
    return row >= 0 && (this.#rows[row + COVERED] ?? 0) >= this.span;
  }

  /** What was traded in the whole bars that open from `from` until before `to`, and how many they are. */
  volume(from: number, to: number): { readonly lots: number; readonly whole: number } {
    let lots = 0;
    let whole = 0;
    for (let at = this.openOf(from); at < to; at += this.span) {
      if (!this.isWhole(at)) continue;
      lots += this.#rows[this.#find(at) + VOLUME] ?? 0;
      whole += 1;
    }
    return { lots, whole };
  }

  /** Open time of the newest bar that is not whole, of those that open from `from` until before `to`. */
  lastHole(from: number, to: number): number | null {
    for (let at = this.openOf(to - 1); at >= from; at -= this.span) if (!this.isWhole(at)) return at;
    return null;
  }

  /** The bar that opens there; null when nothing is known of it. */
  read(at: number): Bar | null {
    const row = this.#find(at);
    if (row < 0) return null;
    const field = (index: number): number => this.#rows[row + index] ?? 0;
    return {
      at,
      open: field(OPEN),
      high: field(HIGH),
      low: field(LOW),
      close: field(CLOSE),
      volume: field(VOLUME),
      buys: field(BUYS),
      trades: field(TRADES),
      covered: Math.min(field(COVERED), this.span),
      mid: field(MID),
    };
  }

  #find(at: number): number {
    const open = this.openOf(at);
    const row = ((open / this.span) % this.capacity) * FIELDS;
    return this.#rows[row + AT] === open ? row : -1;
  }

  /** The row of that moment, emptied where an older bar stood; -1: a newer one stands there. */
  #make(at: number): number {
    return at >= this.#from && at < this.#to ? this.#row : this.#makeOther(at);
  }

  #makeOther(at: number): number {
    const open = this.openOf(at);
    const row = ((open / this.span) % this.capacity) * FIELDS;
    const there = this.#rows[row + AT] ?? 0;
    if (there > open) return -1;
    if (there < open) {
      this.#rows.fill(0, row, row + FIELDS);
      this.#rows[row + AT] = open;
    }
    this.#row = row;
    this.#from = open;
    this.#to = open + this.span;
    return row;
  }
}

/** The bar that opens at `at` and is made of these shorter ones, oldest first; those missing are its gap. */
export function foldBars(at: number, parts: readonly Bar[]): Bar {
  const traded = parts.filter(({ trades }) => trades > 0);
  const sum = (of: (bar: Bar) => number): number => parts.reduce((total, bar) => total + of(bar), 0);
  return {
    at,
    open: traded[0]?.open ?? 0,
    high: traded.reduce((most, { high }) => Math.max(most, high), 0),
    low: traded.reduce((least, { low }) => Math.min(least, low), traded[0]?.low ?? 0),
    close: traded.at(-1)?.close ?? 0,
    volume: sum(({ volume }) => volume),
    buys: sum(({ buys }) => buys),
    trades: sum(({ trades }) => trades),
    covered: sum(({ covered }) => covered),
    mid: parts.at(-1)?.mid ?? 0,
  };
}
