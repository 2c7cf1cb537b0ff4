import type { StrategyId } from '../../protocol/units.ts';
import type { Clock } from '../clock.ts';
import { KeyedBuckets } from '../relay/limits.ts';

/** Above any gate's rate: there to bound memory and disk, not trading. Cancels have their own. */
const PLACES = { perSecond: 2000, burst: 4000 };
const CANCELS = { perSecond: 5000, burst: 10_000 };
const READS = { perSecond: 200, burst: 600 };

/** What one strategy may ask, by whichever way and however many connections it comes. */
export class StrategyLimits {
  readonly #clock: Clock;
  readonly #places = new KeyedBuckets(PLACES);
  readonly #cancels = new KeyedBuckets(CANCELS);
  readonly #reads = new KeyedBuckets(READS);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  place(strategy: StrategyId): boolean {
    return this.#places.take(strategy, this.#now());
  }

  cancel(strategy: StrategyId): boolean {
    return this.#cancels.take(strategy, this.#now());
  }

  read(strategy: StrategyId): boolean {
    return this.#reads.take(strategy, this.#now());
  }

  #now(): number {
    return this.#clock.monotonicMicros() / 1000;
  }
}

/** `what`: `orders`, `cancels`, `requests`. */
export const tooMany = (what: string): { readonly code: string; readonly sentence: string } => ({
  code: 'too-many-requests',
  sentence: `Too many ${what}; wait a moment.`,
});
