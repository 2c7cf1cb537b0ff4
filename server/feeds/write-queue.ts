/** What knows more than the table shows. */
export interface Unwritten {
  write(): void;
}

/** Runs `write` when what is being read is read: no later than its caller's own callback ends. */
export type Later = (write: () => void) => void;

export const atOnce: Later = (write) => write();

/**
 * Instruments whose newest values are still to be written to the table. One read of a socket may bring
 * hundreds of frames, nobody sees what stands between two of them, and an atomic store takes longer than
 * the message it tells of: so each instrument is written once a read.
 */
export class WriteQueue {
  readonly #later: Later;
  #waiting: Unwritten[] = [];
  #spare: Unwritten[] = [];
  readonly #flush = (): void => this.flush();

  constructor(later: Later) {
    this.#later = later;
  }

  /** Called once for each until it was written. */
  add(one: Unwritten): void {
    this.#waiting.push(one);
    if (this.#waiting.length === 1) this.#later(this.#flush);
  }

  flush(): void {
    const waiting = this.#waiting;
    this.#waiting = this.#spare;
    for (const one of waiting) one.write();
    waiting.length = 0;
    this.#spare = waiting;
  }
}
