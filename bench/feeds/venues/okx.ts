import { okx } from '../../../server/feeds/dialects/okx.ts';
import { readRecorded } from '../../../server/feeds/testing/recorded.ts';
import type { PlainChecksum } from '../checksum.ts';
import { PlainReader } from '../plain.ts';
import { framesOf, listed, prolonged, type RecordedFrames } from '../recorded.ts';
import type { RecordedVenue } from '../venue.ts';

const SYMBOL = 'BTC-USDT';
const IDS = /("tradeId":")(\d+)/g;
const LIST = 'https://www.okx.com/api/v5/public/instruments?instType=SPOT';

type Row = readonly [price: string, size: string, ...unknown[]];
interface PlainFrame {
  readonly arg: { readonly channel: string };
  readonly action?: 'snapshot' | 'update';
  readonly data: readonly {
    readonly asks: readonly Row[];
    readonly bids: readonly Row[];
    readonly checksum: number;
    readonly tradeId: string;
    readonly px: string;
    readonly sz: string;
    readonly side: 'buy' | 'sell';
  }[];
}

class OkxPlain extends PlainReader {
  override frame(bytes: Buffer): void {
    const { arg, action, data } = JSON.parse(bytes.toString('utf8')) as PlainFrame;
    for (const one of data) {
      if (arg.channel === 'trades') {
        this.trade(one.tradeId, one.px, one.sz, one.side === 'sell');
        continue;
      }
      this.fill(this.bids, one.bids);
      this.fill(this.asks, one.asks);
      this.take(-1, action === 'snapshot', one.checksum);
    }
  }
}

/** The 25 best levels of each side by turns, a bid first, as `price:size`. */
const checksum: PlainChecksum = {
  levels: 25,
  text(bids, asks) {
    const parts: string[] = [];
    const rows = Math.max(bids.rows, asks.rows);
    for (let row = 0; row < rows; row++) {
      for (const side of [bids, asks]) {
        if (row < side.rows) parts.push(shortest(side.prices[row] ?? 0), shortest(side.sizes[row] ?? 0));
      }
    }
    return parts.join(':');
  },
  told(frame) {
    const told = (frame as PlainFrame).data[0]?.checksum;
    return told === undefined ? null : told >>> 0;
  },
};

/** Below 10^-6 JavaScript writes an exponent. */
const shortest = (value: number): string =>
  value < 1e-6 ? value.toFixed(8).replace(/0+$/, '') : String(value);

/** Half a minute of 2022, when OKX sent a checksum with every change of a book, and no numbers. */
export const okxVenue: RecordedVenue = {
  dialect: okx,
  read: readOkx,
  plain: (instrument, sum) => new OkxPlain(instrument, okx.rules, sum),
  ccxt: { id: 'okx', symbol: 'BTC/USDT', url: 'wss://ws.okx.com:8443/ws/v5/public' },
  checksum,
};

function readOkx(): RecordedFrames {
  const { bodies, frames } = readRecorded('ws-cryptofeed', 'OKX.jsonl.gz');
  const of = (channel: string): string[] =>
    frames.filter((text) => text.startsWith(`{"arg":{"channel":"${channel}","instId":"${SYMBOL}"}`));
  const instrument = listed(okx, [JSON.parse(bodies.get(LIST) ?? '{}')], SYMBOL);
  return framesOf(instrument, of('books'), prolonged(of('trades'), IDS));
}
