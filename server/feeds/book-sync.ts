import { Book } from './book.ts';
import type { BookSnapshot } from './dialect.ts';
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
/** `early`: older than the changes we hold, ask again. */
export type SnapshotOutcome = 'synced' | 'early' | 'crossed' | 'unasked';

/** Keeps a book in step: holds changes until a snapshot, bridges it, and starts over at a gap. Pure. */
export class BookSync {
  readonly book = new Book();
  #synced = false;
  #held: Held[] = [];

  get synced(): boolean {
    return this.#synced;
  }

  /** Forgets what was held; a new snapshot is needed. The old levels stay readable, as stale. */
  restart(): void {
    this.#synced = false;
    this.#held = [];
  }

  depth(message: MarketMessage): DepthOutcome {
    if (!this.#synced) {
      this.#hold(message);
      return 'held';
    }
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
    if (this.#synced) return 'unasked';
    const held = this.#held.filter((change) => change.last > snapshot.lastUpdate);
    const first = held[0];
    if (first && first.first > snapshot.lastUpdate + 1) return 'early';
    if (!this.book.load(snapshot.lastUpdate, snapshot.bids, snapshot.asks, snapshot.limit)) return 'crossed';
    for (const change of held) {
      const outcome = this.book.apply(change.first, change.last, change.bids, change.asks);
      if (outcome === 'applied' || outcome === 'old') continue;
      this.#held = outcome === 'gap' ? held.slice(held.indexOf(change)) : [];
      return outcome === 'gap' ? 'early' : 'crossed';
    }
    this.#held = [];
    this.#synced = true;
    return 'synced';
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
