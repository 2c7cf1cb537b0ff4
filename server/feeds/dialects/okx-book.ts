import type { Instrument } from '../../../protocol/instrument.ts';
import type { Book } from '../book.ts';
import type { BookSide } from '../book-side.ts';
import type { MarketMessage } from '../market-message.ts';
import { before } from './crc-shift.ts';
import { COLON, Digits } from './digits.ts';
import { LevelCrc } from './level-crc.ts';
import { LevelSums } from './level-sums.ts';

/** What OKX sends in place of a checksum since June 2026. */
export const NO_CHECKSUM = 0;
/** `prevSeqId` of a snapshot. */
const BEFORE_ALL = -1;
const CHECKED_LEVELS = 25;
const digits = new Digits(2);
/** Each level has a colon before it; the first one's leads to where a CRC32 begins. */
const START = before(-1, COLON);

export interface BookNumbers {
  /** Signed 32 bits, as sent. */
  readonly checksum: number;
  /** null: the message is of before OKX numbered its books. */
  readonly sequence: number | null;
  readonly previous: number | null;
}

/**
 * Which proof a message of a book carries: the numbers of `seqId` and `prevSeqId`, its checksum, or
 * both. A message without numbers is −1 in all of them. True, so that a reader can end with it.
 */
export function setBookNumbers(into: MarketMessage, { checksum, sequence, previous }: BookNumbers): true {
  into.checksum = checksum === NO_CHECKSUM ? -1 : checksum >>> 0;
  into.lastUpdate = sequence ?? BEFORE_ALL;
  into.previousUpdate = previous ?? BEFORE_ALL;
  // The numbers between the two messages belong to this one, but they may start over.
  into.firstUpdate = Math.min(into.previousUpdate + 1, into.lastUpdate);
  return true;
}

/**
 * OKX's CRC32 of a book: the 25 best levels of each side by turns, a bid first, as `price:size`, without
 * zeros at the end of a number. Unsigned.
 * https://www.okx.com/docs-v5/en/#order-book-trading-market-data-ws-order-book-channel
 */
export function okxChecksum(instrument: Instrument): (book: Book) => number {
  const { tickStep, priceScale, lotStep, sizeScale } = instrument;
  const texts = new LevelSums(digits, (text, price, size) => {
    text.colon();
    text.shortest(price * tickStep, priceScale);
    text.colon();
    text.shortest(size * lotStep, sizeScale);
  });
  const crc = new LevelCrc(2 * CHECKED_LEVELS, START, texts);
  const [bids, asks] = [new Side(), new Side()];
  return (book) => {
    bids.copy(book.bids);
    asks.copy(book.asks);
    crc.begin();
    const rows = Math.max(bids.rows, asks.rows);
    for (let row = 0; row < rows; row++) {
      if (row < bids.rows) crc.add(bids.prices[row] ?? 0, bids.sizes[row] ?? 0);
      if (row < asks.rows) crc.add(asks.prices[row] ?? 0, asks.sizes[row] ?? 0);
    }
    return crc.end();
  };
}

/** The best levels of one side. */
class Side {
  readonly prices = new Float64Array(CHECKED_LEVELS);
  readonly sizes = new Float64Array(CHECKED_LEVELS);
  rows = 0;

  copy(side: BookSide): void {
    this.rows = side.copyBest(CHECKED_LEVELS, this.prices, this.sizes);
  }
}
