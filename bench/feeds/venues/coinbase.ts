import { coinbase } from '../../../server/feeds/dialects/coinbase.ts';
import { readRecorded } from '../../../server/feeds/testing/recorded.ts';
import { PlainReader } from '../plain.ts';
import { framesOf, listed, prolonged, type RecordedFrames } from '../recorded.ts';
import type { RecordedVenue } from '../venue.ts';

const SYMBOL = 'BTC-USD';
const IDS = /("trade_id":")(\d+)/g;

interface PlainFrame {
  readonly sequence_num: number;
  readonly events: readonly {
    readonly type: 'snapshot' | 'update';
    readonly updates?: readonly {
      readonly side: 'bid' | 'offer';
      readonly price_level: string;
      readonly new_quantity: string;
    }[];
    readonly trades?: readonly {
      readonly trade_id: string;
      readonly price: string;
      readonly size: string;
      readonly side: 'BUY' | 'SELL';
    }[];
  }[];
}

class CoinbasePlain extends PlainReader {
  override frame(bytes: Buffer): void {
    const { events, sequence_num: sequence } = JSON.parse(bytes.toString('utf8')) as PlainFrame;
    for (const { type, updates, trades } of events) {
      // Newest first. The side is of the order that was in the book.
      for (let at = (trades?.length ?? 0) - 1; at >= 0; at--) {
        const one = trades?.[at];
        if (one) this.trade(one.trade_id, one.price, one.size, one.side === 'BUY');
      }
      if (!updates) continue;
      if (type === 'update') this.follows(sequence - 1);
      this.bids.clear();
      this.asks.clear();
      for (const { side, price_level, new_quantity } of updates) {
        (side === 'bid' ? this.bids : this.asks).push(this.ticks(price_level), this.lots(new_quantity));
      }
      this.take(sequence, type === 'snapshot');
    }
  }
}

/** The first 600 frames of a connection of 2026. */
export const coinbaseVenue: RecordedVenue = {
  dialect: coinbase,
  read: readCoinbase,
  plain: (instrument) => new CoinbasePlain(instrument, coinbase.rules),
  ccxt: { id: 'coinbase', symbol: 'BTC/USD', url: 'wss://advanced-trade-ws.coinbase.com' },
};

function readCoinbase(): RecordedFrames {
  const { bodies, frames } = readRecorded('ws-cryptofeed-v3', 'COINBASE_ADV_first600.jsonl.gz');
  const [list = '{}'] = bodies.values();
  const of = (start: RegExp): string[] =>
    frames.filter((text) => start.test(text) && text.includes(`"product_id":"${SYMBOL}"`));
  const book = of(/^\{"channel":"l2_data"/);
  const trades = of(/^\{"channel":"market_trades".*?"type":"update"/);
  return framesOf(
    listed(coinbase, JSON.parse(list), SYMBOL),
    book.map((text, at) => numbered(text, at)),
    // Behind the book.
    prolonged(trades, IDS).map((text, at) => numbered(text, at + 1)),
  );
}

/** A connection numbers its frames through: as if these had been alone on it. */
const numbered = (text: string, sequence: number): string =>
  text.replace(/"sequence_num":\d+/, `"sequence_num":${sequence}`);
