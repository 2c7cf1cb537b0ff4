import { krakenSpotAt } from '../../../server/feeds/dialects/kraken-spot.ts';
import { readKrakenCapture } from '../../../server/feeds/testing/kraken-v1.ts';
import type { Levels } from '../../../server/feeds/market-message.ts';
import type { PlainChecksum, Top } from '../checksum.ts';
import { PlainReader } from '../plain.ts';
import { framesOf, listed, prolonged, type RecordedFrames } from '../recorded.ts';
import type { RecordedVenue } from '../venue.ts';

const SYMBOL = 'SC/EUR';
const IDS = /("trade_id":)(\d+)/g;
/** The depth that was recorded. */
const dialect = krakenSpotAt(1000);

interface Level {
  readonly price: number;
  readonly qty: number;
}
interface Trade extends Level {
  readonly trade_id: number;
  readonly side: 'buy' | 'sell';
}
interface Changes {
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
  readonly checksum: number;
}
interface PlainFrame {
  readonly type: 'snapshot' | 'update';
  readonly data: readonly (Trade | Changes)[];
}

class KrakenPlain extends PlainReader {
  override frame(bytes: Buffer): void {
    const { type, data } = JSON.parse(bytes.toString('utf8')) as PlainFrame;
    for (const one of data) {
      if ('checksum' in one) {
        this.#fill(this.bids, one.bids);
        this.#fill(this.asks, one.asks);
        this.take(0, type === 'snapshot', one.checksum);
      } else if (one.trade_id > Number(this.last.id)) {
        this.trade(one.trade_id, one.price, one.qty, one.side === 'sell');
      }
    }
  }

  #fill(levels: Levels, rows: readonly Level[]): void {
    levels.clear();
    for (const { price, qty } of rows) levels.push(this.ticks(price), this.lots(qty));
  }
}

/** The ten best asks, then the ten best bids, each as the digits of its price and of its size. */
const checksum: PlainChecksum = {
  levels: 10,
  text: (bids, asks, { priceScale, sizeScale }) =>
    digitsOf(asks, 10 ** priceScale, 10 ** sizeScale) + digitsOf(bids, 10 ** priceScale, 10 ** sizeScale),
  told(frame) {
    const [book] = (frame as PlainFrame).data;
    return book && 'checksum' in book ? book.checksum : null;
  },
};

function digitsOf({ rows, prices, sizes }: Top, priceUnits: number, sizeUnits: number): string {
  let text = '';
  for (let row = 0; row < rows; row++) {
    text += String(Math.round((prices[row] ?? 0) * priceUnits));
    text += String(Math.round((sizes[row] ?? 0) * sizeUnits));
  }
  return text;
}

/** Half a minute of 2021, written as WebSocket v2 writes it: a checksum with every change of a book. */
export const krakenSpotVenue: RecordedVenue = {
  dialect,
  read: readKraken,
  plain: (instrument, sum) => new KrakenPlain(instrument, dialect.rules, sum),
  ccxt: { id: 'kraken', symbol: SYMBOL, url: 'wss://ws.kraken.com/v2' },
  checksum,
};

function readKraken(): RecordedFrames {
  const { frames, assetPairs } = readKrakenCapture();
  const of = (channel: string): string[] =>
    frames.filter((frame) => frame.channel === channel && frame.symbol === SYMBOL).map(({ text }) => text);
  const trades = prolonged(of('trade'), IDS);
  return framesOf(listed(dialect, JSON.parse(assetPairs), SYMBOL), of('book'), trades);
}
