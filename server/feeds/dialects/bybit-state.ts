import type { Levels, MarketMessage } from '../market-message.ts';
import { Marks } from './marks.ts';

/** Longer than any id of a trade, which has 36 letters at most. */
export const LONGEST_ID = 64;

interface Best {
  bid: number;
  bidSize: number;
  ask: number;
  askSize: number;
}

/**
 * What one connection to Bybit has said of each instrument: its tickers say only what changed. Nothing
 * is known of an instrument before its first snapshot.
 */
export class BybitState {
  readonly marks = new Marks();
  readonly #best = new Map<number, Best>();

  best(instrument: number): Best | undefined {
    return this.#best.get(instrument);
  }

  /** A snapshot begins: what was known counts no more. */
  begin(instrument: number): Best {
    const best = { bid: 0, bidSize: 0, ask: 0, askSize: 0 };
    this.#best.set(instrument, best);
    return best;
  }

  /** A message of the topic `orderbook.1`, read into `message`, as a ticker. False: changes of what is not known. */
  top(whole: boolean, message: MarketMessage): boolean {
    const { instrument, bids, asks } = message;
    const best = whole ? this.begin(instrument) : this.best(instrument);
    if (!best) return false;
    for (let row = 0; row < bids.length; row++) {
      [best.bid, best.bidSize] = changed(best.bid, best.bidSize, bids, row);
    }
    for (let row = 0; row < asks.length; row++) {
      [best.ask, best.askSize] = changed(best.ask, best.askSize, asks, row);
    }
    this.fill(best, message);
    return true;
  }

  fill(best: Best, message: MarketMessage): void {
    message.lastUpdate = 0;
    message.bid = best.bid;
    message.bidSize = best.bidSize;
    message.ask = best.ask;
    message.askSize = best.askSize;
  }
}

/** The best level after a change: a level of 0 takes away only the one that is there. */
function changed(price: number, size: number, levels: Levels, row: number): [number, number] {
  const [newPrice, newSize] = [levels.price[row] ?? 0, levels.size[row] ?? 0];
  return newSize > 0 || newPrice === price ? [newPrice, newSize] : [price, size];
}

/** The service restarted: what comes with this number is the whole book, whatever it is called. */
const RESTARTED = 1;

/** Numbers of a message of a book, one more each. Whether it is the whole book. */
export function setBookNumbers(message: MarketMessage, update: number, snapshot: boolean): boolean {
  message.firstUpdate = update;
  message.lastUpdate = update;
  message.previousUpdate = update - 1;
  message.checksum = -1;
  return snapshot || update === RESTARTED;
}
