import { Book } from './book.ts';
import { linkOf, type Numbered } from './chain.ts';
import type { BookSnapshot, DialectRules } from './dialect.ts';
import { BOOK_DEPTH } from './table.ts';
import type { Levels, MarketMessage } from './market-message.ts';

interface Held extends Numbered {
  readonly bids: Levels;
  readonly asks: Levels;
}

/** Changes held while a snapshot is on its way; beyond it the oldest make the newest useless. */
const HELD_LIMIT = 2000;

/** `held`: kept until the snapshot comes. `old`: it is in the book. `gap` and `crossed` begin a resync. */
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
  /** Until its owner says otherwise: it was in step before. */
  wasSynced = false;
  readonly #rules: Pick<DialectRules, 'chain' | 'bookDepth' | 'snapshots'>;
  #synced = false;
  #bridged = false;
  #held: Held[] = [];
  #refreshing = false;
  #refreshDepth = BOOK_DEPTH;

  constructor(rules: Pick<DialectRules, 'chain' | 'bookDepth' | 'snapshots'>) {
    this.#rules = rules;
  }

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
    const outcome = this.#apply(message);
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
    const held = this.#held.filter((change) => change.lastUpdate > snapshot.lastUpdate);
    const first = held[0];
    if (first && linkOf(this.#rules.chain, first, snapshot.lastUpdate, false) === 'gap') return 'early';
    const { limit } = snapshot;
    if (!this.#load(snapshot)) return this.#spoilt('crossed');
    for (const change of held) {
      const outcome = this.#apply(change);
      if (outcome === 'applied' || outcome === 'old') continue;
      return this.#spoilt(outcome === 'gap' ? 'early' : 'crossed');
    }
    this.#inStep();
    this.#refreshDepth = Math.max(BOOK_DEPTH, Math.min(REFRESH_MOST, limit / REFRESH_SHARE));
    return 'synced';
  }

  /** A snapshot that came in the stream: it replaces the book, whenever it comes. False: it is crossed. */
  replace(snapshot: BookSnapshot): boolean {
    this.restart();
    if (!this.#load(snapshot)) return false;
    // Of one stream the first change behind the snapshot is the next one: nothing reaches back into it.
    this.#bridged = true;
    this.#inStep();
    return true;
  }

  #load({ lastUpdate, bids, asks, limit }: BookSnapshot): boolean {
    this.#bridged = false;
    return this.book.load(lastUpdate, bids, asks, limit);
  }

  #inStep(): void {
    this.#held = [];
    this.#synced = true;
    this.wasSynced = true;
    this.#refreshing = false;
  }

  #apply(change: Held): 'applied' | 'old' | 'gap' | 'crossed' {
    const { chain, bookDepth } = this.#rules;
    const link = linkOf(chain, change, this.book.lastUpdate, this.#bridged);
    if (link !== 'next') return link;
    this.#bridged = true;
    const sane = this.book.apply(change.lastUpdate, change.bids, change.asks, bookDepth);
    return sane ? 'applied' : 'crossed';
  }

  #spoilt(outcome: 'early' | 'crossed'): SnapshotOutcome {
    this.restart();
    return outcome;
  }

  #hold(message: MarketMessage): void {
    // What the stream will send anew needs no past.
    if (this.#rules.snapshots === 'stream') return;
    if (this.#held.length === HELD_LIMIT) this.#held = [];
    this.#held.push({
      firstUpdate: message.firstUpdate,
      lastUpdate: message.lastUpdate,
      previousUpdate: message.previousUpdate,
      bids: message.bids.copy(),
      asks: message.asks.copy(),
    });
  }
}
