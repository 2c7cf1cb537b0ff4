import type { Listing, TapeReader, TapeTrade } from '../market/listing.ts';
import type { KlineSeries } from '../market/klines.ts';
import type { Faults } from './faults.ts';
import { bookTickerText, depthDiffText, depthText, klineText, tradeText } from './payloads.ts';

/** Whoever gets a stream's messages; `combined` ones get them wrapped with the stream's name. */
export interface Subscriber {
  readonly combined: boolean;
  send(text: string): void;
}

const PARTIAL_DEPTHS = [5, 10, 20] as const;

/** Which subscriber hears which stream, and what each stream says. Knows no socket. */
export class Streams implements TapeReader {
  readonly #faults: Faults;
  readonly #now: () => number;
  readonly #audiences = new Map<string, Set<Subscriber>>();
  readonly #lower = new Map<Listing, string>();
  readonly #lastTicker = new Map<Listing, string>();

  constructor(listings: readonly Listing[], faults: Faults, now: () => number) {
    this.#faults = faults;
    this.#now = now;
    for (const listing of listings) {
      this.#lower.set(listing, listing.spec.symbol.toLowerCase());
      listing.tape = this;
    }
  }

  subscribe(stream: string, subscriber: Subscriber): void {
    const audience = this.#audiences.get(stream);
    if (audience) audience.add(subscriber);
    else this.#audiences.set(stream, new Set([subscriber]));
  }

  unsubscribe(stream: string, subscriber: Subscriber): void {
    const audience = this.#audiences.get(stream);
    audience?.delete(subscriber);
    if (audience?.size === 0) this.#audiences.delete(stream);
  }

  audience(stream: string): Iterable<Subscriber> {
    return this.#audiences.get(stream) ?? [];
  }

  onTrade(listing: Listing, trade: Readonly<TapeTrade>): void {
    this.#say(listing, '@trade', () => tradeText(listing, trade));
  }

  /** The best bid and ask, if they or their sizes changed since the last time. */
  flushTicker(listing: Listing): void {
    if (!this.#heard(listing, '@bookTicker')) return;
    const text = bookTickerText(listing);
    const compared = text.slice(text.indexOf(','));
    if (this.#lastTicker.get(listing) === compared) return;
    this.#lastTicker.set(listing, compared);
    this.#say(listing, '@bookTicker', () => text);
  }

  /** What changed in the book since the last call: every 100 ms for each listing. */
  flushDepth(listing: Listing): void {
    const diff = listing.takeDiff();
    if (diff === null) return;
    if (this.#faults.gaps.delete(listing.spec.symbol)) return;
    this.#say(listing, '@depth@100ms', () => depthDiffText(listing, diff, this.#now()));
    for (const levels of PARTIAL_DEPTHS) {
      this.#say(listing, `@depth${levels}@100ms`, () => depthText(listing, levels));
    }
  }

  /** Candles, at every whole second of the venue's time: closed ones as closed, the running minute every other second. */
  flushKlines(listing: Listing, millis: number): void {
    const nextTradeId = listing.lastTradeId + 1;
    const minuteBefore = listing.minutes.newestOpenMillis;
    listing.seconds.rollTo(millis, nextTradeId);
    listing.minutes.rollTo(millis, nextTradeId);
    this.#sayKline(listing, '1s', listing.seconds, true);
    if (listing.minutes.newestOpenMillis !== minuteBefore) {
      this.#sayKline(listing, '1m', listing.minutes, true);
    }
    if (millis % 2_000 === 0) this.#sayKline(listing, '1m', listing.minutes, false);
  }

  /** Sends raw text to a stream's audience as if the venue had gone wrong. Returns how many heard it. */
  sayMalformed(stream: string, text: string): number {
    let heard = 0;
    for (const subscriber of this.audience(stream)) {
      subscriber.send(text);
      heard++;
    }
    return heard;
  }

  #sayKline(listing: Listing, interval: string, series: KlineSeries, closed: boolean): void {
    const kline = closed ? series.previous() : series.newest();
    if (kline === null) return;
    this.#say(listing, `@kline_${interval}`, () =>
      klineText(listing, kline, interval, series.intervalMillis, closed, this.#now()),
    );
  }

  #heard(listing: Listing, suffix: string): boolean {
    return this.#audiences.has((this.#lower.get(listing) ?? '') + suffix);
  }

  #say(listing: Listing, suffix: string, write: () => string): void {
    const stream = (this.#lower.get(listing) ?? '') + suffix;
    const audience = this.#audiences.get(stream);
    if (!audience || this.#faults.isMuted(stream)) return;
    const raw = write();
    let wrapped: string | null = null;
    for (const subscriber of audience) {
      if (subscriber.combined) subscriber.send((wrapped ??= `{"stream":"${stream}","data":${raw}}`));
      else subscriber.send(raw);
    }
  }
}
