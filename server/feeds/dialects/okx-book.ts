import type { Instrument } from '../../../protocol/instrument.ts';
import type { Book } from '../book.ts';
import type { BookSide } from '../book-side.ts';
import type { MarketMessage } from '../market-message.ts';
import { Digits } from './digits.ts';

/** What OKX sends in place of a checksum since June 2026. */
export const NO_CHECKSUM = 0;
/** `prevSeqId` of a snapshot. */
const BEFORE_ALL = -1;
const CHECKED_LEVELS = 25;
/** Two numbers a level, of two sides. */
const digits = new Digits(2 * 2 * CHECKED_LEVELS);

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
export function okxChecksum({ bids, asks }: Book, instrument: Instrument): number {
  digits.begin();
  const rows = Math.min(CHECKED_LEVELS, Math.max(bids.length, asks.length));
  for (let row = 0; row < rows; row++) {
    if (row < bids.length) writeLevel(bids, row, instrument, row === 0);
    if (row < asks.length) writeLevel(asks, row, instrument, row === 0 && bids.length === 0);
  }
  return digits.crc();
}

function writeLevel(side: BookSide, row: number, instrument: Instrument, isFirst: boolean): void {
  if (!isFirst) digits.colon();
  digits.shortest(side.price(row) * instrument.tickStep, instrument.priceScale);
  digits.colon();
  digits.shortest(side.size(row) * instrument.lotStep, instrument.sizeScale);
}
