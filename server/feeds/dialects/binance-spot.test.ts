import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDecimal } from '../../../protocol/decimal.ts';
import type { Instrument } from '../../../protocol/instrument.ts';
import type { InstrumentIndex, Lots, VenueId } from '../../../protocol/units.ts';
import { foldedHashOf } from '../text-hash.ts';
import { Collected } from '../testing/collected.ts';
import { BinanceJson } from './binance-json.ts';
import { BinanceScan } from './binance-scan.ts';
import { SPOT } from './binance-shapes.ts';
import { binanceSpot } from './binance-spot.ts';
import { wholeLots } from './levels.ts';
import { readStep } from './steps.ts';

const instrument = (index: number, symbol: string, changes: Partial<Instrument> = {}): Instrument => ({
  index: index as InstrumentIndex,
  venue: 'test' as VenueId,
  symbol,
  name: symbol,
  base: symbol.slice(0, 3),
  quote: symbol.slice(3),
  priceScale: 2,
  tickStep: 1,
  sizeScale: 5,
  lotStep: 1,
  minLots: 1 as Lots,
  maxLots: 1e12 as Lots,
  minNotional: '0',
  ...changes,
});
const instruments = [
  instrument(0, 'BTCUSDT', { sizeScale: 6 }),
  instrument(1, 'ABCUSDT', { priceScale: 1, tickStep: 5, sizeScale: 0, lotStep: 10 }),
];
const bytesOf = (text: string): Buffer => Buffer.from(text);

function bothReaders(text: string): { fast: unknown; slow: unknown } {
  const fast = new Collected();
  const slow = new Collected();
  const kind = new BinanceScan(SPOT, instruments).read(bytesOf(text), fast.message);
  if (kind) fast.take(kind);
  new BinanceJson('spot', instruments).read(bytesOf(text), slow);
  return { fast: fast.told[0] ?? null, slow: slow.told[0] };
}

const units = fc.integer({ min: 0, max: 10 ** 12 });
const btc = {
  price: units.map((value) => formatDecimal(value, 2) + '000000'),
  size: units.map((value) => formatDecimal(value, 6) + '00'),
};

describe('Binance frames from bytes to integers', () => {
  it('reads trades, tickers and depth as the slow reader does, to the last digit', () => {
    const level = fc.tuple(btc.price, btc.size);
    const frame = fc.oneof(
      fc
        .record({ E: units, t: units, p: btc.price, q: btc.size, T: units, m: fc.boolean() })
        .map((trade) => ({
          stream: 'btcusdt@trade',
          data: {
            e: 'trade',
            E: trade.E,
            s: 'BTCUSDT',
            t: trade.t,
            p: trade.p,
            q: trade.q,
            T: trade.T,
            m: trade.m,
            M: true,
          },
        })),
      fc.tuple(units, level, level).map(([u, [b, B], [a, A]]) => ({
        stream: 'btcusdt@bookTicker',
        data: { u, s: 'BTCUSDT', b, B, a, A },
      })),
      fc.tuple(units, units, units, fc.array(level), fc.array(level)).map(([E, U, u, b, a]) => ({
        stream: 'btcusdt@depth@100ms',
        data: { e: 'depthUpdate', E, s: 'BTCUSDT', U, u, b, a },
      })),
    );
    fc.assert(
      fc.property(frame, (sent) => {
        const { fast, slow } = bothReaders(JSON.stringify(sent));
        expect(fast).not.toBeNull();
        expect(fast).toEqual(slow);
      }),
    );
  });

  it('leaves what it does not know to the slow reader, which takes any field order', () => {
    const data = {
      M: true,
      m: false,
      q: '0.50000000',
      p: '61737.25000000',
      t: 7,
      s: 'BTCUSDT',
      E: 5,
      e: 'trade',
    };
    const { fast, slow } = bothReaders(JSON.stringify({ data, stream: 'btcusdt@trade' }));
    expect(fast).toBeNull();
    expect(slow).toEqual([
      'take',
      'trade',
      { instrument: 0, eventAt: 5000, tradeId: 7, price: 6_173_725, size: 500_000, aggressor: 0 },
    ]);
  });

  it.each(['"U":01', '"U":-1', '"U":1.0', '"U":9007199254740993', '"U":1e3'])(
    '%s is no update id',
    (text) => {
      const frame = `{"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","E":1,"s":"BTCUSDT",${text},"u":2,"b":[],"a":[]}}`;
      expect(bothReaders(frame).fast).toBeNull();
    },
  );

  it('knows steps of tick and lot', () => {
    const trade = (p: string, q: string): unknown =>
      bothReaders(
        JSON.stringify({
          stream: 'abcusdt@trade',
          data: { e: 'trade', E: 1, s: 'ABCUSDT', t: 1, p, q, T: 1, m: true, M: true },
        }),
      );
    const read = { instrument: 1, eventAt: 1000, tradeId: 1, price: 25, size: 4, aggressor: 1 };
    expect(trade('12.50000000', '40.00000000')).toEqual({
      fast: ['take', 'trade', read],
      slow: ['take', 'trade', read],
    });
    expect(trade('12.60000000', '40.00000000')).toMatchObject({
      fast: null,
      slow: ['refused', { code: 'off-tick' }],
    });
    // Between two lots: cut down, never to nothing.
    expect(trade('12.50000000', '47.30000000')).toEqual({
      fast: ['take', 'trade', read],
      slow: ['take', 'trade', read],
    });
    const least = { ...read, size: 1 };
    expect(trade('12.50000000', '0.30000000')).toEqual({
      fast: ['take', 'trade', least],
      slow: ['take', 'trade', least],
    });
  });

  it.each([
    ['0.00000000', 0],
    ['0.4', 1],
    ['-0.4', -1],
    ['-25', -2],
    ['19.99999999', 1],
  ])('%s is %i lots of ten', (text, lots) => {
    expect(wholeLots(text, instruments[1] as Instrument)).toEqual({ ok: true, value: lots });
  });

  it.each(['1e21', 'NaN', '', '.5', '5.', '9007199254740993000', '0x10', ' 1'])('%j is no size', (text) => {
    expect(wholeLots(text, instruments[1] as Instrument).ok).toBe(false);
  });

  it('two symbols of one hash stay two symbols', () => {
    const pair = ['EDFJUVLUSDT', 'BQAKYFXUSDT'] as const;
    expect(foldedHashOf(pair[0])).toBe(foldedHashOf(pair[1]));
    const decoder = binanceSpot.decoder(pair.map((name, index) => instrument(index, name)));
    pair.forEach((name, index) => {
      const frame = {
        stream: `${name.toLowerCase()}@bookTicker`,
        data: { u: 1, s: name, b: '1.00', B: '1', a: '2.00', A: '1' },
      };
      expect(new Collected().of(decoder, JSON.stringify(frame))).toMatchObject([
        ['take', 'ticker', { instrument: index }],
      ]);
    });
  });
});

describe('Binance over REST', () => {
  it.each([
    ['0.01000000', { scale: 2, step: 1 }],
    ['0.50000000', { scale: 1, step: 5 }],
    ['10.00000000', { scale: 0, step: 10 }],
    ['0.00000000', null],
    ['1e-8', null],
  ])('a step of %s', (text, step) => {
    expect(readStep(text)).toEqual(step);
  });

  it.each([
    [3600 / 64, '1000', 50],
    [40, '500', 25],
    [9, '100', 5],
    [0, '100', 5],
  ])('a snapshot for a weight of %f is %s levels deep', (weight, limit, cost) => {
    const call = binanceSpot.rest.snapshot(instruments[0] as Instrument, weight);
    expect(call).toMatchObject({ query: { symbol: 'BTCUSDT', limit }, weight: cost });
  });
});
