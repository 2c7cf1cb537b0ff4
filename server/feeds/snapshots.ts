import type { Refusal } from '../../protocol/result.ts';
import { backoffMs } from './backoff.ts';
import type { BookSnapshot, Dialect } from './dialect.ts';
import type { Market } from './market.ts';
import type { RestClient } from './rest.ts';
import type { SnapshotOutcome } from './book-sync.ts';
import { levelsFault } from './validate.ts';

interface Wanted {
  readonly market: Market;
  failures: number;
  /** Pace ms of the next try; null while a request is under way. */
  due: number | null;
}

export interface SnapshotListener {
  onSnapshot(market: Market, snapshot: BookSnapshot): SnapshotOutcome;
  onSnapshotFault(market: Market, error: Refusal, text: string): void;
}

/** Fetches book snapshots for the markets that need one, again and again until they are in step. */
export class Snapshots {
  readonly #dialect: Dialect;
  readonly #rest: RestClient;
  readonly #listener: SnapshotListener;
  readonly #random: () => number;
  readonly #missing: () => number;
  readonly #wanted = new Map<number, Wanted>();

  /** `missing`: how many books are not in step. */
  constructor(
    dialect: Dialect,
    rest: RestClient,
    missing: () => number,
    random: () => number,
    listener: SnapshotListener,
  ) {
    this.#dialect = dialect;
    this.#rest = rest;
    this.#missing = missing;
    this.#random = random;
    this.#listener = listener;
  }

  /** Forgets what was asked for: the connection is another one. */
  forget(market: Market): void {
    this.#wanted.delete(market.index);
  }

  ask(market: Market, now: number): void {
    const wanted = this.#wanted.get(market.index);
    if (wanted) return;
    const fresh: Wanted = { market, failures: 0, due: now };
    this.#wanted.set(market.index, fresh);
    this.#request(fresh, now);
  }

  tick(now: number): void {
    for (const wanted of this.#wanted.values()) {
      if (wanted.due !== null && now >= wanted.due) this.#request(wanted, now);
    }
  }

  #request(wanted: Wanted, now: number): void {
    const { market } = wanted;
    // All books that are missing share what may be spent now: after a reconnect shallow ones at once
    // are worth more than deep ones in a minute. Half of it stays: orders and halts of a server that
    // was started twice within a minute draw on the same limit of the venue.
    const weight = this.#rest.available / 2 / Math.max(1, this.#missing());
    const call = this.#dialect.rest.snapshot(market.instrument, weight);
    wanted.due = null;
    if (!call) return;
    void this.#rest.get(call, 'book').then((answer) => {
      if (this.#wanted.get(market.index) !== wanted) return;
      if (!answer.ok) {
        this.#again(wanted, now);
        this.#listener.onSnapshotFault(market, answer.error, '');
        return;
      }
      const snapshot = this.#dialect.rest.readSnapshot(answer.value.json, market.instrument, call);
      const error = snapshot.ok
        ? (levelsFault(snapshot.value.bids) ?? levelsFault(snapshot.value.asks))
        : snapshot.error;
      if (error || !snapshot.ok) {
        this.#again(wanted, now);
        if (error) this.#listener.onSnapshotFault(market, error, answer.value.text);
        return;
      }
      const outcome = this.#listener.onSnapshot(market, snapshot.value);
      // In step only if the book also agreed with what the venue said at the same update.
      if (market.sync.settled) {
        this.#wanted.delete(market.index);
        return;
      }
      this.#again(wanted, now);
      if (outcome !== 'crossed') return;
      const crossed = `The snapshot of ${market.instrument.name}'s book is crossed.`;
      this.#listener.onSnapshotFault(market, { code: 'crossed-book', sentence: crossed }, answer.value.text);
    });
  }

  /** `now` is when the failed request began: that much of the wait is over already. */
  #again(wanted: Wanted, now: number): void {
    wanted.due = now + backoffMs(wanted.failures, this.#random);
    wanted.failures += 1;
  }
}
