import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDecimal } from '../../../protocol/decimal.ts';
import type { Instrument } from '../../../protocol/instrument.ts';
import { instrument as plain } from '../../testing/orders.ts';
import { Collected, type Told } from '../testing/collected.ts';
import { reordered } from '../testing/damage.ts';
import { OkxJson } from './okx-json.ts';
import { okx } from './okx.ts';
import { OkxScan } from './okx-scan.ts';

const listed = (index: number, symbol: string, changes: Partial<Instrument> = {}): Instrument => ({
  ...plain(index, symbol),
  name: symbol,
  priceScale: 1,
  sizeScale: 8,
  ...changes,
});
const instruments = [
  listed(0, 'BTC-USDT'),
  listed(1, 'ABC-USDT-SWAP', { priceScale: 2, tickStep: 5, sizeScale: 0, lotStep: 10 }),
];
const decode = (frame: string): Told[] => new Collected().of(okx.decoder(instruments), frame);

function bothReaders(bytes: Uint8Array): { fast: Told[] | null; slow: Told[] } {
  const fast = new Collected();
  const slow = new Collected();
  const isFast = new OkxScan(instruments).read(bytes, fast);
  new OkxJson(instruments).read(bytes, slow);
  return { fast: isFast ? fast.told : null, slow: slow.told };
}

const T = 1_787_612_486_207;
const push = (channel: string, item: object, action?: string, instId = 'BTC-USDT'): string =>
  JSON.stringify({ arg: { channel, instId }, ...(action ? { action } : {}), data: [item] });
const book = (fields: object, action = 'update'): string =>
  push(
    'books',
    { asks: [], bids: [], ts: String(T), checksum: 0, seqId: 7, prevSeqId: 5, ...fields },
    action,
  );
const trade = (fields: object = {}): object => ({
  instId: 'BTC-USDT',
  tradeId: '9',
  px: '78722.3',
  sz: '0.5',
  side: 'buy',
  ts: String(T),
  ...fields,
});

const units = fc.integer({ min: 0, max: 10 ** 12 });
const level = fc
  .tuple(units, units, fc.nat(99))
  .map(([price, size, orders]) => [
    formatDecimal(price, 1),
    formatDecimal(size, 8).replace(/\.?0+$/, ''),
    '0',
    String(orders),
  ]);
const levels = fc.array(level, { maxLength: 8 });
const id = units.map(String);
const books = fc
  .record({
    asks: levels,
    bids: levels,
    ts: id,
    checksum: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
    numbers: fc.option(fc.record({ seqId: units, prevSeqId: fc.oneof(units, fc.constant(-1)) }), {
      nil: undefined,
    }),
    action: fc.constantFrom('snapshot', 'update'),
  })
  .filter(({ checksum, numbers }) => numbers !== undefined || checksum !== 0)
  .map(({ numbers, action, ...fields }) => push('books', { ...fields, ...numbers }, action));
const trades = fc
  .array(
    fc
      .record({
        tradeId: id,
        px: units,
        sz: units,
        side: fc.constantFrom('buy', 'sell'),
        ts: id,
        count: id,
        seqId: units,
        later: fc.boolean(),
      })
      .map(({ px, sz, count, seqId, later, ...rest }) => ({
        ...trade(rest),
        px: formatDecimal(px, 1),
        sz: formatDecimal(sz, 8),
        ...(later ? { count, source: '0', seqId } : {}),
      })),
    { minLength: 1, maxLength: 4 },
  )
  .map((data) => JSON.stringify({ arg: { channel: 'trades', instId: 'BTC-USDT' }, data }));

describe('OKX’s frames from bytes to integers', () => {
  it('are read fast as the slow reader reads them, whose field order is free', () => {
    fc.assert(
      fc.property(fc.oneof(books, trades), (text) => {
        const { fast, slow } = bothReaders(Buffer.from(text));
        expect(fast).toEqual(slow);
        expect(bothReaders(Buffer.from(reordered(text)))).toEqual({ fast: null, slow });
      }),
    );
  });

  it('a book says what it changes, behind which message, and its checksum where it has one', () => {
    const levelsOf = { asks: [['78722.3', '0.33', '0', '10']], bids: [['78722.2', '0', '0', '0']] };
    const read = { instrument: 0, eventAt: T * 1000, bids: [[787_222, 0]], asks: [[787_223, 33_000_000]] };
    const numbered = { firstUpdate: 6, lastUpdate: 7, previousUpdate: 5 };
    expect(decode(book(levelsOf))).toEqual([['take', 'depth', { ...read, ...numbered, checksum: -1 }]]);
    expect(decode(book({ ...levelsOf, checksum: -914_047_754 }))).toEqual([
      ['take', 'depth', { ...read, ...numbered, checksum: 3_380_919_542 }],
    ]);
    expect(decode(book({ ...levelsOf, prevSeqId: -1 }, 'snapshot'))).toEqual([
      ['take', 'snapshot', { ...read, lastUpdate: 7, checksum: -1 }],
    ]);
    const none = { firstUpdate: -1, lastUpdate: -1, previousUpdate: -1 };
    expect(decode(book({ ...levelsOf, checksum: 5, seqId: undefined, prevSeqId: undefined }))).toEqual([
      ['take', 'depth', { ...read, ...none, checksum: 5 }],
    ]);
  });

  it.each([
    ['that keeps the connection awake', { seqId: 5, prevSeqId: 5 }, [5, 5, 5]],
    ['whose numbers start over', { seqId: 3, prevSeqId: 1000 }, [3, 3, 1000]],
  ])('a message %s is one of the chain', (_, fields, [firstUpdate, lastUpdate, previousUpdate]) => {
    expect(decode(book(fields))).toMatchObject([
      ['take', 'depth', { firstUpdate, lastUpdate, previousUpdate }],
    ]);
  });

  it.each([
    ['neither numbers nor a checksum', { seqId: undefined, prevSeqId: undefined }, 'unproven'],
    ['only one number', { prevSeqId: undefined }, 'schema'],
    ['a number as a text', { seqId: '7' }, 'schema'],
    ['a checksum beyond 32 bits', { checksum: 2 ** 31 }, 'schema'],
    ['levels of numbers', { asks: [[78722.3, 1, '0', '1']] }, 'schema'],
  ])('a book with %s is refused', (_, fields, code) => {
    expect(decode(book(fields))).toMatchObject([['refused', { code }]]);
  });

  it('levels off the tick are left out and counted, sizes between two lots cut', () => {
    const sent = push(
      'books',
      {
        asks: [
          ['12.52', '40', '0', '1'],
          ['12.55', '47.3', '0', '1'],
        ],
        bids: [],
        ts: String(T),
        checksum: 0,
        seqId: 7,
        prevSeqId: 5,
      },
      'update',
      'ABC-USDT-SWAP',
    );
    const told = new Collected();
    expect(told.of(okx.decoder(instruments), sent)).toMatchObject([
      ['take', 'depth', { instrument: 1, asks: [[251, 4]] }],
    ]);
    expect(told.message.asks.offTick).toBe(1);
  });

  it('a ticker, a side of which may be empty', () => {
    const ticker = {
      instType: 'SPOT',
      instId: 'BTC-USDT',
      bidPx: '78722.2',
      bidSz: '0.4',
      askPx: '',
      askSz: '',
      ts: String(T),
    };
    expect(decode(push('tickers', ticker))).toEqual([
      [
        'take',
        'ticker',
        {
          instrument: 0,
          eventAt: T * 1000,
          lastUpdate: 0,
          bid: 787_222,
          bidSize: 40_000_000,
          ask: 0,
          askSize: 0,
        },
      ],
    ]);
  });

  it('mark and funding come apart and are told together, rounded to the tick and to 10^-8', () => {
    const decoder = okx.decoder(instruments);
    const told = new Collected();
    const mark = push(
      'mark-price',
      { instId: 'ABC-USDT-SWAP', markPx: '12.576', ts: String(T) },
      undefined,
      'ABC-USDT-SWAP',
    );
    const funding = push(
      'funding-rate',
      {
        instId: 'ABC-USDT-SWAP',
        fundingRate: '-0.0001875391284828',
        fundingTime: '1787616000000',
        nextFundingTime: '1787644800000',
        ts: String(T),
      },
      undefined,
      'ABC-USDT-SWAP',
    );
    const common = { instrument: 1, eventAt: T * 1000, markPrice: 252, indexPrice: 0 };
    expect(told.of(decoder, mark)).toEqual([
      ['take', 'mark', { ...common, fundingRate: Number.NaN, nextFundingAt: 0 }],
    ]);
    expect(told.of(decoder, funding)).toEqual([
      ['take', 'mark', { ...common, fundingRate: -18_754, nextFundingAt: 1_787_616_000_000_000 }],
    ]);
  });

  it.each([
    [
      'an unknown symbol',
      push('trades', trade({ instId: 'XYZ-USDT' }), undefined, 'XYZ-USDT'),
      'unknown-symbol',
    ],
    ['another symbol’s message', push('trades', trade({ instId: 'ABC-USDT-SWAP' })), 'wrong-symbol'],
    ['a channel we never asked for', push('bbo-tbt', { asks: [], bids: [] }), 'unknown-stream'],
    ['a book that is neither whole nor a change', push('books', { asks: [], bids: [] }), 'schema'],
    ['a trade without a side', push('trades', trade({ side: 'both' })), 'schema'],
    ['a price with an exponent', push('trades', trade({ px: '7e4' })), 'not-a-decimal'],
    ['something else', '{"hello":1}', 'schema'],
    ['half a frame', '{"arg":{"channel":"tra', 'malformed'],
  ])('%s is refused', (_, frame, code) => {
    expect(decode(frame)).toMatchObject([['refused', { code }]]);
  });

  it('of several trades the good ones are taken', () => {
    const frame = JSON.stringify({
      arg: { channel: 'trades', instId: 'BTC-USDT' },
      data: [trade(), trade({ px: 'x', tradeId: '10' }), trade({ tradeId: '11', side: 'sell' })],
    });
    expect(decode(frame)).toMatchObject([
      ['take', 'trade', { tradeId: 9, price: 787_223, size: 50_000_000, aggressor: 0 }],
      ['refused', { code: 'not-a-decimal' }],
      ['take', 'trade', { tradeId: 11, aggressor: 1 }],
    ]);
  });

  it('answers, refusals, pongs and notices are what they are', () => {
    const arg = { channel: 'books', instId: 'BTC-USDT' };
    expect(decode(JSON.stringify({ event: 'subscribe', arg, connId: 'a' }))).toEqual([
      ['reply', 'books:BTC-USDT', null],
    ]);
    const error = { event: 'error', code: '60018', msg: 'Wrong URL or channel:x doesn’t exist', connId: 'a' };
    expect(decode(JSON.stringify(error))).toMatchObject([
      ['reply', null, { code: 'subscription', sentence: expect.stringContaining('(60018)') as string }],
    ]);
    expect(decode(JSON.stringify({ event: 'unsubscribe', arg }))).toEqual([]);
    expect(decode('{"event":"notice","code":"64008","msg":"The connection will soon be closed."}')).toEqual(
      [],
    );
    expect(decode('pong')).toEqual([]);
    expect(decode('{"event":"login"}')).toMatchObject([['refused', { code: 'schema' }]]);
  });
});
