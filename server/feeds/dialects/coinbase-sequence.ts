import type { DecodeSink } from '../dialect.ts';
import type { MarketMessage } from '../market-message.ts';

/**
 * Coinbase counts every frame of a connection, whatever its channel, and numbers no book. So a
 * frame that is missing breaks the connection, and the frames' numbers chain the books: a change
 * names the frame that changed its book before, whether that could be read or not.
 */
export class CoinbaseSequence {
  #last = -1;
  #broken = false;
  readonly #books = new Map<number, number>();

  /** Whether the frame is the next one. If it is not, the sink is told; nothing in it counts. */
  follows(sequence: number, sink: DecodeSink): boolean {
    if (this.#broken) return false;
    if (sequence === this.#last + 1 || this.#last < 0) {
      this.#last = sequence;
      return true;
    }
    if (sequence <= this.#last) {
      const sentence = `Frame ${sequence} came again: ${this.#last} was here already.`;
      sink.refused({ code: 'replayed', sentence });
    } else {
      this.#broken = true;
      const missing = `Frames ${this.#last + 1} to ${sequence - 1} of the connection are missing.`;
      sink.broken({ code: 'gap', sentence: missing });
    }
    return false;
  }

  /** Numbers the book message of `message.instrument` that this frame carries. */
  number(message: MarketMessage): void {
    message.previousUpdate = this.#books.get(message.instrument) ?? 0;
    message.firstUpdate = this.#last;
    message.lastUpdate = this.#last;
    this.#books.set(message.instrument, this.#last);
  }

  /** A change of this book could not be read: the next one will not follow what is in it. */
  missed(instrument: number): void {
    this.#books.set(instrument, this.#last);
  }
}
