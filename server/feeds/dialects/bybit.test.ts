import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDecimal } from '../../../protocol/decimal.ts';
import type { Instrument } from '../../../protocol/instrument.ts';
import { instrument as plain } from '../../testing/orders.ts';
import { idHashOf } from '../text-hash.ts';
import { Collected, type Told } from '../testing/collected.ts';
import { reordered } from '../testing/damage.ts';
import { BybitJson } from './bybit-json.ts';
import { BybitScan } from './bybit-scan.ts';
import { BybitState } from './bybit-state.ts';
import { bybitLinear, bybitSpot } from './bybit.ts';
import { SymbolTable } from './symbol-table.ts';

const listed = (index: number, symbol: string): Instrument => ({ ...plain(index, symbol), priceScale: 2 });
const instruments = [listed(0, 'BTCUSDT'), listed(1, 'ABCUSDT')];
const symbols = new SymbolTable(instruments);
const decode = (frame: string, dialect = bybitLinear): Told[] =>
  new Collected().of(dialect.decoder(instruments), frame);

function bothReaders(bytes: Uint8Array): { fast: Told[] | null; slow: Told[] } {
  const fast = new Collected();
  const slow = new Collected();
  const isFast = new BybitScan(symbols, new BybitState(), 200).read(bytes, fast);
  new BybitJson(symbols, new BybitState(), 200).read(bytes, slow);
  return { fast: isFast ? fast.told : null, slow: slow.told };
}

const T = 1_786_310_818_130;
const book = (fields: object = {}, type = 'delta', topic = 'orderbook.200.BTCUSDT'): string =>
  JSON.stringify({
    topic,
    type,
    ts: T,
    data: { s: 'BTCUSDT', b: [['99.50', '2']], a: [['100.00', '1.5']], u: 8, seq: 20, ...fields },
    cts: T - 1,
  });
const trade = (fields: object = {}): object => ({
  T,
  s: 'BTCUSDT',
  S: 'Sell',
  v: '0.004',
  p: '99.50',
  L: 'MinusTick',
  i: 'a9188a0a-82bc-50de-be60-03eedbe3cdd7',
  BT: false,
  RPI: false,
  seq: 7,
  ...fields,
});
const trades = (...data: object[]): string =>
  JSON.stringify({ topic: 'publicTrade.BTCUSDT', type: 'snapshot', ts: T, data });
const ticker = (data: object, type = 'delta'): string =>
  JSON.stringify({ topic: 'tickers.BTCUSDT', type, data: { symbol: 'BTCUSDT', ...data }, cs: 1, ts: T });

const units = fc.integer({ min: 0, max: 10 ** 12 });
const levels = fc.array(
  fc.tuple(units, units).map(([price, size]) => [formatDecimal(price, 2), formatDecimal(size, 3)]),
  { maxLength: 8 },
);
const frames = fc.oneof(
  fc
    .record({
      b: levels,
      a: levels,
      u: units,
      seq: units,
      type: fc.constantFrom('snapshot', 'delta'),
      depth: fc.constantFrom(200, 1),
    })
    .filter(({ type, depth, u }) => depth !== 1 || type === 'snapshot' || u === 1)
    .map(({ type, depth, ...fields }) => book(fields, type, `orderbook.${depth}.BTCUSDT`)),
  fc
    .array(
      fc
        .record({
          T: units,
          v: units,
          p: units,
          S: fc.constantFrom('Buy', 'Sell'),
          i: fc.uuid(),
          BT: fc.boolean(),
          RPI: fc.boolean(),
          seq: units,
        })
        .map(({ v, p, ...rest }) => trade({ ...rest, v: formatDecimal(v, 3), p: formatDecimal(p, 2) })),
      { minLength: 1, maxLength: 5 },
    )
    .map((rows) => trades(...rows)),
);

describe('Bybit’s frames from bytes to integers', () => {
  it('are read fast as the slow reader reads them, whose field order is free', () => {
    fc.assert(
      fc.property(frames, (text) => {
        const { fast, slow } = bothReaders(Buffer.from(text));
        expect(fast).toEqual(slow);
        expect(bothReaders(Buffer.from(reordered(text)))).toEqual({ fast: null, slow });
      }),
    );
  });

  it('the fields of a trade may be in any order and are read fast, each of them needed', () => {
    const fields = Object.entries(trade());
    const needed = ['T', 's', 'S', 'v', 'p', 'i'];
    fc.assert(
      fc.property(fc.shuffledSubarray(fields), (some) => {
        const { fast, slow } = bothReaders(Buffer.from(trades(Object.fromEntries(some))));
        const whole = needed.every((name) => some.some(([one]) => one === name));
        expect(fast).toEqual(whole ? slow : null);
        expect(slow[0]?.[0]).toBe(whole ? 'take' : 'refused');
      }),
    );
  });

  it('a change has the number behind the last one’s; a snapshot, or number 1, is the whole book', () => {
    const sides = { bids: [[9950, 2000]], asks: [[10_000, 1500]] };
    const read = { instrument: 0, eventAt: T * 1000, checksum: -1, ...sides };
    expect(decode(book())).toEqual([
      ['take', 'depth', { ...read, firstUpdate: 8, lastUpdate: 8, previousUpdate: 7 }],
    ]);
    expect(decode(book({}, 'snapshot'))).toEqual([['take', 'snapshot', { ...read, lastUpdate: 8 }]]);
    expect(decode(book({ u: 1 }))).toEqual([['take', 'snapshot', { ...read, lastUpdate: 1 }]]);
  });

  it('trades are told apart by their ids, whatever those look like', () => {
    expect(decode(trades(trade(), trade({ S: 'Buy', i: '2290000000050703789' })))).toEqual([
      [
        'take',
        'trade',
        {
          instrument: 0,
          eventAt: T * 1000,
          price: 9950,
          size: 4,
          aggressor: 1,
          tradeId: idHashOf('a9188a0a-82bc-50de-be60-03eedbe3cdd7'),
        },
      ],
      [
        'take',
        'trade',
        {
          instrument: 0,
          eventAt: T * 1000,
          price: 9950,
          size: 4,
          aggressor: 0,
          tradeId: idHashOf('2290000000050703789'),
        },
      ],
    ]);
  });

  it('a ticker says what changed, and what it said before goes on', () => {
    const decoder = bybitLinear.decoder(instruments);
    const told = new Collected();
    const best = { instrument: 0, eventAt: T * 1000, lastUpdate: 0 };
    const mark = { instrument: 0, eventAt: T * 1000, nextFundingAt: 1_786_320_000_000_000 };
    expect(told.of(decoder, ticker({ bid1Size: '1' }))).toMatchObject([['refused', { code: 'no-snapshot' }]]);
    const whole = {
      bid1Price: '99.50',
      bid1Size: '2.000',
      ask1Price: '100.00',
      ask1Size: '1',
      markPrice: '99.756',
      indexPrice: '99.754',
      fundingRate: '-0.000100004',
      nextFundingTime: '1786320000000',
    };
    expect(told.of(decoder, ticker(whole, 'snapshot'))).toEqual([
      ['take', 'ticker', { ...best, bid: 9950, bidSize: 2000, ask: 10_000, askSize: 1000 }],
      ['take', 'mark', { ...mark, markPrice: 9976, indexPrice: 9975, fundingRate: -10_000 }],
    ]);
    expect(told.of(decoder, ticker({ bid1Size: '3', openInterest: '5' }))).toEqual([
      ['take', 'ticker', { ...best, bid: 9950, bidSize: 3000, ask: 10_000, askSize: 1000 }],
    ]);
    expect(told.of(decoder, ticker({ indexPrice: '99.80', fundingRate: '' }))).toEqual([
      ['take', 'mark', { ...mark, markPrice: 9976, indexPrice: 9980, fundingRate: Number.NaN }],
    ]);
    expect(told.of(decoder, ticker({ openInterest: '6' }))).toEqual([]);
    expect(told.of(decoder, ticker({ ask1Price: '', ask1Size: '' }))).toMatchObject([
      ['take', 'ticker', { ask: 0, askSize: 0 }],
    ]);
    expect(told.of(decoder, ticker({ bid1Price: 'x' }, 'snapshot'))).toMatchObject([
      ['refused', { code: 'not-a-decimal' }],
    ]);
  });

  it('of spot the topic of one level is the ticker', () => {
    const decoder = bybitSpot.decoder(instruments);
    const told = new Collected();
    const top = (type: string, b: string[][], a: string[][]): unknown =>
      told.of(decoder, book({ b, a }, type, 'orderbook.1.BTCUSDT'));
    const best = { instrument: 0, eventAt: T * 1000, lastUpdate: 0 };
    expect(top('delta', [], [])).toMatchObject([['refused', { code: 'no-snapshot' }]]);
    expect(top('snapshot', [['99.50', '2']], [['100.00', '1']])).toEqual([
      ['take', 'ticker', { ...best, bid: 9950, bidSize: 2000, ask: 10_000, askSize: 1000 }],
    ]);
    expect(
      top(
        'delta',
        [
          ['99.50', '0'],
          ['99.40', '7'],
        ],
        [],
      ),
    ).toEqual([['take', 'ticker', { ...best, bid: 9940, bidSize: 7000, ask: 10_000, askSize: 1000 }]]);
    expect(
      top(
        'delta',
        [
          ['99.60', '7'],
          ['99.40', '0'],
        ],
        [['100.00', '0']],
      ),
    ).toEqual([['take', 'ticker', { ...best, bid: 9960, bidSize: 7000, ask: 10_000, askSize: 0 }]]);
    expect(decode(book({}, 'snapshot', 'orderbook.50.BTCUSDT'), bybitSpot)).toMatchObject([
      ['take', 'snapshot', {}],
    ]);
  });

  it.each([
    ['an unknown symbol', book({ s: 'XYZUSDT' }, 'delta', 'orderbook.200.XYZUSDT'), 'unknown-symbol'],
    ['another symbol’s book', book({ s: 'ABCUSDT' }), 'wrong-symbol'],
    ['another symbol’s trade', trades(trade({ s: 'ABCUSDT' })), 'wrong-symbol'],
    ['another symbol’s ticker', ticker({ symbol: 'ABCUSDT' }, 'snapshot'), 'wrong-symbol'],
    ['another depth', book({}, 'delta', 'orderbook.500.BTCUSDT'), 'unknown-stream'],
    ['a topic we never asked for', book({}, 'delta', 'kline.1.BTCUSDT'), 'unknown-stream'],
    ['a number as a text', book({ u: '8' }), 'schema'],
    ['a price as a number', trades(trade({ p: 99.5 })), 'schema'],
    ['a size off any lot’s form', trades(trade({ v: '1e3' })), 'not-a-decimal'],
    ['a price off the tick', trades(trade({ p: '99.505' })), 'off-tick'],
    [
      'trades that are no list',
      JSON.stringify({ topic: 'publicTrade.BTCUSDT', type: 'snapshot', ts: T, data: {} }),
      'schema',
    ],
    ['something else', '{"hello":1}', 'schema'],
    ['half a frame', '{"topic":"pub', 'malformed'],
  ])('%s is refused', (_, frame, code) => {
    expect(decode(frame)).toMatchObject([['refused', { code }]]);
  });

  it('answers, refusals and pongs are what they are', () => {
    const answer = (fields: object): Told[] =>
      decode(
        JSON.stringify({ success: true, ret_msg: '', conn_id: 'x', req_id: '3', op: 'subscribe', ...fields }),
      );
    expect(answer({})).toEqual([['reply', '3', null]]);
    expect(answer({ req_id: '' })).toEqual([['reply', null, null]]);
    expect(answer({ success: false, ret_msg: 'error:handler not found' })).toEqual([
      [
        'reply',
        '3',
        { code: 'subscription', sentence: 'The venue refused the subscription: error:handler not found.' },
      ],
    ]);
    expect(answer({ op: 'ping', ret_msg: 'pong' })).toEqual([]);
    expect(decode('{"req_id":"","op":"pong","args":["1"],"conn_id":"x"}')).toEqual([]);
    expect(answer({ op: 'unsubscribe' })).toEqual([]);
    expect(answer({ op: 'unsubscribe', success: false })).toMatchObject([
      ['reply', '3', { code: 'subscription' }],
    ]);
  });
});
