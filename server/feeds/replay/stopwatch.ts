import type { Clock } from '../../clock.ts';

/** µs that run at a rate that can be changed; 0 = they stand still. */
export class Stopwatch {
  readonly #clock: Pick<Clock, 'monotonicMicros'>;
  #rate = 0;
  #total = 0;
  #since = 0;

  constructor(clock: Pick<Clock, 'monotonicMicros'>) {
    this.#clock = clock;
  }

  get micros(): number {
    // A rate of 0 is exact: no clock is read.
    return this.#rate === 0 ? this.#total : this.#total + (this.#now() - this.#since) * this.#rate;
  }

  set(micros: number): void {
    this.#total = micros;
    this.#since = this.#now();
  }

  runAt(rate: number): void {
    this.set(this.micros);
    this.#rate = rate;
  }

  #now(): number {
    return this.#clock.monotonicMicros();
  }
}
