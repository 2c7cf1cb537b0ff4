import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { SystemClock } from '../../clock.ts';
import { emptyQuote } from '../table.ts';
import type { FeedRig } from '../testing/feed-rig.ts';
import { playInto, type ReplayRig } from '../testing/replay-rig.ts';
import { startReplay } from './replay.ts';

const folder = mkdtempSync(join(tmpdir(), 'cwts-replay-'));
afterAll(() => rmSync(folder, { recursive: true }));
let played: ReplayRig | null = null;
afterEach(async () => {
  await played?.stop();
  played = null;
});

let files = 0;
function capture(lines: readonly string[], zipped = true): string {
  files += 1;
  const file = join(folder, `capture-${files}${zipped ? '.gz' : '.jsonl'}`);
  const text = lines.join('\n') + '\n';
  writeFileSync(file, zipped ? gzipSync(text) : text);
  return file;
}

const START = 1_723_161_253_000_000;
const at = (ms: number): string => `${START + ms * 1000}000`;
const depth = (first: number, last: number, bids: string[][]): string =>
  JSON.stringify({
    stream: 'xyzusdt@depth@100ms',
    data: { e: 'depthUpdate', E: START / 1000, s: 'XYZUSDT', U: first, u: last, b: bids, a: [] },
  });
const trade = (id: number, price: string, ms: number): string => {
  const T = START / 1000 + ms;
  const data = { e: 'trade', E: T, s: 'XYZUSDT', t: id, p: price, q: '0.50', T, m: false, M: true };
  return JSON.stringify({ stream: 'xyzusdt@trade', data });
};
const snapshot = (update: number): string =>
  JSON.stringify({ lastUpdateId: update, bids: [['9.90', '1.00']], asks: [['10.10', '1.25']] });

/** 3 s of a market: the change before the snapshot reaches beyond it. */
const small = [
  `${at(0)} ${depth(5, 9, [['9.95', '2.00']])}`,
  `${at(20)} ${snapshot(7)}`,
  `${at(100)} ${depth(10, 11, [['9.96', '3.00']])}`,
  `${at(900)} ${trade(1, '9.96', 900)}`,
  `${at(1100)} ${trade(2, '10.10', 1100)}`,
  `${at(3000)} ${depth(12, 12, [['9.97', '1.00']])}`,
];

async function play(file: string, speed: number): Promise<FeedRig> {
  played = await playInto({ files: [file], speed });
  return played.rigs[0];
}

describe('a replay', () => {
  it('is the live adapter on recorded data: the book bridges, the end is a shown state', async () => {
    const { feed, reader, until, views, instruments } = await play(capture(small), 3).then((started) => ({
      feed: started.feed,
      reader: started.reader,
      views: started.views,
      instruments: () => started.instruments,
      until: started.until.bind(started),
    }));
    const quote = emptyQuote();
    await until('the end', () => feed.view().state === 'ended');
    expect(instruments()).toMatchObject([
      { symbol: 'XYZUSDT', base: 'XYZ', quote: 'USDT', priceScale: 2, sizeScale: 2 },
    ]);
    expect(reader.readQuote(0, quote)).toBe(true);
    expect(quote).toMatchObject({ bid: 997, bidSize: 100, ask: 1010, last: 1010, state: 'ended' });
    // Ages are ours, though the data is old.
    expect(Math.abs(quote.receivedAt - Date.now() * 1000)).toBeLessThan(60_000_000);
    expect(quote.exchangeAt).toBeLessThan(START + 10_000_000);
    expect(feed.view()).toMatchObject({
      replay: { progress: 1, speed: 3, ended: true },
      clockOffsetMs: null,
      gaps: 0,
      quarantined: 0,
      reconnects: 0,
    });
    const shown = views.find(({ state }) => state === 'live');
    expect(shown?.sentence).toContain('read off its prices: XYZUSDT tick 0.01, lot 0.01');
    expect(shown?.replay?.ended).toBe(false);
  });

  it('keeps the capture’s pace: bars and candles are of its seconds, not of ours', async () => {
    const { feed, bars, until } = await play(capture(small), 5).then((started) => ({
      feed: started.feed,
      bars: started.bars,
      until: started.until.bind(started),
    }));
    await until('the end', () => feed.view().state === 'ended');
    // A second's bar follows when that second is over: its own turn, after the last frame.
    await until('the bar of its last second', () => bars.at(-1)?.openAt === START + 2_000_000);
    expect(bars.at(-2)?.openAt).toBe(START + 1_000_000);
    const reply = await feed.candles({ instrument: 0 as never, interval: '1s', limit: 10 });
    expect(reply).toMatchObject({ ok: true, gaps: [] });
    expect(reply.ok && reply.candles.slice(0, 2)).toEqual([
      [START, 996, 996, 996, 996, 50],
      [START + 1_000_000, 1010, 1010, 1010, 1010, 50],
    ]);
  });

  it('resynchronises from the book as recorded so far', async () => {
    const lines = [
      ...small.slice(0, 3),
      `${at(4000)} ${depth(20, 20, [['9.98', '4.00']])}`,
      `${at(4200)} ${trade(2, '10.10', 4200)}`,
    ];
    const { feed } = await play(capture(lines), 4).then(async (started) => {
      await started.until('the end', () => started.feed.view().state === 'ended');
      return started;
    });
    // The answer may still be on its way when the last frame has been read.
    await played?.rigs[0].until('in step', () => feed.markets[0]?.synced === true);
    expect(feed.view()).toMatchObject({ gaps: 1, resyncs: 1 });
    expect(feed.markets[0]?.sync.book.bids.best).toBe(998);
  });

  it('reads JSON records too, and takes what the venue listed', async () => {
    const ts = START / 1e6;
    const listing = JSON.stringify({
      rateLimits: [],
      symbols: [
        {
          symbol: 'XYZUSDT',
          status: 'BREAK',
          baseAsset: 'XYZ',
          quoteAsset: 'USDT',
          filters: [
            { filterType: 'PRICE_FILTER', tickSize: '0.01000000' },
            { filterType: 'LOT_SIZE', stepSize: '0.01000000' },
          ],
        },
        { symbol: 'OTHER', status: 'TRADING' },
      ],
    });
    const open = START / 1000 - 60_000;
    const kline = [open, '9.80', '9.80', '9.80', '9.80', '1.00', open + 999, '0', 4, '0', '0', '0'];
    const records = [
      { t: 'header', exchange: 'TEST' },
      { t: 'http', ts, url: 'https://x/api/v3/exchangeInfo', data: listing.replace('BREAK', 'TRADING') },
      {
        t: 'http',
        ts,
        url: 'https://x/api/v3/klines?symbol=XYZUSDT&interval=1s',
        data: JSON.stringify([kline]),
      },
      { t: 'connect', ts, addr: 'wss://x' },
      { t: 'send', ts, data: '{}' },
      { t: 'recv', ts, data: '{"result":null,"id":1}' },
      { t: 'recv', ts, data: depth(5, 9, [['9.95', '2.00']]) },
      { t: 'http', ts, url: '/api/v3/depth?symbol=XYZUSDT&limit=1000', data: snapshot(7) },
      { t: 'recv', ts: ts + 0.5, data: trade(1, '9.95', 500) },
    ];
    const started = await play(
      capture(
        records.map((record) => JSON.stringify(record)),
        false,
      ),
      Infinity,
    );
    await started.until('the end', () => started.feed.view().state === 'ended');
    expect(played?.replay.venues[0].remark).toBe('');
    expect(started.feed.markets[0]?.sync.book.bids.best).toBe(995);
    const reply = await started.feed.candles({ instrument: 0 as never, interval: '1s', limit: 100 });
    // Between the candles that were recorded and the first frame nobody watched.
    expect(reply).toMatchObject({
      ok: true,
      candles: [
        [open * 1000, 980, 980, 980, 980, 100],
        [START, 995, 995, 995, 995, 50],
      ],
    });
    expect(reply.ok && reply.gaps.map(([from]) => from)).toEqual([open * 1000 + 1_000_000]);
  });
});

describe('a capture that cannot be used: one clear sentence', () => {
  const refused = async (file: string): Promise<string> => {
    const started = await startReplay({ files: [file], speed: 1 }, new SystemClock());
    if (started.ok) {
      await started.value.stop();
      return 'accepted';
    }
    expect(started.error.sentence).not.toContain('\n');
    return started.error.sentence.replaceAll(folder, '');
  };

  it.each([
    ['no file', () => join(folder, 'none.gz'), '/none.gz is not a file.'],
    ['a folder', () => folder, ' is not a file.'],
    [
      'rubbish',
      () => capture(['hello']),
      /^\/capture-\d+\.gz, line 1: neither "<nanoseconds> <JSON>" nor a JSON record\.$/,
    ],
    ['rubbish in the middle', () => capture([...small, '17 {"x":']), /line 7: neither/],
    ['JSON without a type', () => capture(['{"a":1}']), /line 1: a JSON record without its type "t"\.$/],
    ['a foreign record', () => capture(['{"t":"alien"}']), /line 1: a record of the unknown type "alien"\.$/],
    ['half a record', () => capture(['{"t":"recv","ts":1']), /line 1: not JSON\.$/],
    ['no market data', () => capture(['{"t":"header"}']), /holds no market data\.$/],
    [
      'plain text called .gz',
      () => join(folder, 'plain.gz'),
      /can't be read after line 0: incorrect header check\.$/,
    ],
    ['a cut file', () => join(folder, 'cut.gz'), /can't be read after line \d+: unexpected end of file\.$/],
    [
      'a snapshot of nobody',
      () => capture([...small, `${at(1)} ${trade(1, '1.00', 1).replaceAll(/xyz/gi, 'ABC')}`]),
      /has a book snapshot without a symbol, and several symbols\.$/,
    ],
  ])('%s', async (_what, file, sentence) => {
    writeFileSync(join(folder, 'plain.gz'), 'not gzip at all');
    writeFileSync(join(folder, 'cut.gz'), gzipSync(small.join('\n').repeat(50)).subarray(0, 200));
    const said = await refused(file());
    if (typeof sentence === 'string') expect(said).toBe(sentence);
    else expect(said).toMatch(sentence);
  });

  it('a speed that is none', async () => {
    for (const speed of [0, -1, Number.NaN]) {
      const started = await startReplay({ files: [capture(small)], speed }, new SystemClock());
      expect(started).toMatchObject({ ok: false, error: { code: 'replay-speed' } });
    }
  });
});
