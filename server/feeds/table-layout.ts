/**
 * The market table: the newest quote, top of book and last trades of every instrument in shared
 * memory. The feeds thread writes; control and relay read without waiting for it.
 *
 * A slot is a seqlock: its sequence is odd while a write is under way, and a reader that met an
 * odd or changed sequence reads again. Data words go through Atomics too, because plain stores may
 * be seen out of order with the sequence on a weakly ordered machine. A writer that died in
 * mid-write leaves the sequence odd: readers then say "unknown" (`false`) until the next write.
 *
 *     header      0 magic · 1 capacity · 2 condemned state · 3 times condemned · 4 writer's beat
 *     quote       0 sequence · 1 state · 2 updates · 4 … 17 bid, bidSize, ask, askSize, last,
 *                 exchangeAt, receivedAt as f64
 *     book        0 sequence · 1 state · 2 bid rows · 3 ask rows · 4 exchangeAt · 6 receivedAt
 *                 8 … 12 the bids' places, a byte a row, best first · 13 … 17 the asks'
 *                 18 … 177 20 places × (price, size) of bids, then of asks, as f64
 *     trades      0 reserved · 1 count · 2 count when all before was forgotten · 4 … 64 × (price, size, tradeId, exchangeAt as f64, aggressor)
 *     mark        0 sequence · 1 state · 4 … 15 markPrice, indexPrice, fundingRate, nextFundingAt, exchangeAt,
 *                 receivedAt as f64; all 0 before the first, as no `receivedAt` ever is
 *
 * A level stands at one place as long as it is shown, whatever its rank: a new best price writes one
 * level and the places, not twenty levels.
 *
 * Offsets are 32-bit words. Bytes per instrument: 3,448.
 */
import { QUOTE_STATES } from '../../protocol/quotes.ts';
import { BOOK_DEPTH, TRADE_RING } from './table-slots.ts';

export const MAGIC = 0x43575453;
export const HEADER_WORDS = 16;
export const CONDEMNED = 2;
export const CONDEMNED_COUNT = 3;
export const BEAT = 4;

export const QUOTE_AT = 0;
export const QUOTE_WORDS = 20;
export const QUOTE_DATA = 4;
export const QUOTE_VALUES = 7;
export const BOOK_AT = QUOTE_WORDS;
export const BOOK_PLACES = 8;
/** Of one side: four rows a word. */
export const PLACES_WORDS = BOOK_DEPTH / 4;
export const BOOK_DATA = BOOK_PLACES + PLACES_WORDS * 2;
export const LEVEL_WORDS = 4;
export const SIDE_WORDS = BOOK_DEPTH * LEVEL_WORDS;
export const BOOK_WORDS = BOOK_DATA + SIDE_WORDS * 2;
export const TRADES_AT = BOOK_AT + BOOK_WORDS;
export const TRADES_DATA = 4;
export const TRADE_WORDS = 10;
export const TRADES_WORDS = TRADES_DATA + TRADE_RING * TRADE_WORDS;
export const MARK_AT = TRADES_AT + TRADES_WORDS;
export const MARK_DATA = 4;
export const MARK_VALUES = 6;
export const MARK_WORDS = MARK_DATA + MARK_VALUES * 2;
export const SLOT_WORDS = MARK_AT + MARK_WORDS + 4;

/** Place of the level at `row`, of the places that begin at word `at`. */
export const placeOf = (words: Int32Array, at: number, row: number): number =>
  ((words[at + (row >> 2)] ?? 0) >>> ((row & 3) * 8)) & 0xff;

/** A table for instruments 0 … capacity − 1, every slot `never`. */
export function createMarketTable(instrumentCapacity: number): SharedArrayBuffer {
  if (!Number.isInteger(instrumentCapacity) || instrumentCapacity < 1 || instrumentCapacity > 65_535) {
    throw new RangeError(`A market table holds 1 to 65535 instruments, not ${instrumentCapacity}.`);
  }
  const table = new SharedArrayBuffer((HEADER_WORDS + instrumentCapacity * SLOT_WORDS) * 4);
  const words = new Int32Array(table);
  words[1] = instrumentCapacity;
  Atomics.store(words, 0, MAGIC);
  return table;
}

/** What writer and reader have in common. */
export class MarketTable {
  protected readonly words: Int32Array;
  readonly capacity: number;

  constructor(table: SharedArrayBuffer) {
    this.words = new Int32Array(table);
    if (Atomics.load(this.words, 0) !== MAGIC) throw new Error('This shared buffer is not a market table.');
    this.capacity = Atomics.load(this.words, 1);
  }

  protected slot(instrument: number): number {
    if (!(instrument >= 0 && instrument < this.capacity)) {
      throw new RangeError(`Instrument ${instrument} is not in a market table of ${this.capacity}.`);
    }
    return HEADER_WORDS + instrument * SLOT_WORDS;
  }

  /** Counts up while the writer's thread lives; a beat that stands still is a hung feed. */
  beats(): number {
    return Atomics.load(this.words, BEAT);
  }

  /**
   * Said by the thread that watches the writer when it hangs or died: until `absolve`, every slot
   * that reads live or quiet reads as `state` instead.
   */
  condemn(state: 'stale' | 'ended'): void {
    Atomics.store(this.words, CONDEMNED, QUOTE_STATES.indexOf(state));
    Atomics.add(this.words, CONDEMNED_COUNT, 1);
  }

  /** The writer lives again; call it once the states in the slots are true. */
  absolve(): void {
    if (Atomics.exchange(this.words, CONDEMNED, 0) !== 0) Atomics.add(this.words, CONDEMNED_COUNT, 1);
  }
}
