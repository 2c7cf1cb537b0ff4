import type { Instrument } from '../../../protocol/instrument.ts';
import type { Book } from '../book.ts';
import { Digits } from './digits.ts';
import { LevelCrc } from './level-crc.ts';

const LEVELS = 10;
const digits = new Digits(2);
/** Of a CRC32 before its first byte. */
const START = -1;

/**
 * Kraken's checksum of a book: CRC32 of the ten best asks, then the ten best bids, each as the digits
 * of its price and of its size without the dot and without leading zeros. A level's digits as they
 * were sent are those of its whole numbers, as `readExactLevel` lets no other decimals in.
 * https://docs.kraken.com/exchange/guides/websockets/book-checksum-v2
 */
export function krakenChecksum({ tickStep, lotStep }: Instrument): (book: Book) => number {
  const crc = new LevelCrc(2 * LEVELS, digits, START, (text, price, size) => {
    text.whole(price * tickStep);
    text.whole(size * lotStep);
  });
  const prices = new Float64Array(LEVELS);
  const sizes = new Float64Array(LEVELS);
  return ({ asks, bids }) => {
    crc.begin();
    let rows = asks.copyBest(LEVELS, prices, sizes);
    for (let row = 0; row < rows; row++) crc.add(prices[row] ?? 0, sizes[row] ?? 0);
    rows = bids.copyBest(LEVELS, prices, sizes);
    for (let row = 0; row < rows; row++) crc.add(prices[row] ?? 0, sizes[row] ?? 0);
    return crc.end();
  };
}
