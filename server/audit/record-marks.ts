import { FRAME_BYTES, HEADER_BYTES } from './frame.ts';

export interface Mark {
  readonly seq: number;
  /** The byte of the segment where the record's frame begins. */
  readonly at: number;
}

/** Records between two marks: at most so many frames are stepped over to find one. */
export const MARK_EVERY = 256;

/** Where some of a segment's records begin, sparsely: the first, and each 256th that was passed. */
export class RecordMarks {
  readonly first: number;
  /** By sequence, ascending. */
  readonly #marks: Mark[];

  constructor(first: number) {
    this.first = first;
    this.#marks = [{ seq: first, at: HEADER_BYTES }];
  }

  /** The nearest mark at or before a record of this segment. */
  before(seq: number): Mark {
    return this.#marks[this.#indexBefore(seq)] ?? { seq: this.first, at: HEADER_BYTES };
  }

  /** A record was passed: it is kept when it is the next 256th. */
  pass(seq: number, at: number): void {
    if ((seq - this.first) % MARK_EVERY === 0) this.set(seq, at);
  }

  set(seq: number, at: number): void {
    const index = this.#indexBefore(seq);
    if (this.#marks[index]?.seq !== seq) this.#marks.splice(index + 1, 0, { seq, at });
  }

  /** Whole frames were written, one behind the other; theirs are the records from `seq` on, from byte `at` on. */
  passFrames(frames: Uint8Array, seq: number, at: number): void {
    const view = new DataView(frames.buffer, frames.byteOffset, frames.byteLength);
    let passed = seq;
    for (let from = 0; from < frames.length; passed++) {
      this.pass(passed, at + from);
      from += FRAME_BYTES + view.getUint32(from, true);
    }
  }

  get size(): number {
    return this.#marks.length;
  }

  #indexBefore(seq: number): number {
    let low = 0;
    let high = this.#marks.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#marks[middle]?.seq ?? Infinity) <= seq) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
