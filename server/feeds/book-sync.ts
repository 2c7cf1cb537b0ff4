import { Book } from './book.ts';
import type { BookSnapshot } from './dialect.ts';
import { BOOK_DEPTH } from './table.ts';
import type { Levels, MarketMessage } from './market-message.ts';

interface Held {
  readonly first: number;
  readonly last: number;
  readonly bids: Levels;
  readonly asks: Levels;
}

/** Changes held while a snapshot is on its way; beyond it the oldest make the newest useless. */
const HELD_LIMIT = 2000;

/** `held`: kept until the snapshot comes. Others as in `Book.apply`; `gap` and `crossed` begin a resync. */
export type DepthOutcome = 'applied' | 'old' | 'held' | 'gap' | 'crossed';
/**
 * How near the best price may come to the end of what the snapshot told before a new one is fetched:
 * a quarter of its levels. Prices move out of a snapshot of 1,000 levels within minutes.
 */
const REFRESH_SHARE = 4;
const REFRESH_MOST = 200;

/** `early`: older than the changes we hold, ask again. */
export type SnapshotOutcome = 'synced' | 'early' | 'crossed' | 'unasked';

/** Keeps a book in step: holds changes until a snapshot, bridges it, and starts over at a gap. Pure. */
export class BookSync {
  readonly book = new Book();
  #synced = false;
  #held: Held[] = [];
  #refreshing = false;
  #refreshDepth = BOOK_DEPTH;

  /** In step, and nothing is asked for. */
  get settled(): boolean {
    return this.#synced && !this.#refreshing;
  }

  /** In step, but soon beyond what its snapshot told: `refresh` and fetch another. */
  get wantsRefresh(): boolean {
    return this.settled && this.book.isThin(this.#refreshDepth);
  }

  /** Stays in step and holds changes besides, until a new snapshot replaces what is known. */
  refresh(): void {
    this.#refreshing = true;
  }

  get synced(): boolean {
    return this.#synced;
  }

  /** Forgets what was held; a new snapshot is needed. The old levels stay readable, as stale. */
  restart(): void {
    this.#synced = false;
    this.#refreshing = false;
    this.#held = [];
  }

  depth(message: MarketMessage): DepthOutcome {
    if (!this.#synced) {
      this.#hold(message);
      return 'held';
    }
    if (this.#refreshing) this.#hold(message);
    const outcome = this.book.apply(message.firstUpdate, message.lastUpdate, message.bids, message.asks);
    if (outcome === 'gap') {
      this.restart();
      this.#hold(message);
    } else if (outcome === 'crossed') {
      this.restart();
    }
    return outcome;
  }

  snapshot(snapshot: BookSnapshot): SnapshotOutcome {
    if (this.settled) return 'unasked';
    const held = this.#held.filter((change) => change.last > snapshot.lastUpdate);
    const first = held[0];
    if (first && first.first > snapshot.lastUpdate + 1) return 'early';
    const { lastUpdate, bids, asks, limit } = snapshot;
    if (!this.book.load(lastUpdate, bids, asks, limit)) return this.#spoilt('crossed');
    for (const change of held) {
      const outcome = this.book.apply(change.first, change.last, change.bids, change.asks);
      if (outcome === 'applied' || outcome === 'old') continue;
      return this.#spoilt(outcome === 'gap' ? 'early' : 'crossed');
    }
    this.#held = [];
    this.#synced = true;
    this.#refreshing = false;
    this.#refreshDepth = Math.max(BOOK_DEPTH, Math.min(REFRESH_MOST, limit / REFRESH_SHARE));
    return 'synced';
  }

  #spoilt(outcome: 'early' | 'crossed'): SnapshotOutcome {
    this.restart();
    return outcome;
  }

  #hold(message: MarketMessage): void {
    if (this.#held.length === HELD_LIMIT) this.#held = [];
    this.#held.push({
      first: message.firstUpdate,
      last: message.lastUpdate,
      bids: message.bids.copy(),
      asks: message.asks.copy(),
    });
  }
}
