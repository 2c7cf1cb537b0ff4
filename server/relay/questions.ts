/** Questions to another thread over a port, each answered once or timed out. */
import type { Cancel, Clock } from '../clock.ts';

interface Waiting<Answer> {
  readonly resolve: (answer: Answer | null) => void;
  readonly cancel: Cancel;
}

/** Numbers questions, keeps who waits, and answers `null` when the other side stays silent. */
export class Questions<Answer> {
  readonly #clock: Clock;
  readonly #waitMs: number;
  readonly #waiting = new Map<number, Waiting<Answer>>();
  #next: number;

  constructor(clock: Clock, waitMs: number) {
    this.#clock = clock;
    this.#waitMs = waitMs;
    // Numbers differ from those of a thread before this one, whose answers may still come.
    this.#next = Math.floor(clock.monotonicMicros());
  }

  /** `send` gets the question's number. */
  ask(send: (id: number) => void): Promise<Answer | null> {
    const id = this.#next++;
    return new Promise((resolve) => {
      const cancel = this.#clock.setTimer(this.#waitMs, () => this.#settle(id, null));
      this.#waiting.set(id, { resolve, cancel });
      send(id);
    });
  }

  /** An answer that nobody waits for any more is dropped. */
  answer(id: number, answer: Answer): void {
    this.#settle(id, answer);
  }

  /** Ends all waiting, unanswered. */
  close(): void {
    for (const id of [...this.#waiting.keys()]) this.#settle(id, null);
  }

  #settle(id: number, answer: Answer | null): void {
    const waiting = this.#waiting.get(id);
    if (!waiting) return;
    this.#waiting.delete(id);
    waiting.cancel();
    waiting.resolve(answer);
  }
}
