import type { Refusal } from '../../protocol/result.ts';
import type { DialectRules, MessageKind } from './dialect.ts';
import type { MarketMessage } from './market-message.ts';
import type { Market } from './market.ts';

/** A book that neither connection has told of for so long stands where it stood: the new one may have it, ms. */
const SILENT_MS = 5000;
/** What only the old connection tells so long after the new one was subscribed, the new one misses. */
const ON_ITS_WAY_MS = 1000;
/** The old one is still listened to for so long: trades may be on their way. */
const DRAIN_MS = 2000;
/** A replacement that takes longer does not succeed. */
const LIMIT_MS = 30_000;
const HELD_LIMIT = 1000;

interface Waiting {
  /** Changes of the new connection that the book has not reached yet. */
  held: { readonly message: MarketMessage; readonly receivedAt: number }[];
  /** When the old connection last told of this book. */
  heardAt: number;
  /** The new one should have told it too, and has not. */
  isMissed: boolean;
  /** The new one has told what the book has: it is only waited for to tell more. */
  isReached: boolean;
}

/** `done`: nothing more is expected of the old connection. `failed`: the new one does not carry everything. */
export type HandoverState = 'under-way' | 'done' | 'failed';

/**
 * One connection taking over from another while both run. Each book stays with the old one until what
 * the new one tells continues it: by its numbers, or by a snapshot in the stream where the venue sends
 * one. Trades count from either, each once; best prices and marks move when all books have. Pure: pace
 * ms come in.
 */
export class Handover {
  readonly #byChain: boolean;
  readonly #waiting = new Map<Market, Waiting>();
  readonly #taken = new Set<Market>();
  readonly #overlapping = new Set<Market>();
  readonly #onRefused: (error: Refusal) => void;
  readonly #startedAt: number;
  #subscribedAt: number | null = null;
  #completeAt: number | null = null;

  constructor(
    books: readonly Market[],
    rules: Pick<DialectRules, 'snapshots'>,
    now: number,
    onRefused: (error: Refusal) => void,
  ) {
    this.#byChain = rules.snapshots === 'rest';
    this.#startedAt = now;
    this.#onRefused = onRefused;
    if (rules.snapshots === 'none') return;
    for (const market of books) {
      this.#waiting.set(market, { held: [], heardAt: -Infinity, isMissed: false, isReached: false });
    }
  }

  /** Books that the new connection has. */
  get taken(): readonly Market[] {
    return [...this.#taken];
  }
  /** Books that it has not. */
  get waiting(): readonly Market[] {
    return [...this.#waiting.keys()];
  }

  /** The new connection has every subscription. */
  subscribed(now: number): void {
    this.#subscribedAt = now;
  }

  /** Whether a message of the connection that is to be replaced still counts. */
  admitsOld(kind: MessageKind, market: Market, now: number): boolean {
    if (kind === 'trade') return true;
    if (kind === 'ticker' || kind === 'mark') return this.#completeAt === null;
    const waiting = this.#waiting.get(market);
    if (!waiting || waiting.isReached) return false;
    waiting.heardAt = now;
    if (this.#subscribedAt !== null && now - this.#subscribedAt > ON_ITS_WAY_MS) waiting.isMissed = true;
    return true;
  }

  /** Whether a message of the new connection is to be applied; a change that takes its book over is already. */
  admitsNew(
    kind: MessageKind,
    market: Market,
    message: MarketMessage,
    receivedAt: number,
    now: number,
  ): boolean {
    if (kind === 'trade') {
      this.#overlap(market);
      return true;
    }
    if (kind === 'ticker' || kind === 'mark') return this.#completeAt !== null;
    const waiting = this.#waiting.get(market);
    if (!waiting) return true;
    waiting.isMissed = false;
    if (kind === 'snapshot') {
      this.#take(market);
      return true;
    }
    if (!this.#byChain) return false;
    if (waiting.held.length === HELD_LIMIT) waiting.held = [];
    waiting.held.push({ message: message.copy(), receivedAt });
    this.#catchUp(market, waiting, now);
    return false;
  }

  tick(now: number): HandoverState {
    if (this.#subscribedAt !== null && this.#byChain) {
      for (const [market, waiting] of this.#waiting) {
        const silentSince = Math.max(this.#subscribedAt, waiting.heardAt);
        if (waiting.held.length > 0) this.#catchUp(market, waiting, now);
        else if (market.synced && !waiting.isMissed && now - silentSince > SILENT_MS) this.#take(market);
      }
    }
    if (this.#subscribedAt !== null && this.#waiting.size === 0) this.#completeAt ??= now;
    if (this.#completeAt !== null) return now - this.#completeAt > DRAIN_MS ? 'done' : 'under-way';
    return now - this.#startedAt > LIMIT_MS ? 'failed' : 'under-way';
  }

  /** Only one connection tells trades from here on. */
  close(): void {
    for (const market of this.#overlapping) market.overlapTrades(false);
    this.#overlapping.clear();
  }

  /** Takes the book over if what the new connection told reaches back to it, and brings it up to there. */
  #catchUp(market: Market, waiting: Waiting, now: number): void {
    if (!market.synced) {
      waiting.held = [];
      return;
    }
    const { lastUpdate } = market.sync.book;
    const ahead = waiting.held.filter(({ message }) => message.lastUpdate > lastUpdate);
    waiting.isReached ||= ahead.length < waiting.held.length;
    waiting.held = ahead;
    const [first] = ahead;
    if (first ? !market.continueWith(first.message) : !waiting.isReached || !market.changesMayOverlap) return;
    this.#take(market);
    for (const { message, receivedAt } of ahead) {
      const refusal = market.depth(message, receivedAt, now);
      if (refusal) this.#onRefused(refusal);
    }
  }

  #take(market: Market): void {
    this.#waiting.delete(market);
    this.#taken.add(market);
  }

  #overlap(market: Market): void {
    if (this.#overlapping.has(market)) return;
    this.#overlapping.add(market);
    market.overlapTrades(true);
  }
}
