import type { Instrument } from '../../../protocol/instrument.ts';
import type { Book } from '../book.ts';
import { Digits } from './digits.ts';
import { LevelSums } from './level-sums.ts';
import { SideSum } from './side-sum.ts';

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
  const texts = new LevelSums(digits, (text, price, size) => {
    text.whole(price * tickStep);
    text.whole(size * lotStep);
  });
  const asks = new SideSum(LEVELS, texts);
  const bids = new SideSum(LEVELS, texts);
  let behindAsks = START;
  let behindBids = START;
  return (book) => {
    const isOtherAsks = asks.read(book.asks);
    if (isOtherAsks) behindAsks = asks.behind(START);
    if (bids.read(book.bids) || isOtherAsks) behindBids = bids.behind(behindAsks);
    return ~behindBids >>> 0;
  };
}
