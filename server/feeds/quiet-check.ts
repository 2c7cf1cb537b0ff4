import { Book } from './book.ts';
import type { BookSnapshot, Dialect } from './dialect.ts';
import type { Market } from './market.ts';
import type { RestClient } from './rest.ts';

/** A message that is only late comes within this, ms. */
const CONFIRM_MS = 2000;

export interface QuietCheckParts {
  readonly rest: Pick<RestClient, 'get' | 'available'>;
  readonly dialect: Pick<Dialect, 'rest' | 'rules'>;
  readonly markets: readonly Market[];
  readonly paceMs: () => number;
  /** The venue has another book than we: its messages do not come any more. */
  readonly onDropped: (market: Market) => void;
}

/**
 * Tells a quiet instrument from one whose subscription was silently dropped: one at a time is asked for
 * by REST, and only with weight that nobody else needs. Only the best prices are compared.
 */
export class QuietCheck {
  readonly #parts: QuietCheckParts;
  /** Pace ms of the last answer, by market: the silence before it was the instrument's own. */
  readonly #knownAt = new Map<Market, number>();
  #isAsking = false;
  /** The venue's book was another one; if no message comes until then, none will. */
  #suspect: { readonly market: Market; readonly lastAt: number; readonly due: number } | null = null;

  constructor(parts: QuietCheckParts) {
    this.#parts = parts;
  }

  tick(now: number): void {
    if (this.#suspect) this.#confirm(now);
    if (this.#isAsking || this.#suspect) return;
    const market = this.#parts.markets.find((one) => this.#isUnusual(one, now));
    if (market) this.#ask(market);
  }

  #isUnusual(market: Market, now: number): boolean {
    const { lastAt } = market.gaps;
    // What is not live or quiet is being cared for already.
    if (lastAt === null || market.state !== 'quiet' || !market.synced) return false;
    return now - Math.max(lastAt, this.#knownAt.get(market) ?? -Infinity) > market.gaps.limitMs;
  }

  #ask(market: Market): void {
    const { rest, dialect, paceMs } = this.#parts;
    const { lastAt } = market.gaps;
    const call = dialect.rest.snapshot(market.instrument, 0);
    if (!call || lastAt === null || call.weight > rest.available / 2) return;
    this.#isAsking = true;
    void rest.get(call, 'history').then((answer) => {
      this.#isAsking = false;
      this.#knownAt.set(market, paceMs());
      if (!answer.ok) return;
      const snapshot = dialect.rest.readSnapshot(answer.value.json, market.instrument, call);
      if (!snapshot.ok || market.gaps.lastAt !== lastAt || !market.synced) return;
      if (this.#isOther(market.sync.book, snapshot.value))
        this.#suspect = { market, lastAt, due: paceMs() + CONFIRM_MS };
    });
  }

  #confirm(now: number): void {
    if (!this.#suspect) return;
    const { market, lastAt, due } = this.#suspect;
    if (market.gaps.lastAt !== lastAt) this.#suspect = null;
    else if (now >= due) {
      this.#suspect = null;
      this.#parts.onDropped(market);
    }
  }

  /** The venue's best prices, as of no earlier than our book, differ from ours. */
  #isOther(
    { lastUpdate, bids, asks }: Book,
    { bids: theirBids, asks: theirAsks, ...their }: BookSnapshot,
  ): boolean {
    if (this.#parts.dialect.rules.snapshots === 'rest' && their.lastUpdate <= lastUpdate) return false;
    const theirs = new Book();
    theirs.load(their.lastUpdate, theirBids, theirAsks, their.limit);
    if (bids.best !== theirs.bids.best || asks.best !== theirs.asks.best) return true;
    if (their.sizesRounded) return false;
    return bids.bestSize !== theirs.bids.bestSize || asks.bestSize !== theirs.asks.bestSize;
  }
}
