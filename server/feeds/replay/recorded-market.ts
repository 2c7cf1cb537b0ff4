import { formatDecimal, parseDecimal } from '../../../protocol/decimal.ts';

const SCALE = 8;
const KEPT_CANDLES = 5000;
const KEPT_EARLY = 1000;
const INTERVALS = { '1s': 1000, '1m': 60_000 } as const;

interface Kline {
  readonly openMillis: number;
  readonly open: string;
  high: string;
  low: string;
  close: string;
  /** Units of 10^-8. */
  volume: bigint;
  trades: number;
}

/**
 * One symbol as the capture has shown it so far: what a venue would answer over REST at this
 * point. Prices and sizes stay the venue's own text.
 */
export class RecordedMarket {
  readonly #bids = new Map<string, string>();
  readonly #asks = new Map<string, string>();
  readonly #klines = new Map<string, Kline[]>();
  readonly #early: Change[] = [];
  readonly #recorded = new Map<string, unknown[][]>();
  /** 0 until the capture's snapshot has passed. */
  #lastUpdate = 0;

  snapshot(text: string): void {
    const snapshot = JSON.parse(text) as { lastUpdateId: number; bids: Rows; asks: Rows };
    this.#bids.clear();
    this.#asks.clear();
    this.#set(this.#bids, snapshot.bids);
    this.#set(this.#asks, snapshot.asks);
    this.#lastUpdate = snapshot.lastUpdateId;
    for (const change of this.#early.splice(0)) this.depth(change);
  }

  /** Candles of the time before the capture, as the venue answered them. */
  candles(interval: string, text: string): void {
    const rows = JSON.parse(text) as unknown;
    if (!Array.isArray(rows)) return;
    const known = this.#recorded.get(interval) ?? [];
    const merged = [...known, ...(rows as unknown[][])].sort((a, b) => Number(a[0]) - Number(b[0]));
    const unique = merged.filter((row, at) => row[0] !== merged[at - 1]?.[0]);
    this.#recorded.set(interval, unique);
  }

  depth(data: Change): void {
    if (this.#lastUpdate === 0) {
      // The recorder's changes from before its snapshot arrived: they may reach beyond it.
      this.#early.push(data);
      if (this.#early.length > KEPT_EARLY) this.#early.shift();
      return;
    }
    if (data.u <= this.#lastUpdate) return;
    this.#set(this.#bids, data.b);
    this.#set(this.#asks, data.a);
    this.#lastUpdate = data.u;
  }

  trade(data: { readonly T: number; readonly p: string; readonly q: string }): void {
    const size = parseDecimal(data.q, SCALE);
    if (!size.ok) return;
    for (const [interval, millis] of Object.entries(INTERVALS)) {
      const klines = this.#klines.get(interval) ?? [];
      this.#klines.set(interval, klines);
      const openMillis = Math.floor(data.T / millis) * millis;
      let last = klines.at(-1);
      if (!last || last.openMillis < openMillis) {
        const { p } = data;
        last = { openMillis, open: p, high: p, low: p, close: p, volume: 0n, trades: 0 };
        klines.push(last);
        if (klines.length > KEPT_CANDLES) klines.shift();
      }
      if (Number(data.p) > Number(last.high)) last.high = data.p;
      if (Number(data.p) < Number(last.low)) last.low = data.p;
      last.close = data.p;
      last.volume += BigInt(size.value);
      last.trades += 1;
    }
  }

  /** The book at this point as the venue answers it; null before the capture's first snapshot. */
  depthAnswer(limit: number): string | null {
    if (this.#lastUpdate === 0) return null;
    const side = (levels: ReadonlyMap<string, string>, sign: number): string[][] =>
      [...levels].sort(([a], [b]) => sign * (Number(a) - Number(b))).slice(0, limit);
    return JSON.stringify({
      lastUpdateId: this.#lastUpdate,
      bids: side(this.#bids, -1),
      asks: side(this.#asks, 1),
    });
  }

  klinesAnswer(interval: string, from: number, to: number, limit: number): unknown[] {
    const millis = interval === '1m' ? INTERVALS['1m'] : INTERVALS['1s'];
    const seen = this.#klines.get(interval) ?? [];
    const own = seen.map((kline) => [
      kline.openMillis,
      kline.open,
      kline.high,
      kline.low,
      kline.close,
      formatDecimal(kline.volume, SCALE),
      kline.openMillis + millis - 1,
      '0',
      kline.trades,
      '0',
      '0',
      '0',
    ]);
    const first = seen[0]?.openMillis ?? Infinity;
    const before = (this.#recorded.get(interval) ?? []).filter((row) => Number(row[0]) < first);
    const inRange = [...before, ...own].filter((row) => Number(row[0]) >= from && Number(row[0]) <= to);
    return Number.isFinite(from) ? inRange.slice(0, limit) : inRange.slice(-limit);
  }

  #set(side: Map<string, string>, rows: Rows): void {
    for (const [price, size] of rows) {
      if (Number(size) === 0) side.delete(price);
      else side.set(price, size);
    }
  }
}

interface Change {
  readonly u: number;
  readonly b: Rows;
  readonly a: Rows;
}

type Rows = readonly (readonly [string, string])[];
