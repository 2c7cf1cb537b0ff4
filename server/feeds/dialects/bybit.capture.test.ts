import { afterEach, describe, expect, it } from 'vitest';
import type { CaptureVenue } from '../testing/capture-venue.ts';
import { haveCaptures, readExpected } from '../testing/captures.ts';
import type { FeedRig } from '../testing/feed-rig.ts';
import { booksOf, playRecorded, readRecorded, sum, type Recorded } from '../testing/recorded.ts';
import { bybitLinear } from './bybit.ts';

let venue: CaptureVenue | null = null;
let rig: FeedRig | null = null;
afterEach(async () => {
  rig?.feed.stop();
  await venue?.stop();
});

const SYMBOLS = ['BTCUSDT', 'ETHUSDT', 'SOLUSDT', 'DOGEUSDT'];
const LIST = 'https://api.bybit.com/v5/market/instruments-info?&category=linear&status=Trading&limit=1000';

function answersTo(text: string): string[] {
  const { op, req_id = '' } = JSON.parse(text) as { op: string; req_id?: string };
  return [
    JSON.stringify({ success: true, ret_msg: op === 'ping' ? 'pong' : '', conn_id: 'd8bu1', req_id, op }),
  ];
}

/** The capture also asked for candles, which we do not. */
const readCapture = (): Recorded => {
  const { bodies, frames } = readRecorded('ws-cryptofeed-v3', 'BYBIT_V5_LINEAR.jsonl.gz');
  return { bodies, frames: frames.filter((text) => !text.startsWith('{"topic":"kline.')) };
};

interface Sent {
  readonly topic?: string;
  readonly data: readonly unknown[] | Readonly<Record<string, unknown>>;
}
const hasOneOf = ({ data }: Sent, ...fields: string[]): boolean => fields.some((field) => field in data);

describe.skipIf(!haveCaptures())('Bybit’s capture of linear perpetuals', () => {
  it('of 2026: every link, every trade, ticker and mark, the final books, nothing refused', async () => {
    const expected = readExpected('ws-cryptofeed-v3')['BYBIT_V5_LINEAR.jsonl.gz'];
    if (!expected) throw new Error('expected.json does not name the capture');
    const recorded = readCapture();
    const played = await playRecorded({
      dialect: bybitLinear,
      symbols: SYMBOLS,
      frames: recorded.frames,
      answer: answersTo,
      begins: (text) => text.includes('"subscribe"'),
      rest: (path) => (path === '/v5/market/instruments-info' ? (recorded.bodies.get(LIST) ?? null) : null),
    });
    ({ venue, rig } = played);
    const { feed, view, quarantined, instruments } = played.rig;
    const { markets } = feed;
    expect(quarantined).toEqual([]);
    expect(view).toMatchObject({ state: 'live', gaps: 0, resyncs: 0, reconnects: 0 });
    expect(instruments.map(({ name }) => name)).toEqual([
      'BTC-USDT-PERP',
      'ETH-USDT-PERP',
      'SOL-USDT-PERP',
      'DOGE-USDT-PERP',
    ]);
    expect(instruments[0]).toMatchObject({
      priceScale: 1,
      tickStep: 1,
      sizeScale: 3,
      minLots: 1,
      minNotional: '5000000',
    });
    expect(sum(markets, ({ chained }) => chained)).toBe(expected.seq_ok);
    expect(sum(markets, ({ snapshots }) => snapshots)).toBe(expected.channels['orderbook.200:snapshot']);
    const sent = recorded.frames.map((text) => JSON.parse(text) as Sent);
    const trades = sent.filter(({ topic }) => topic?.startsWith('publicTrade.'));
    expect(trades).toHaveLength(expected.channels['publicTrade:snapshot'] ?? 0);
    expect(sum(markets, (counts) => counts.trades)).toBe(trades.flatMap(({ data }) => data).length);
    const tickers = sent.filter(({ topic }) => topic?.startsWith('tickers.'));
    expect(sum(markets, (counts) => counts.tickers)).toBe(
      tickers.filter((one) => hasOneOf(one, 'bid1Price', 'bid1Size', 'ask1Price', 'ask1Size')).length,
    );
    expect(sum(markets, (counts) => counts.marks)).toBe(
      tickers.filter((one) => hasOneOf(one, 'markPrice', 'indexPrice', 'fundingRate', 'nextFundingTime'))
        .length,
    );
    for (const market of markets) {
      const final = expected.final_books[`orderbook.200.${market.instrument.symbol}`];
      if (!final) throw new Error(`no final book of ${market.instrument.symbol}`);
      const [ours, theirs] = booksOf(market, final);
      expect(ours).toEqual(theirs);
    }
  });
});
