import type { FeedTime } from './time.ts';

/** Waits that a stop ends early. */
export class Pauses {
  readonly #time: FeedTime;
  readonly #waiting = new Set<() => void>();
  #stopped = false;

  constructor(time: FeedTime) {
    this.#time = time;
  }

  /** Resolves after `ms` of pace with true, or with false as soon as it is stopped. */
  wait(ms: number): Promise<boolean> {
    if (this.#stopped) return Promise.resolve(false);
    return new Promise((resolve) => {
      const done = (): void => {
        cancel();
        this.#waiting.delete(done);
        resolve(!this.#stopped);
      };
      const cancel = this.#time.repeat(ms, done);
      this.#waiting.add(done);
    });
  }

  stop(): void {
    this.#stopped = true;
    for (const done of this.#waiting) done();
  }
}
