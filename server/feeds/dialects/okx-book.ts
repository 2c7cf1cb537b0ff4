import { crc32 } from 'node:zlib';
import { formatDecimal } from '../../../protocol/decimal.ts';
import type { Instrument } from '../../../protocol/instrument.ts';
import type { Book } from '../book.ts';
import type { MarketMessage } from '../market-message.ts';

/** What OKX sends in place of a checksum since June 2026. */
export const NO_CHECKSUM = 0;
/** `prevSeqId` of a snapshot. */
const BEFORE_ALL = -1;
const CHECKED_LEVELS = 25;

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
export function okxChecksum(book: Book, instrument: Instrument): number {
  const parts: string[] = [];
  for (let row = 0; row < CHECKED_LEVELS; row++) {
    for (const side of [book.bids, book.asks]) {
      if (row >= side.length) continue;
      parts.push(
        shortest(side.price(row) * instrument.tickStep, instrument.priceScale),
        shortest(side.size(row) * instrument.lotStep, instrument.sizeScale),
      );
    }
  }
  return crc32(parts.join(':')) >>> 0;
}

function shortest(units: number, scale: number): string {
  const text = formatDecimal(units, scale);
  return scale === 0 ? text : text.replace(/\.?0+$/, '');
}
