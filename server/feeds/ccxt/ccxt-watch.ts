import { backoffMs } from '../backoff.ts';
import { describeLine, type FeedWords } from '../feed-words.ts';
import type { Market } from '../market.ts';
import type { Pauses } from '../pause.ts';
import type { SessionPhase } from '../session.ts';
import type { CcxtExchange } from './ccxt-exchange.ts';

/**
 * ccxt tells books and trades and hides everything else, heartbeats too: a market that is silent for so
 * long cannot be told from one that is cut off.
 */
const STALE_MS = 10_000;

export interface CcxtWatchParts {
  readonly exchange: Pick<CcxtExchange, 'watchOrderBook' | 'watchTrades'>;
  readonly market: Market;
  /** ccxt's name of it. */
  readonly unified: string;
  readonly pauses: Pauses;
  readonly random: () => number;
  readonly paceMs: () => number;
  readonly onBook: (market: Market, book: unknown) => void;
  readonly onTrades: (market: Market, trades: unknown) => void;
  /** It waits for a book again: nothing of it counts until then. */
  readonly onLost: (market: Market) => void;
}

/** One market's streams of ccxt, asked again and again; its state is that of its book. */
export class CcxtWatch {
  readonly market: Market;
  readonly unified: string;
  readonly carries = { books: 1, marks: 0 };
  readonly #parts: CcxtWatchParts;
  phase: SessionPhase = 'connecting';
  #sentence = 'Connecting through ccxt.';
  #failures = 0;
  reconnects = 0;
  #heardAt = 0;
  #stopped = false;

  constructor(parts: CcxtWatchParts) {
    this.#parts = parts;
    this.market = parts.market;
    this.unified = parts.unified;
  }

  get words(): FeedWords {
    const books = [this.market];
    return describeLine({ phase: this.phase, failures: this.#failures, sentence: this.#sentence, books });
  }

  start(): void {
    this.#heardAt = this.#parts.paceMs();
    void this.#books();
    void this.#trades();
  }

  stop(): void {
    this.#stopped = true;
    this.phase = 'stopped';
  }

  tick(now: number): void {
    if (this.phase !== 'live' || now - this.#heardAt <= STALE_MS) return;
    this.phase = 'stale';
    this.#sentence = `ccxt tells nothing of ${this.market.instrument.name} for ${STALE_MS / 1000} s.`;
  }

  async #books(): Promise<void> {
    const { exchange, pauses, random, onBook, onLost } = this.#parts;
    while (!this.#isStopped()) {
      try {
        const book = await exchange.watchOrderBook(this.unified);
        if (this.#isStopped()) return;
        this.#heard();
        onBook(this.market, book);
      } catch (error) {
        if (this.#isStopped()) return;
        this.#failures += 1;
        this.phase = 'waiting';
        this.#sentence = `ccxt: ${reasonOf(error)}`;
        onLost(this.market);
        if (!(await pauses.wait(backoffMs(this.#failures - 1, random)))) return;
        this.reconnects += 1;
      }
    }
  }

  /** Trades that fail say nothing of the book: its own failure does. */
  async #trades(): Promise<void> {
    const { exchange, pauses, random, onTrades } = this.#parts;
    for (let failures = 0; !this.#stopped;) {
      try {
        const trades = await exchange.watchTrades(this.unified);
        if (this.#isStopped()) return;
        failures = 0;
        onTrades(this.market, trades);
      } catch {
        if (!(await pauses.wait(backoffMs(failures, random)))) return;
        failures += 1;
      }
    }
  }

  /** It may have been stopped while ccxt was waited for. */
  #isStopped(): boolean {
    return this.#stopped;
  }

  #heard(): void {
    this.#heardAt = this.#parts.paceMs();
    this.#failures = 0;
    this.phase = 'live';
    this.#sentence = 'Live, through ccxt.';
  }
}

function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message || error.name : String(error)).slice(0, 200);
}
