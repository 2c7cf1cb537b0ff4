import type { Instrument } from '../../protocol/instrument.ts';
import type { Origin } from '../../protocol/origin.ts';
import type { Result } from '../../protocol/result.ts';
import type { VenueId } from '../../protocol/units.ts';
import type { Cancel, Clock } from '../clock.ts';
import { barsKept, MINUTE } from '../feeds/candles/instrument-bars.ts';
import { countRows } from '../feeds/candles/minute-rows.ts';
import type { BarsQuestion } from '../store/bars/questions.ts';

export interface BarHistoryParts {
  /** Asks the bar history of the archive thread. */
  readonly ask: (question: BarsQuestion) => Promise<Result<unknown>>;
  /** Gives a feed its past; none: there is no more to wait for. */
  readonly restore: (venue: VenueId, minutes: Float64Array) => void;
  /** A venue's instruments as it lists them. */
  readonly instruments: (venue: VenueId) => readonly Instrument[];
  readonly origin: Origin;
  readonly clock: Clock;
}

const AGAIN_MS = 1000;
const TRIES = 120;
/** Bars in one answer: small enough that nothing waits while it passes this thread. */
const ROWS_A_READ = 15_000;
const NOTHING = new Float64Array(0);

/**
 * Between the feeds and the bar history: minutes go there, and come back to a feed that begins. A replay
 * has no history: what its capture tells next must not be known before.
 */
export class BarHistory {
  readonly #parts: BarHistoryParts;
  readonly #waiting = new Map<VenueId, Cancel>();
  /** Bars that the thread could not take, until it can be told. */
  #lost = 0;
  #over = false;

  constructor(parts: BarHistoryParts) {
    this.#parts = parts;
  }

  minutes(venue: VenueId, rows: Float64Array): void {
    const { ask, instruments, origin } = this.#parts;
    if (origin === 'REPLAY') return;
    const lost = this.#lost;
    this.#lost = 0;
    void ask({ kind: 'write', origin, instruments: instruments(venue), rows, lost }).then((answer) => {
      if (!answer.ok && answer.error.code !== 'bars-none') this.#lost += lost + countRows(rows);
    });
  }

  begun(venue: VenueId): void {
    this.#waiting.get(venue)?.();
    this.#waiting.delete(venue);
    if (this.#parts.origin === 'REPLAY') this.#parts.restore(venue, NOTHING);
    else void this.#read(venue);
  }

  stop(): void {
    this.#over = true;
    for (const cancel of this.#waiting.values()) cancel();
  }

  /** The newest first, as far back as a feed can hold. */
  async #read(venue: VenueId): Promise<void> {
    const { restore, instruments, clock } = this.#parts;
    const count = Math.max(1, instruments(venue).length);
    const window = Math.max(1, Math.floor(ROWS_A_READ / count)) * MINUTE;
    const now = clock.wallMicros();
    const oldest = now - barsKept(count).minutes * MINUTE;
    for (let to = now + MINUTE; to > oldest; to -= window) {
      const minutes = await this.#window(venue, to - window, to);
      if (this.#over) return;
      if (minutes === null) break;
      if (minutes.length > 0) restore(venue, minutes);
    }
    restore(venue, NOTHING);
  }

  /** null: there are none to be had. The store may still be starting. */
  async #window(venue: VenueId, from: number, to: number): Promise<Float64Array | null> {
    const { ask, instruments, origin } = this.#parts;
    for (let tries = 0; tries < TRIES; tries++) {
      const answer = await ask({ kind: 'read', origin, instruments: instruments(venue), from, to });
      if (answer.ok) return answer.value as Float64Array;
      if (this.#over || answer.error.code === 'bars-none') return null;
      await this.#pause(venue);
    }
    return null;
  }

  #pause(venue: VenueId): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.set(venue, this.#parts.clock.setTimer(AGAIN_MS, resolve));
    });
  }
}
