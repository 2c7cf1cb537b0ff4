import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDecimal } from '../../../protocol/decimal.ts';
import type { Instrument } from '../../../protocol/instrument.ts';
import type { InstrumentIndex, Lots, VenueId } from '../../../protocol/units.ts';
import type { Dialect } from '../dialect.ts';
import { Collected, type Told } from '../testing/collected.ts';
import { binanceCoinM, binanceUsdM } from './binance-futures.ts';
import { BinanceJson } from './binance-json.ts';
import { BinanceScan } from './binance-scan.ts';
import { COIN_M, USD_M, type Shapes } from './binance-shapes.ts';

const instrument = (index: number, symbol: string, changes: Partial<Instrument> = {}): Instrument => ({
  index: index as InstrumentIndex,
  venue: 'test' as VenueId,
  symbol,
  name: symbol,
  base: 'BTC',
  quote: 'USDT',
  priceScale: 1,
  tickStep: 1,
  sizeScale: 3,
  lotStep: 1,
  minLots: 1 as Lots,
  maxLots: 1e12 as Lots,
  minNotional: '0',
  ...changes,
});
const usdM = [instrument(0, 'BTCUSDT'), instrument(1, 'BTCUSDT_210924', { tickStep: 5 })];
const coinM = [
  instrument(0, 'BTCUSD_PERP', { sizeScale: 0, quote: 'USD' }),
  instrument(1, 'BTCUSD_211231', { sizeScale: 0, quote: 'USD' }),
];
const MARKETS = [
  { dialect: binanceUsdM, shapes: USD_M, symbol: 'BTCUSDT', extra: {}, instruments: usdM },
  {
    dialect: binanceCoinM,
    shapes: COIN_M,
    symbol: 'BTCUSD_PERP',
    extra: { ps: 'BTCUSD' },
    instruments: coinM,
  },
] as const;
type Market = (typeof MARKETS)[number];

const toldOf = (dialect: Dialect, instruments: readonly Instrument[], frame: unknown): Told[] =>
  new Collected().of(dialect.decoder(instruments), typeof frame === 'string' ? frame : JSON.stringify(frame));

function bothReaders(shapes: Shapes, instruments: readonly Instrument[], text: string) {
  const fast = new Collected();
  const slow = new Collected();
  const kind = new BinanceScan(shapes, instruments).read(Buffer.from(text), fast.message);
  if (kind) fast.take(kind);
  new BinanceJson('futures', instruments).read(Buffer.from(text), slow);
  return { fast: fast.told, slow: slow.told };
}

const units = fc.integer({ min: 0, max: 10 ** 12 });
const price = units.map((value) => `${formatDecimal(value, 1)}0`);
const sizeOf = ({ instruments }: Market) =>
  units.map((value) => formatDecimal(value, instruments[0]?.sizeScale ?? 0));

/** Frames in the order of fields in which Binance sends them. */
function frames(market: Market) {
  const { symbol: s, extra } = market;
  const level = fc.tuple(price, sizeOf(market));
  const trade = fc.record({ E: units, T: units, t: units, p: price, q: sizeOf(market), m: fc.boolean() });
  const bookTickerHead = (u: number): object =>
    market.dialect === binanceCoinM ? { u, e: 'bookTicker', s, ...extra } : { e: 'bookTicker', u, s };
  return fc.oneof(
    trade.map(({ E, T, t, p, q, m }) => ({
      stream: `${s.toLowerCase()}@trade`,
      data: { e: 'trade', E, T, s, t, p, q, X: 'MARKET', m },
    })),
    fc.tuple(units, level, level, units, units).map(([u, [b, B], [a, A], T, E]) => ({
      stream: `${s.toLowerCase()}@bookTicker`,
      data: { ...bookTickerHead(u), b, B, a, A, T, E },
    })),
    fc
      .tuple(fc.constantFrom('depth', 'depth@0ms', 'depth@100ms', 'depth@500ms'), units, units, units, units)
      .chain(([name, E, U, u, pu]) =>
        fc.tuple(fc.array(level), fc.array(level)).map(([b, a]) => ({
          stream: `${s.toLowerCase()}@${name}`,
          data: { e: 'depthUpdate', E, T: E, s, ...extra, U, u, pu, b, a },
        })),
      ),
  );
}

const MARK = { e: 'markPriceUpdate', E: 5, s: 'BTCUSDT', p: '11794.15000000', P: '11784.25641265' };

describe.each(MARKETS)('$dialect.name frames', (market) => {
  const { dialect, shapes, symbol, instruments } = market;

  it('are read fast as the slow reader reads them, and in any order of fields', () => {
    fc.assert(
      fc.property(frames(market), fc.infiniteStream(fc.nat()), (sent, order) => {
        const { fast, slow } = bothReaders(shapes, instruments, JSON.stringify(sent));
        expect(fast).toHaveLength(1);
        expect(fast).toEqual(slow);
        const fields = Object.entries(sent.data)
          .map((field) => ({ field, at: order.next().value as number }))
          .sort((a, b) => a.at - b.at);
        const data = Object.fromEntries(fields.map(({ field }) => field));
        expect(toldOf(dialect, instruments, { data, stream: sent.stream })).toEqual(fast);
      }),
    );
  });

  it('numbers as strings, and the reverse, are refused', () => {
    const stream = `${symbol.toLowerCase()}@trade`;
    const data = { e: 'trade', E: 1, T: 1, s: symbol, t: 1, p: '1.0', q: '1', X: 'MARKET', m: true };
    expect(toldOf(dialect, instruments, { stream, data })).toMatchObject([['take', 'trade', {}]]);
    for (const wrong of [{ t: '1' }, { E: '1' }, { p: 1 }, { q: 1 }, { m: 'true' }, { X: undefined }]) {
      expect(toldOf(dialect, instruments, { stream, data: { ...data, ...wrong } })).toMatchObject([
        ['refused', { code: 'schema' }],
      ]);
    }
  });

  it('a change without the number of the one before is refused: nothing would show a gap', () => {
    const data = { e: 'depthUpdate', E: 1, T: 1, s: symbol, U: 1, u: 2, b: [], a: [] };
    expect(
      toldOf(dialect, instruments, { stream: `${symbol.toLowerCase()}@depth@100ms`, data }),
    ).toMatchObject([['refused', { code: 'schema' }]]);
  });

  it('what changed hands without the market is no trade', () => {
    for (const X of ['INSURANCE_FUND', 'ADL', 'NA', 'whatever comes next']) {
      const data = { e: 'trade', E: 1, T: 1, s: symbol, t: 1, p: '0', q: '0', X, m: true };
      expect(toldOf(dialect, instruments, { stream: `${symbol.toLowerCase()}@trade`, data })).toEqual([]);
    }
  });
});

describe('marks and funding', () => {
  const mark = (data: object): Told[] =>
    toldOf(binanceUsdM, usdM, { stream: 'btcusdt@markPrice@1s', data: { ...MARK, ...data } });

  it('are rounded to the tick, the rate to 10^-8', () => {
    expect(mark({ i: '11784.62659091', r: '0.00038167', T: 1_562_306_400_000 })).toEqual([
      [
        'take',
        'mark',
        {
          instrument: 0,
          eventAt: 5000,
          markPrice: 117_942,
          indexPrice: 117_846,
          fundingRate: 38_167,
          nextFundingAt: 1_562_306_400_000_000,
        },
      ],
    ]);
    expect(mark({ i: '1', r: '-0.000000015', T: 0 })).toMatchObject([['take', 'mark', { fundingRate: -2 }]]);
  });

  it('a dated contract has no funding', () => {
    const data = { ...MARK, s: 'BTCUSD_211231', i: '10933.62615417', r: '', T: 0 };
    const told = toldOf(binanceCoinM, coinM, { stream: 'btcusd_211231@markPrice@1s', data });
    expect(told).toMatchObject([
      ['take', 'mark', { instrument: 1, fundingRate: Number.NaN, nextFundingAt: 0, indexPrice: 109_336 }],
    ]);
  });

  it.each([{ p: 'NaN' }, { p: 1 }, { i: '1e3' }, { r: '1%' }, { T: -1 }, { E: '5' }])(
    '%j is refused',
    (wrong) => {
      expect(mark(wrong)).toMatchObject([['refused', {}]]);
    },
  );
});
