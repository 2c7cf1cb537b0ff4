import { crc32 } from 'node:zlib';
import type { Instrument } from '../../../protocol/instrument.ts';
import type { Book } from '../book.ts';

const LEVELS = 10;
const ZERO = 48;
const HALF = 100_000_000;
/** Two numbers of at most 16 digits a level, ten levels a side. */
const digits = Buffer.alloc(2 * 2 * LEVELS * 16);

/**
 * Kraken's checksum of a book: CRC32 of the ten best asks, then the ten best bids, each as the digits
 * of its price and of its size without the dot and without leading zeros. A level's digits as they
 * were sent are those of its whole numbers, as `readExactLevel` lets no other decimals in.
 * https://docs.kraken.com/exchange/guides/websockets/book-checksum-v2
 */
export function krakenChecksum(book: Book, { tickStep, lotStep }: Instrument): number {
  let length = 0;
  for (const side of [book.asks, book.bids]) {
    const rows = Math.min(LEVELS, side.length);
    for (let row = 0; row < rows; row++) {
      length = writeDigits(side.price(row) * tickStep, length);
      length = writeDigits(side.size(row) * lotStep, length);
    }
  }
  return crc32(digits.subarray(0, length));
}

/** Writes a positive whole number at `at`; returns where it ends. */
function writeDigits(value: number, at: number): number {
  // In two halves of 32-bit numbers, which divide faster than doubles.
  const high = Math.floor(value / HALF);
  if (high === 0) return writePlain(value, at, countOf(value));
  return writePlain(value - high * HALF, writePlain(high, at, countOf(high)), 8);
}

function writePlain(value: number, at: number, count: number): number {
  let rest = value | 0;
  for (let digit = at + count - 1; digit >= at; digit--) {
    const next = (rest / 10) | 0;
    digits[digit] = ZERO + rest - next * 10;
    rest = next;
  }
  return at + count;
}

function countOf(value: number): number {
  let count = 1;
  for (let bound = 10; value >= bound; bound *= 10) count += 1;
  return count;
}
