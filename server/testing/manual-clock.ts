import type { Micros } from '../../protocol/units.ts';
import type { Cancel, Clock } from '../clock.ts';

interface Due {
  at: number;
  readonly run: () => void;
  readonly everyMicros: number | null;
}

/** A test's clock: stands still until `advance`, which runs the timers that come due, in order. */
export class ManualClock implements Clock {
  #monotonic = 0;
  #wallOffset: number;
  readonly #timers = new Set<Due>();

  constructor(startIso = '2026-01-05T12:00:00Z') {
    this.#wallOffset = Date.parse(startIso) * 1000;
  }

  wallMicros(): Micros {
    return Math.round(this.#wallOffset + this.#monotonic) as Micros;
  }

  wallNanos(): bigint {
    return BigInt(this.wallMicros()) * 1000n;
  }

  monotonicMicros(): number {
    return this.#monotonic;
  }

  monotonicNanos(): bigint {
    return BigInt(Math.round(this.#monotonic * 1000));
  }

  setTimer(afterMs: number, run: () => void): Cancel {
    return this.#add({ at: this.#monotonic + afterMs * 1000, run, everyMicros: null });
  }

  setRepeating(everyMs: number, run: () => void): Cancel {
    const everyMicros = Math.max(1, everyMs * 1000);
    return this.#add({ at: this.#monotonic + everyMicros, run, everyMicros });
  }

  /** Timers that still wait. */
  get pending(): number {
    return this.#timers.size;
  }

  advance(ms: number): void {
    const end = this.#monotonic + ms * 1000;
    for (;;) {
      const next = this.#next(end);
      if (!next) break;
      this.#monotonic = Math.max(this.#monotonic, next.at);
      if (next.everyMicros === null) this.#timers.delete(next);
      else next.at += next.everyMicros;
      next.run();
    }
    this.#monotonic = end;
  }

  /** The same, letting promises settle after each timer's turn. */
  async advanceAsync(ms: number): Promise<void> {
    const end = this.#monotonic + ms * 1000;
    await settle();
    for (;;) {
      const next = this.#next(end);
      if (!next) break;
      this.advance(Math.max(0, (next.at - this.#monotonic) / 1000));
      await settle();
    }
    this.advance((end - this.#monotonic) / 1000);
    await settle();
  }

  /** Steps the wall clock only, as NTP or a person might. */
  stepWall(byMs: number): void {
    this.#wallOffset += byMs * 1000;
  }

  #add(due: Due): Cancel {
    this.#timers.add(due);
    return () => void this.#timers.delete(due);
  }

  #next(end: number): Due | null {
    let next: Due | null = null;
    for (const timer of this.#timers) {
      if (timer.at <= end && (!next || timer.at < next.at)) next = timer;
    }
    return next;
  }
}

/** Lets everything that is ready run: microtasks and what they queue. */
async function settle(): Promise<void> {
  for (let i = 0; i < 10; i++) await new Promise<void>((resolve) => setImmediate(resolve));
}
