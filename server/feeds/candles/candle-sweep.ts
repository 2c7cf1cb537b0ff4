import type { Cancel } from '../../clock.ts';
import type { FeedTime } from '../time.ts';

const EVERY_MS = 60_000;
/** What an earlier run kept is there sooner than the venue's, or it does not come. */
const PATIENCE_MS = 20_000;

/** Effects: when gaps are filled that nobody asked for: once the past is here, then each minute. */
export class CandleSweep {
  readonly #time: Pick<FeedTime, 'repeat'>;
  readonly #sweep: () => void;
  #waiting: Cancel | null = null;
  #stop: Cancel | null = null;

  constructor(time: Pick<FeedTime, 'repeat'>, sweep: () => void) {
    this.#time = time;
    this.#sweep = sweep;
  }

  start(): void {
    this.#waiting = this.#time.repeat(PATIENCE_MS, () => this.begin());
  }

  /** Nothing more is waited for. */
  begin(): void {
    if (!this.#waiting) return;
    this.#waiting();
    this.#waiting = null;
    this.#sweep();
    this.#stop = this.#time.repeat(EVERY_MS, this.#sweep);
  }

  stop(): void {
    this.#waiting?.();
    this.#waiting = null;
    this.#stop?.();
  }
}
