import type { Instrument } from '../../../protocol/instrument.ts';
import type { Book } from '../book.ts';
import { Digits } from './digits.ts';

const LEVELS = 10;
/** Two numbers a level, of two sides. */
const digits = new Digits(2 * 2 * LEVELS);

/**
 * Kraken's checksum of a book: CRC32 of the ten best asks, then the ten best bids, each as the digits
 * of its price and of its size without the dot and without leading zeros. A level's digits as they
 * were sent are those of its whole numbers, as `readExactLevel` lets no other decimals in.
 * https://docs.kraken.com/exchange/guides/websockets/book-checksum-v2
 */
export function krakenChecksum({ asks, bids }: Book, { tickStep, lotStep }: Instrument): number {
  digits.begin();
  for (const side of [asks, bids]) {
    const rows = Math.min(LEVELS, side.length);
    for (let row = 0; row < rows; row++) {
      digits.whole(side.price(row) * tickStep);
      digits.whole(side.size(row) * lotStep);
    }
  }
  return digits.crc();
}
