import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeFrame } from '../../protocol/frame.ts';
import { readBars, readHistory } from '../../protocol/bars.ts';
import { emptyBook, emptyQuote, emptyTrades } from './table.ts';
import { FakeVenue } from './testing/fake-venue.ts';
import { FeedRig } from './testing/feed-rig.ts';

let venue: FakeVenue;
let rig: FeedRig;
beforeEach(async () => {
  venue = await new FakeVenue().start();
  rig = new FeedRig({ restUrl: venue.restUrl, wsUrl: venue.wsUrl });
});
afterEach(async () => {
  rig.feed.stop();
  await venue.kill();
});

const quoteOf = (instrument: number): ReturnType<typeof emptyQuote> => {
  const quote = emptyQuote();
  expect(rig.reader.readQuote(instrument, quote)).toBe(true);
  return quote;
};
const live = async (): Promise<void> => {
  rig.feed.start();
  await rig.until('the feed is live', () => rig.view.state === 'live');
};
const codes = (): string[] => rig.quarantined.map(({ code }) => code);

describe('a feed from the venue to the table', () => {
  it('lists the instruments, builds every book and shows quotes, books and trades', async () => {
    await live();
    expect(rig.instruments.map(({ name }) => name)).toEqual(['AAA-USDT', 'BBB-USDT']);
    expect(rig.instruments[0]).toMatchObject({
      priceScale: 2,
      lotStep: 1,
      minLots: 1,
      minNotional: '5000000',
    });
    expect(quoteOf(0)).toMatchObject({ bid: 9950, bidSize: 1000, ask: 10050, askSize: 1000, state: 'live' });

    venue.send(venue.change('AAAUSDT', [{ price: '99.60', size: '0.5' }]));
    venue.send(
      venue.tickerFrame('AAAUSDT', 102, { price: '99.70', size: '3' }, { price: '100.50', size: '1' }),
    );
    venue.send(venue.tradeFrame('BBBUSDT', '100.50', '0.25'));
    await rig.until('the trade', () => rig.reader.tradeCount(1) === 1);
    expect(quoteOf(0)).toMatchObject({ bid: 9970, bidSize: 3000, ask: 10050 });
    const book = emptyBook();
    expect(rig.reader.readBook(0, book)).toBe(true);
    expect([...book.bidPrice.subarray(0, book.bidRows)]).toEqual([9960, 9950, 9900]);
    expect([...book.bidSize.subarray(0, book.bidRows)]).toEqual([500, 1000, 2000]);
    const trades = emptyTrades();
    expect(rig.reader.readTrades(1, 0, trades)).toBe(1);
    expect([trades.price[0], trades.size[0], trades.aggressor[0]]).toEqual([10050, 250, 1]);
    expect(quoteOf(1).last).toBe(10050);
    expect(codes()).toEqual([]);
  });

  it('holds changes that come before the snapshot and bridges it', async () => {
    // The snapshot is answered only after two changes were sent.
    venue.subscribeReply = (id) => {
      setImmediate(() => {
        venue.send(venue.change('AAAUSDT', [{ price: '99.51', size: '1' }]));
        venue.send(venue.change('AAAUSDT', [{ price: '99.52', size: '1' }]));
      });
      return JSON.stringify({ result: null, id });
    };
    await live();
    expect(quoteOf(0).bid).toBe(9952);
    expect(rig.view).toMatchObject({ gaps: 0, resyncs: 0 });
  });
});

describe('bad input: refused, kept with its bytes, and the feed goes on', () => {
  it.each([
    ['a malformed frame', () => '{"stream":"aaausdt@trade","data":{"e":"tr', 'malformed'],
    ['bytes that are no text', () => Buffer.from([0xff, 0xfe, 0x00]).toString('latin1'), 'malformed'],
    ['a missing field', () => '{"stream":"aaausdt@trade","data":{"e":"trade"}}', 'schema'],
    ['a negative price', () => venue.tradeFrame('AAAUSDT', '-99.50', '1'), 'price'],
    ['a price of 0', () => venue.tradeFrame('AAAUSDT', '0.00', '1'), 'price'],
    ['a negative size', () => venue.tradeFrame('AAAUSDT', '99.50', '-1'), 'size'],
    ['a number for a price', () => venue.tradeFrame('AAAUSDT', '1', '1', { p: 99.5 }), 'schema'],
    ['an exponent', () => venue.tradeFrame('AAAUSDT', '1e21', '1'), 'not-a-decimal'],
    ['a wrong tick', () => venue.tradeFrame('AAAUSDT', '99.505', '1'), 'off-tick'],
    ['an unknown symbol', () => venue.tradeFrame('CCCUSDT', '99.50', '1'), 'unknown-symbol'],
    [
      'another symbol’s message',
      () => venue.tradeFrame('AAAUSDT', '99.50', '1', { s: 'BBBUSDT' }),
      'wrong-symbol',
    ],
    ['a stream we never asked for', () => '{"stream":"aaausdt@kline_1m","data":{}}', 'unknown-stream'],
    [
      'an event of tomorrow',
      () => venue.tradeFrame('AAAUSDT', '99.50', '1', { E: Date.now() + 86_400_000 }),
      'event-time',
    ],
    [
      'a crossed best bid and offer',
      () => venue.tickerFrame('AAAUSDT', 200, { price: '101.00', size: '1' }, { price: '100.50', size: '1' }),
      'crossed',
    ],
  ])('%s', async (_what, frame, code) => {
    await live();
    await rig.until('the clock is measured', () => rig.view.clockOffsetMs !== null);
    const before = quoteOf(0);
    const sent = frame();
    venue.send(sent);
    await rig.until('the message is refused', () => rig.quarantined.length === 1);
    expect(codes()).toEqual([code]);
    expect(rig.quarantined[0]?.sentence).toMatch(/^[A-Z"0-9].*\.$/);
    expect(Buffer.from(rig.quarantined[0]?.bytes ?? '', 'base64').toString()).toBe(sent.slice(0, 2048));
    expect(quoteOf(0)).toEqual(before);
    venue.send(venue.tradeFrame('AAAUSDT', '99.50', '1'));
    await rig.until('the next trade is taken', () => rig.reader.tradeCount(0) === 1);
    expect(rig.view).toMatchObject({ state: 'live', quarantined: 1, gaps: 0, reconnects: 0 });
  });

  it('a replayed message, of each kind, changes nothing', async () => {
    await live();
    const frames = [
      venue.change('AAAUSDT', [{ price: '99.60', size: '1' }]),
      venue.tradeFrame('AAAUSDT', '99.60', '1'),
      venue.tickerFrame('AAAUSDT', 102, { price: '99.61', size: '1' }, { price: '100.50', size: '1' }),
    ];
    for (const frame of frames) venue.send(frame);
    await rig.until('all three', () => quoteOf(0).bid === 9961);
    const before = quoteOf(0);
    for (const frame of frames) venue.send(frame);
    await rig.until('all refused', () => rig.quarantined.length === 3);
    expect(codes()).toEqual(['replayed', 'replayed', 'replayed']);
    expect(quoteOf(0)).toEqual(before);
    expect(rig.reader.tradeCount(0)).toBe(1);
  });

  it('keeps a long message only up to 2 KiB', async () => {
    await live();
    venue.send(`{"stream":"${'x'.repeat(5000)}`);
    await rig.until('refused', () => rig.quarantined.length === 1);
    expect(Buffer.from(rig.quarantined[0]?.bytes ?? '', 'base64')).toHaveLength(2048);
  });
});

describe('faults of the chain', () => {
  it('a gap: resyncing at once, then live on a new snapshot', async () => {
    await live();
    venue.change('AAAUSDT', [{ price: '99.70', size: '1' }]); // lost on its way
    venue.send(venue.change('AAAUSDT', [{ price: '99.80', size: '1' }]));
    await rig.until('the gap is seen', () => rig.view.gaps === 1);
    await rig.until('in step again', () => rig.view.state === 'live' && quoteOf(0).state === 'live');
    expect(codes()).toEqual(['gap']);
    expect(rig.quarantined[0]?.sentence).toBe('Updates 101 to 101 of AAA-USDT are missing.');
    expect(quoteOf(0)).toMatchObject({ bid: 9980 });
    const book = emptyBook();
    rig.reader.readBook(0, book);
    expect([...book.bidPrice.subarray(0, 3)]).toEqual([9980, 9970, 9950]);
    expect(quoteOf(1).state).toBe('live');
  });

  it('shows resyncing for as long as the snapshot is missing', async () => {
    await live();
    for (let n = 0; n < 3; n++) venue.once('/api/v3/depth', { status: 500, headers: {}, body: {} });
    venue.change('AAAUSDT', []);
    venue.send(venue.change('AAAUSDT', [{ price: '99.80', size: '1' }]));
    await rig.until('resyncing', () => quoteOf(0).state === 'resyncing');
    expect(rig.view.state).toBe('resyncing');
    await rig.until('in step again', () => rig.view.state === 'live');
    expect(rig.view).toMatchObject({ gaps: 1, resyncs: 1 });
  });

  it('a change that crosses the book: refused, resynced, never shown', async () => {
    await live();
    venue.send(venue.depthFrame('AAAUSDT', 101, 101, [{ price: '100.60', size: '1' }]));
    await rig.until('refused', () => rig.quarantined.length === 1);
    expect(codes()).toEqual(['crossed-book']);
    await rig.until('in step again', () => rig.view.state === 'live');
    expect(quoteOf(0)).toMatchObject({ bid: 9950, ask: 10050, state: 'live' });
  });

  it('a book that is not what the venue says at the same update: resynced', async () => {
    await live();
    venue.change('AAAUSDT', [], [], 2);
    const bid = { price: '99.55', size: '1' };
    venue.send(venue.tickerFrame('AAAUSDT', 101, bid, { price: '100.50', size: '1' }));
    venue.send(venue.depthFrame('AAAUSDT', 101, 101, [{ price: '99.60', size: '1' }]));
    await rig.until('resynced', () => rig.view.resyncs === 1);
    await rig.until('in step again', () => rig.view.state === 'live');
    expect(quoteOf(0)).toMatchObject({ bid: 9950, ask: 10050 });
    expect(rig.feed.markets[0]?.counts).toMatchObject({ compared: 1, differed: 1 });
  });

  it('a refused level of a change breaks the chain, which heals itself', async () => {
    await live();
    venue.send(venue.depthFrame('AAAUSDT', 101, 101, [{ price: '-1.00', size: '1' }]));
    venue.change('AAAUSDT', [{ price: '99.75', size: '1' }]);
    venue.send(venue.change('AAAUSDT', [{ price: '99.80', size: '1' }]));
    await rig.until('resynced', () => rig.view.resyncs === 1 && rig.view.state === 'live');
    expect(codes()).toEqual(['price', 'gap']);
    expect(quoteOf(0).bid).toBe(9980);
  });
});

describe('faults of the connection', () => {
  it('the venue killed in mid-stream: stale, then reconnected to one that counts from the start', async () => {
    await live();
    venue.send(venue.change('AAAUSDT', [{ price: '99.40', size: '1' }]));
    venue.send(venue.tradeFrame('AAAUSDT', '99.50', '1'));
    await rig.until('a trade', () => rig.reader.tradeCount(0) === 1);
    const { restUrl } = venue;
    await venue.kill();
    await rig.until('stale', () => quoteOf(0).state === 'stale');
    expect(quoteOf(0)).toMatchObject({ bid: 9950, state: 'stale' });
    expect(rig.view.state).toBe('down');
    expect(rig.view.sentence).not.toBe('');
    for (const book of venue.books.values()) book.update = 3;
    await venue.start();
    expect(venue.restUrl).toBe(restUrl);
    await rig.until('live again', () => rig.view.state === 'live');
    venue.send(venue.change('AAAUSDT', [{ price: '99.90', size: '1' }]));
    venue.send(venue.tradeFrame('AAAUSDT', '99.90', '1'));
    await rig.until('fresh values', () => quoteOf(0).bid === 9990 && quoteOf(0).last === 9990);
    expect(codes()).toEqual([]);
    expect(rig.view.reconnects).toBeGreaterThan(0);
    expect(rig.view.gaps).toBe(0);
  });

  it('a refused subscription: said in the view, tried again, and live once it is taken', async () => {
    let refusals = 2;
    venue.subscribeReply = (id) =>
      refusals-- > 0
        ? JSON.stringify({ error: { code: 2, msg: 'Invalid request: unknown variant' }, id })
        : JSON.stringify({ result: null, id });
    rig.feed.start();
    await rig.until('the reason', () => rig.view.sentence.includes('unknown variant'));
    expect(rig.view.state).toBe('down');
    expect(quoteOf(0).state).toBe('never');
    await rig.until('live', () => rig.view.state === 'live');
    expect(codes()).toContain('subscription');
  });

  it('an answer to nobody’s question is not an answer', async () => {
    venue.subscribeReply = () => JSON.stringify({ result: null, id: 77 });
    rig.feed.start();
    await rig.until('the question was sent', () => venue.received.length === 1);
    venue.send(venue.tradeFrame('AAAUSDT', '99.50', '1'));
    await rig.until('frames arrive', () => rig.view.frames >= 2);
    expect(rig.view.state).toBe('connected');
    expect(quoteOf(0).state).not.toBe('live');
  });

  it('subscribes once per connection, to three streams an instrument', async () => {
    await live();
    expect(venue.received).toEqual([
      {
        method: 'SUBSCRIBE',
        id: 1,
        params: ['aaausdt', 'bbbusdt'].flatMap((symbol) => [
          `${symbol}@bookTicker`,
          `${symbol}@depth@100ms`,
          `${symbol}@trade`,
        ]),
      },
    ]);
  });

  it('asks for a list of instruments until it gets one', async () => {
    venue.once('/api/v3/exchangeInfo', { status: 502, headers: {}, body: {} });
    venue.once('/api/v3/exchangeInfo', { nonsense: true });
    await live();
    expect(rig.views.some(({ state, sentence }) => state === 'down' && sentence.includes('502'))).toBe(true);
  });

  it('says it cannot run on a symbol that the venue does not list', async () => {
    rig = new FeedRig({ restUrl: venue.restUrl, wsUrl: venue.wsUrl, symbols: ['NOPEUSDT'] });
    rig.feed.start();
    await rig.until('fatal', () => rig.fatal !== null);
    expect(rig.fatal).toEqual({ code: 'unknown-symbol', sentence: 'The venue does not list NOPEUSDT.' });
  });
});

describe('the venue limits our requests', () => {
  it('429: said in the view, and live once it is over', async () => {
    venue.once('/api/v3/depth', { status: 429, headers: { 'retry-after': '1' }, body: {} });
    venue.once('/api/v3/depth', { status: 429, headers: { 'retry-after': '1' }, body: {} });
    rig.feed.start();
    await rig.until('the reason', () => rig.view.sentence.includes('limits our requests (429): next in 1 s'));
    expect(rig.view.state).toBe('subscribed');
    const asked = venue.requests.filter((path) => path === '/api/v3/depth').length;
    const during = venue.requests.length;
    await rig.until('live', () => rig.view.state === 'live');
    expect(asked).toBe(2);
    expect(venue.requests.length).toBeGreaterThan(during);
  });
});

describe('clocks', () => {
  it('measures the venue’s clock and believes its event times', async () => {
    venue.timeOffsetMs = -3_600_000;
    await live();
    await rig.until('measured', () => rig.view.clockOffsetMs !== null);
    expect(Math.abs((rig.view.clockOffsetMs ?? 0) + 3_600_000)).toBeLessThan(
      (rig.view.clockUncertaintyMs ?? 0) + 60,
    );
    venue.send(venue.tradeFrame('AAAUSDT', '99.50', '1'));
    await rig.until('believed', () => rig.reader.tradeCount(0) === 1);
    expect(codes()).toEqual([]);
  });

  it('a jump of the venue’s clock: one refused message, a new measurement, and on it goes', async () => {
    await live();
    await rig.until('measured', () => rig.view.clockOffsetMs !== null);
    venue.timeOffsetMs = 7_200_000;
    venue.send(venue.tradeFrame('AAAUSDT', '99.50', '1'));
    await rig.until('refused', () => codes().includes('event-time'));
    await rig.until('measured anew', () => (rig.view.clockOffsetMs ?? 0) > 7_000_000);
    venue.send(venue.tradeFrame('AAAUSDT', '99.50', '1'));
    await rig.until('believed again', () => rig.reader.tradeCount(0) === 1);
  });
});

describe('bars, history and candles', () => {
  it('closes a numbered bar of the mid each second, encoded once', async () => {
    await live();
    const first = rig.bars.length;
    await rig.until('two bars', () => rig.bars.length >= first + 2);
    const [a, b] = rig.bars.slice(-2).map(({ bytes }) => {
      const frame = decodeFrame(bytes);
      if (!frame.ok || !frame.value.sections[0]) throw new Error('no frame');
      const bars = readBars(frame.value.sections[0]);
      if (!bars.ok) throw new Error(bars.error.sentence);
      return bars.value;
    });
    expect(b?.openAt).toBe((a?.openAt ?? 0) + 1_000_000);
    expect([...(b?.rows.close ?? [])]).toEqual([20_000, 20_000]);
    // Nothing changed in a whole second of a live feed: unchanged, not invalid.
    expect([...(b?.rows.state ?? [])]).toEqual([2, 2]);
  });

  it('fills the past from 1 s candles and leaves a stretch without candles invalid', async () => {
    const second = Math.floor(Date.now() / 1000) * 1000;
    const kline = (ago: number, close: string, trades: number): unknown[] => [
      second - ago * 1000,
      close,
      close,
      close,
      close,
      '1.000',
      second - ago * 1000 + 999,
      '0',
      trades,
      '0',
      '0',
      '0',
    ];
    venue.klines = (_symbol, query) =>
      query.get('interval') === '1s' && !query.has('endTime')
        ? [kline(20, '98.00', 3), kline(19, '98.00', 0), kline(15, '99.00', 1)]
        : [];
    await live();
    const closes = (): Map<number, [number, number]> => {
      const frame = decodeFrame(rig.feed.history(40) ?? new Uint8Array());
      if (!frame.ok || !frame.value.sections[0]) throw new Error('no frame');
      const history = readHistory(frame.value.sections[0]);
      if (!history.ok) throw new Error(history.error.sentence);
      const { firstOpenAt, bars, close, state } = history.value;
      return new Map(
        Array.from({ length: bars }, (_, bar) => [
          Math.round((firstOpenAt + bar * 1e6) / 1e6 - second / 1000),
          [close[bar] ?? 0, state[bar] ?? 0],
        ]),
      );
    };
    await rig.until('the past', () => closes().get(-15)?.[1] === 1);
    expect(closes().get(-20)).toEqual([19_600, 1]);
    expect(closes().get(-19)).toEqual([19_600, 2]);
    expect(closes().get(-17)).toEqual([0, 0]);
    expect(closes().get(-15)).toEqual([19_800, 1]);
  });

  it('asks again for a page of the past that failed, however often, and says so meanwhile', async () => {
    const second = Math.floor(Date.now() / 1000) * 1000;
    const asked: (number | null)[] = [];
    venue.klines = (symbol, query) => {
      if (query.get('interval') !== '1s' || symbol !== 'AAAUSDT') return [];
      asked.push(query.has('endTime') ? Number(query.get('endTime')) : null);
      const open = second - 20_000;
      const price = '98.00';
      return [[open, price, price, price, price, '1.000', open + 999, '0', 3, '0', '0', '0']];
    };
    // Both instruments' first page, and the same pages asked for again.
    for (let n = 0; n < 4; n++) venue.once('/api/v3/klines', { status: 503, headers: {}, body: {} });
    await live();
    await rig.until('said', () => rig.view.sentence.includes('History is incomplete'));
    const isThere = (): boolean => {
      const frame = decodeFrame(rig.feed.history(60) ?? new Uint8Array());
      if (!frame.ok || !frame.value.sections[0]) throw new Error('no frame');
      const history = readHistory(frame.value.sections[0]);
      return history.ok && history.value.close.includes(19_600);
    };
    await rig.until('the past', isThere);
    await rig.until('no fault any more', () => !rig.view.sentence.includes('History'));
    expect(asked).toHaveLength(1);
  });

  it('answers candles, asking the venue only for what is new', async () => {
    const minute = Math.floor(Date.now() / 60_000) * 60_000;
    const asked: (string | null)[] = [];
    venue.klines = (_symbol, query) => {
      if (query.get('interval') !== '1m') return [];
      asked.push(query.get('startTime'));
      const all = [minute - 60_000, minute].map((open) => [
        open,
        '99.00',
        '101.00',
        '98.00',
        '100.00',
        '2.500',
        open + 59_999,
        '0',
        7,
        '0',
        '0',
        '0',
      ]);
      const from = Number(query.get('startTime') ?? 0);
      return all.filter(([open]) => Number(open) >= from);
    };
    await live();
    const question = { instrument: 0 as never, interval: '1m', limit: 10 } as const;
    const expected = [
      [(minute - 60_000) * 1000, 9900, 10_100, 9800, 10_000, 2500],
      [minute * 1000, 9900, 10_100, 9800, 10_000, 2500],
    ];
    const both = await Promise.all([rig.feed.candles(question), rig.feed.candles(question)]);
    expect(both).toEqual([
      { ok: true, candles: expected, gaps: [], fault: null },
      { ok: true, candles: expected, gaps: [], fault: null },
    ]);
    expect(asked).toEqual([null]);
    expect(await rig.feed.candles({ ...question, instrument: 9 as never })).toMatchObject({
      ok: false,
      code: 'unknown-instrument',
    });
  });
});
