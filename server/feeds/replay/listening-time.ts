import type { Cancel, Clock } from '../../clock.ts';

const BEAT_MS = 5;
/** Of a beat that came late so much counts, of the listeners' own time and of ours. */
const MOST_MICROS = 250_000;
const MOST_OURS_MICROS = 4 * BEAT_MS * 1000;

/**
 * The listeners' own µs: they pass at a rate that can be changed, and only while this process runs. A
 * processor that was away for a second is no silence of a venue; at 50 × it would be one of 50 seconds.
 */
export class ListeningTime {
  readonly #clock: Clock;
  readonly #stop: Cancel;
  #rate = 0;
  #total = 0;
  #since: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#since = clock.monotonicMicros();
    this.#stop = clock.setRepeating(BEAT_MS, () => this.#beat());
  }

  get micros(): number {
    return this.#total;
  }

  runAt(rate: number): void {
    this.#beat();
    this.#rate = rate;
  }

  stop(): void {
    this.#stop();
  }

  #beat(): void {
    const now = this.#clock.monotonicMicros();
    const ours = Math.min(now - this.#since, MOST_OURS_MICROS);
    this.#total += Math.min(ours * this.#rate, MOST_MICROS);
    this.#since = now;
  }
}
