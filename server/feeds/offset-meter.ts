import type { Cancel, Clock } from '../clock.ts';
import { estimateOffset, type ClockOffset, type ClockSample } from './clock-offset.ts';
import type { Dialect } from './dialect.ts';
import { PassiveOffset } from './passive-offset.ts';
import type { RestClient } from './rest.ts';

const SAMPLES = 8;
const EVERY_MS = 60_000;
const DOUBTED_AGAIN_MICROS = 5_000_000;

/**
 * Measures the venue's clock against ours, at the start, each minute and when it is doubted; where the
 * venue tells no time, by when its messages come.
 */
export class OffsetMeter {
  readonly #dialect: Dialect;
  readonly #rest: RestClient;
  readonly #clock: Clock;
  /** Where the venue tells no time; listens from the start on. */
  #passive: PassiveOffset | null = null;
  #estimate: ClockOffset | null = null;
  #running: Promise<void> | null = null;
  #doubtedAt = -Infinity;
  #cancel: Cancel | null = null;

  constructor(dialect: Dialect, rest: RestClient, clock: Clock) {
    this.#dialect = dialect;
    this.#rest = rest;
    this.#clock = clock;
  }

  get estimate(): ClockOffset | null {
    return this.#passive ? this.#passive.estimate : this.#estimate;
  }

  /** The venue's clock less ours, µs; 0 until it is measured. */
  get micros(): number {
    return (this.#estimate?.offsetMs ?? 0) * 1000;
  }

  /** Resolves after the first measurement, successful or not. */
  start(): Promise<void> {
    if (!this.#dialect.rest.time()) {
      this.#passive = new PassiveOffset();
      return Promise.resolve();
    }
    this.#cancel = this.#clock.setRepeating(EVERY_MS, () => void this.measure());
    return this.measure();
  }

  /** A message that was believed, with the venue's time in it. */
  heard(eventAt: number, receivedAt: number): void {
    this.#passive?.heard(eventAt, receivedAt);
  }

  stop(): void {
    this.#cancel?.();
  }

  /** An event time did not fit: one of the clocks may have jumped. */
  doubt(): void {
    const now = this.#clock.monotonicMicros();
    if (now - this.#doubtedAt < DOUBTED_AGAIN_MICROS) return;
    this.#doubtedAt = now;
    this.#passive?.forget();
    void this.measure();
  }

  /** Our own clock stepped: what was measured is wrong. */
  forget(): void {
    this.#estimate = null;
    this.#passive?.forget();
    void this.measure();
  }

  measure(): Promise<void> {
    this.#running ??= this.#measure().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async #measure(): Promise<void> {
    const samples: ClockSample[] = [];
    const question = this.#dialect.rest.time();
    if (!question) return;
    for (let sample = 0; sample < SAMPLES; sample++) {
      const answer = await this.#rest.get(question, 'book');
      if (!answer.ok) break;
      const venueMillis = this.#dialect.rest.readTime(answer.value.json);
      if (!venueMillis.ok) break;
      // Durations from the monotonic clock, the wall clock read once: a step cannot split a sample.
      const toWall = this.#clock.wallMicros() - this.#clock.monotonicMicros();
      samples.push({
        sentAt: answer.value.sentAt + toWall,
        answeredAt: answer.value.answeredAt + toWall,
        venueMillis: venueMillis.value,
      });
    }
    this.#estimate = estimateOffset(samples) ?? this.#estimate;
  }
}
