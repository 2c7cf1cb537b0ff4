import { backoffMs } from './backoff.ts';
import type { Market } from './market.ts';

/** A book that was asked for comes within this, ms; else it is asked for again. */
const ANSWER_MS = 5000;

/** Books that the stream must send anew: asked for, and again until they are in step. Pure: pace ms come in. */
export class Resubscribe {
  readonly #random: () => number;
  readonly #ask: (market: Market) => void;
  readonly #wanted = new Map<Market, { failures: number; due: number; asked: boolean }>();

  constructor(random: () => number, ask: (market: Market) => void) {
    this.#random = random;
    this.#ask = ask;
  }

  /** `asked`: the subscription itself brings it, it only has to be waited for. */
  want(market: Market, now: number, asked: boolean): void {
    const wanted = this.#wanted.get(market);
    // What the subscription brought may be no good: then it is asked for.
    if (wanted && (asked || !wanted.asked)) return;
    this.#wanted.set(market, { failures: 0, due: now + ANSWER_MS, asked });
    if (!asked) this.#ask(market);
  }

  /** The connection is another one. */
  forget(market: Market): void {
    this.#wanted.delete(market);
  }

  tick(now: number): void {
    for (const [market, wanted] of this.#wanted) {
      if (market.synced) this.#wanted.delete(market);
      else if (now >= wanted.due) {
        wanted.due = now + ANSWER_MS + backoffMs(wanted.failures, this.#random);
        wanted.failures += 1;
        wanted.asked = false;
        this.#ask(market);
      }
    }
  }
}
