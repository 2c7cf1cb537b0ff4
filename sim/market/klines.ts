/** One candle in whole ticks and lots; quote amounts in ticks × lots. */
export interface Kline {
  openMillis: number;
  open: number;
  high: number;
  low: number;
  close: number;
  lots: number;
  quote: number;
  takerBuyLots: number;
  takerBuyQuote: number;
  trades: number;
  firstTradeId: number;
  lastTradeId: number;
}

const FIELDS = 11;

/**
 * The last `capacity` candles of one interval, in one typed array. A period without a trade repeats the
 * close before it, with no volume, as Binance's do.
 */
export class KlineSeries {
  readonly intervalMillis: number;
  readonly #capacity: number;
  readonly #rows: Float64Array;
  /** Period number of the newest row; -1 before the first trade. */
  #newest = -1;
  #count = 0;

  constructor(intervalMillis: number, capacity: number) {
    this.intervalMillis = intervalMillis;
    this.#capacity = capacity;
    this.#rows = new Float64Array(capacity * FIELDS);
  }

  get newestOpenMillis(): number {
    return this.#newest * this.intervalMillis;
  }

  add(millis: number, ticks: number, lots: number, takerBuys: boolean, tradeId: number): void {
    const period = Math.floor(millis / this.intervalMillis);
    if (this.#newest < 0) this.#start(period, ticks, tradeId);
    else if (period > this.#newest) this.rollTo(millis, tradeId);
    const rows = this.#rows;
    const row = (this.#newest % this.#capacity) * FIELDS;
    const quote = ticks * lots;
    if ((rows[row + 8] ?? 0) === 0) {
      rows[row] = ticks;
      rows[row + 1] = ticks;
      rows[row + 2] = ticks;
      rows[row + 9] = tradeId;
    }
    if (ticks > (rows[row + 1] ?? 0)) rows[row + 1] = ticks;
    if (ticks < (rows[row + 2] ?? 0)) rows[row + 2] = ticks;
    rows[row + 3] = ticks;
    rows[row + 4] = (rows[row + 4] ?? 0) + lots;
    rows[row + 5] = (rows[row + 5] ?? 0) + quote;
    if (takerBuys) {
      rows[row + 6] = (rows[row + 6] ?? 0) + lots;
      rows[row + 7] = (rows[row + 7] ?? 0) + quote;
    }
    rows[row + 8] = (rows[row + 8] ?? 0) + 1;
    rows[row + 10] = tradeId;
  }

  /** Opens the period of `millis` and every empty one before it. */
  rollTo(millis: number, nextTradeId: number): void {
    if (this.#newest < 0) return;
    const period = Math.floor(millis / this.intervalMillis);
    const close = this.#rows[(this.#newest % this.#capacity) * FIELDS + 3] ?? 0;
    // A gap longer than the series holds needs no more rows than it holds.
    const from = Math.max(this.#newest + 1, period - this.#capacity + 1);
    for (let next = from; next <= period; next++) this.#start(next, close, nextTradeId);
  }

  /** Moves the whole series in time: what was rolled at a relative time gets its place on the clock. */
  rebase(offsetMillis: number): void {
    const shift = offsetMillis / this.intervalMillis;
    if (!Number.isInteger(shift)) throw new Error('a series moves by whole periods');
    const kept = this.all();
    this.#newest = -1;
    this.#count = 0;
    for (const kline of kept) {
      this.#start(kline.openMillis / this.intervalMillis + shift, kline.open, kline.firstTradeId);
      this.#write(kline);
    }
  }

  /** Adds a shorter candle into the one that contains it: how minutes are built from seconds. */
  merge(shorter: Kline): void {
    const period = Math.floor(shorter.openMillis / this.intervalMillis);
    if (this.#newest < 0 || period > this.#newest) {
      if (this.#newest >= 0) this.rollTo(shorter.openMillis, shorter.firstTradeId);
      else this.#start(period, shorter.open, shorter.firstTradeId);
      this.#write(shorter);
      return;
    }
    const sum = this.#read(this.#newest);
    this.#write({
      ...sum,
      high: Math.max(sum.high, shorter.high),
      low: Math.min(sum.low, shorter.low),
      close: shorter.close,
      lots: sum.lots + shorter.lots,
      quote: sum.quote + shorter.quote,
      takerBuyLots: sum.takerBuyLots + shorter.takerBuyLots,
      takerBuyQuote: sum.takerBuyQuote + shorter.takerBuyQuote,
      trades: sum.trades + shorter.trades,
      lastTradeId: shorter.lastTradeId,
    });
  }

  newest(): Kline | null {
    return this.#newest < 0 ? null : this.#read(this.#newest);
  }

  /** The candle before the newest. */
  previous(): Kline | null {
    return this.#count < 2 ? null : this.#read(this.#newest - 1);
  }

  all(): Kline[] {
    return this.range(-Infinity, Infinity, this.#capacity);
  }

  /**
   * Candles that open in [from, to], oldest first. With a start the first `limit` of them, without one the
   * last: as Binance reads startTime, endTime and limit.
   */
  range(from: number, to: number, limit: number): Kline[] {
    const oldest = this.#newest - this.#count + 1;
    let first = Math.max(oldest, Math.ceil(from / this.intervalMillis));
    let last = Math.min(this.#newest, Math.floor(to / this.intervalMillis));
    if (from === -Infinity) first = Math.max(first, last - limit + 1);
    else last = Math.min(last, first + limit - 1);
    const found: Kline[] = [];
    for (let period = first; period <= last; period++) found.push(this.#read(period));
    return found;
  }

  #start(period: number, ticks: number, nextTradeId: number): void {
    const row = (period % this.#capacity) * FIELDS;
    this.#rows.fill(ticks, row, row + 4);
    this.#rows.fill(0, row + 4, row + 9);
    this.#rows[row + 9] = nextTradeId;
    this.#rows[row + 10] = nextTradeId - 1;
    this.#count = Math.min(this.#capacity, this.#count + 1);
    this.#newest = period;
  }

  #write(kline: Kline): void {
    const row = (this.#newest % this.#capacity) * FIELDS;
    const { open, high, low, close, lots, quote, takerBuyLots, takerBuyQuote } = kline;
    const values = [open, high, low, close, lots, quote, takerBuyLots, takerBuyQuote];
    this.#rows.set([...values, kline.trades, kline.firstTradeId, kline.lastTradeId], row);
  }

  #read(period: number): Kline {
    const row = (period % this.#capacity) * FIELDS;
    const field = (index: number): number => this.#rows[row + index] ?? 0;
    return {
      openMillis: period * this.intervalMillis,
      open: field(0),
      high: field(1),
      low: field(2),
      close: field(3),
      lots: field(4),
      quote: field(5),
      takerBuyLots: field(6),
      takerBuyQuote: field(7),
      trades: field(8),
      firstTradeId: field(9),
      lastTradeId: field(10),
    };
  }
}
