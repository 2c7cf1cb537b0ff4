import type { Cancel, Clock } from '../clock.ts';
import { estimateOffset, type ClockOffset, type ClockSample } from './clock-offset.ts';
import type { Dialect } from './dialect.ts';
import type { RestClient } from './rest.ts';

const SAMPLES = 8;
const EVERY_MS = 60_000;
const DOUBTED_AGAIN_MICROS = 5_000_000;

/** Measures the venue's clock against ours, at the start, each minute and when it is doubted. */
export class OffsetMeter {
  readonly #dialect: Dialect;
  readonly #rest: RestClient;
  readonly #clock: Clock;
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
    return this.#estimate;
  }

  /** The venue's clock less ours, µs; 0 until it is measured. */
  get micros(): number {
    return (this.#estimate?.offsetMs ?? 0) * 1000;
  }

  /** Resolves after the first measurement, successful or not. */
  start(): Promise<void> {
    this.#cancel = this.#clock.setRepeating(EVERY_MS, () => void this.measure());
    return this.measure();
  }

  stop(): void {
    this.#cancel?.();
  }

  /** An event time did not fit: one of the clocks may have jumped. */
  doubt(): void {
    const now = this.#clock.monotonicMicros();
    if (now - this.#doubtedAt < DOUBTED_AGAIN_MICROS) return;
    this.#doubtedAt = now;
    void this.measure();
  }

  /** Our own clock stepped: what was measured is wrong. */
  forget(): void {
    this.#estimate = null;
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
