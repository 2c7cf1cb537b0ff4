import type { Figure } from '../../protocol/health.ts';
import type { Clock } from '../clock.ts';
import { quantile, Samples } from './samples.ts';

const SHOWN_SECONDS = 60;
/**
 * The disk is called slow for what it did lately, as the event loop is: over a minute with a handful of
 * syncs the p99 is the slowest of all, and one of them would say for that minute that all are.
 */
const JUDGED_SECONDS = 10;

export interface DiskSyncsReading {
  readonly figures: readonly Figure[];
  /** What a sync took in the last seconds, p99 in ms; null = there was none. */
  readonly lateMs: number | null;
}

/** How long the audit log's disk took to sync. */
export class DiskSyncs {
  readonly #samples: Samples;

  constructor(clock: Clock) {
    this.#samples = new Samples(clock, SHOWN_SECONDS);
  }

  add(ms: number): void {
    this.#samples.add(ms);
  }

  read(): DiskSyncsReading {
    return {
      figures: this.#samples.figures('sync', 'ms'),
      lateMs: quantile(this.#samples.sorted(JUDGED_SECONDS), 0.99),
    };
  }
}
