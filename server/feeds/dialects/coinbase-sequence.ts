import type { DecodeSink } from '../dialect.ts';
import type { MarketMessage } from '../market-message.ts';

/**
 * Coinbase counts every frame of a connection, whatever its channel, and numbers no book. So a
 * frame that is missing may be of any of its books: all must be sent anew. The frames' numbers chain
 * the books: a change names the frame that changed its book before, whether that could be read or not.
 */
export class CoinbaseSequence {
  #last = -1;
  /** By instrument: the last frame that changed its book. */
  readonly #books: number[] = [];

  /** Whether what the frame tells is new. Where frames before it are missing, the sink is told first. */
  follows(sequence: number, sink: DecodeSink): boolean {
    const expected = this.#last < 0 ? sequence : this.#last + 1;
    if (sequence < expected) {
      const sentence = `Frame ${sequence} came again: ${this.#last} was here already.`;
      sink.refused({ code: 'replayed', sentence });
      return false;
    }
    this.#last = sequence;
    if (sequence > expected) sink.broken({ code: 'gap', sentence: missingText(expected, sequence - 1) });
    return true;
  }

  /** Numbers the book message of `message.instrument` that this frame carries. */
  number(message: MarketMessage): void {
    message.previousUpdate = this.#books[message.instrument] ?? 0;
    message.firstUpdate = this.#last;
    message.lastUpdate = this.#last;
    this.#books[message.instrument] = this.#last;
  }

  /** A change of this book could not be read: the next one will not follow what is in it. */
  missed(instrument: number): void {
    this.#books[instrument] = this.#last;
  }
}

const missingText = (first: number, last: number): string =>
  first === last
    ? `Frame ${first} of the connection is missing.`
    : `Frames ${first} to ${last} of the connection are missing.`;
