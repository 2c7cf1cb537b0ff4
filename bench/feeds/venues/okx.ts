import { okx } from '../../../server/feeds/dialects/okx.ts';
import { readRecorded } from '../../../server/feeds/testing/recorded.ts';
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

/** Half a minute of 2022, when OKX sent a checksum with every change of a book, and no numbers. */
export const okxVenue: RecordedVenue = {
  dialect: okx,
  read: readOkx,
  plain: (instrument) => new OkxPlain(instrument, okx.rules),
  ccxt: { id: 'okx', symbol: 'BTC/USDT', url: 'wss://ws.okx.com:8443/ws/v5/public' },
};

function readOkx(): RecordedFrames {
  const { bodies, frames } = readRecorded('ws-cryptofeed', 'OKX.jsonl.gz');
  const of = (channel: string): string[] =>
    frames.filter((text) => text.startsWith(`{"arg":{"channel":"${channel}","instId":"${SYMBOL}"}`));
  const instrument = listed(okx, [JSON.parse(bodies.get(LIST) ?? '{}')], SYMBOL);
  return framesOf(instrument, of('books'), prolonged(of('trades'), IDS));
}
