import { bybitLinear } from '../../../server/feeds/dialects/bybit.ts';
import { readRecorded } from '../../../server/feeds/testing/recorded.ts';
import { PlainReader } from '../plain.ts';
import { framesOf, listed, prolonged, type RecordedFrames } from '../recorded.ts';
import type { RecordedVenue } from '../venue.ts';

const SYMBOL = 'SOLUSDT';
/** Of the last part of an id. */
const IDS = /("i":"[\w-]+-)(\d{12})(?=")/g;

type Row = readonly [price: string, size: string];
interface Trade {
  readonly i: string;
  readonly p: string;
  readonly v: string;
  readonly S: 'Buy' | 'Sell';
}
interface Changes {
  readonly b: readonly Row[];
  readonly a: readonly Row[];
  readonly u: number;
}
interface PlainFrame {
  readonly topic: string;
  readonly type: 'snapshot' | 'delta';
  readonly data: readonly Trade[] | Changes;
}

class BybitPlain extends PlainReader {
  override frame(bytes: Buffer): void {
    const { data, type } = JSON.parse(bytes.toString('utf8')) as PlainFrame;
    if ('b' in data) {
      const whole = type === 'snapshot';
      if (!whole) this.follows(data.u - 1);
      this.fill(this.bids, data.b);
      this.fill(this.asks, data.a);
      this.take(data.u, whole);
      return;
    }
    for (const { i, p, v, S } of data) this.trade(i, p, v, S === 'Sell');
  }
}

/** Half a minute of 2026. */
export const bybitVenue: RecordedVenue = {
  dialect: bybitLinear,
  read: readBybit,
  plain: (instrument) => new BybitPlain(instrument, bybitLinear.rules),
  ccxt: {
    id: 'bybit',
    symbol: 'SOL/USDT:USDT',
    url: 'wss://stream.bybit.com/v5/public/linear',
    contractSize: 1,
  },
};

function readBybit(): RecordedFrames {
  const { bodies, frames } = readRecorded('ws-cryptofeed-v3', 'BYBIT_V5_LINEAR.jsonl.gz');
  const [list = '{}'] = [...bodies]
    .filter(([url]) => url.includes('category=linear'))
    .map(([, body]) => body);
  const of = (topic: string): string[] =>
    frames.filter((text) => text.startsWith(`{"topic":"${topic}.${SYMBOL}"`));
  const trades = prolonged(of('publicTrade').map(withNumbers), IDS);
  return framesOf(listed(bybitLinear, [JSON.parse(list)], SYMBOL), of('orderbook.200'), trades);
}

/** The last part of an id, of twelve letters and digits, as twelve digits: to be counted on from. */
const withNumbers = (text: string): string =>
  text.replace(
    /("i":"[\w-]+-)([0-9a-f]{12})(?=")/g,
    (_, before: string, part: string) => `${before}${1e11 + (parseInt(part, 16) % 8e11)}`,
  );
