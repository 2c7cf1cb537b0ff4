import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDecimal } from '../../../protocol/decimal.ts';
import type { Instrument } from '../../../protocol/instrument.ts';
import type { InstrumentIndex, Lots, VenueId } from '../../../protocol/units.ts';
import { Collected, type Told } from '../testing/collected.ts';
import { reordered } from '../testing/damage.ts';
import { plainDecimal } from './exact-numbers.ts';
import { KrakenFuturesJson } from './kraken-futures-json.ts';
import { KrakenFuturesScan } from './kraken-futures-scan.ts';
import { krakenFutures } from './kraken-futures.ts';

const instrument = (index: number, symbol: string, changes: Partial<Instrument> = {}): Instrument => ({
  index: index as InstrumentIndex,
  venue: 'test' as VenueId,
  symbol,
  name: 'BTC-USD-PERP',
  base: 'BTC',
  quote: 'USD',
  priceScale: 1,
  tickStep: 5,
  sizeScale: 0,
  lotStep: 1,
  minLots: 1 as Lots,
  maxLots: 1e12 as Lots,
  minNotional: '0',
  ...changes,
});
const instruments = [
  instrument(0, 'PI_XBTUSD'),
  instrument(1, 'PF_PEPEUSD', { priceScale: 7, tickStep: 1, lotStep: 1000 }),
  instrument(2, 'FI_XBTUSD_210924', { name: 'BTC-USD-210924' }),
];
const decode = (frame: string): Told[] => new Collected().of(krakenFutures.decoder(instruments), frame);

function bothReaders(text: string): { fast: Told | null; slow: Told[] } {
  const fast = new Collected();
  const slow = new Collected();
  const kind = new KrakenFuturesScan(instruments).read(Buffer.from(text), fast.message);
  if (kind) fast.take(kind);
  new KrakenFuturesJson(instruments).read(Buffer.from(text), slow);
  return { fast: fast.told[0] ?? null, slow: slow.told };
}

const change = (price: string, qty: string, seq = 7, side = 'sell', product = 'PI_XBTUSD'): string =>
  `{"feed":"book","product_id":"${product}","side":"${side}","seq":${seq},"price":${price},"qty":${qty},"timestamp":1626994927744}`;
const trade = (price: string, qty: string, seq = 7, side = 'sell', uid = 'e2429e31'): string =>
  `{"feed":"trade","product_id":"PI_XBTUSD","uid":"${uid}","side":"${side}","type":"fill","seq":${seq},"time":1626994929946,"qty":${qty},"price":${price}}`;

const ticks = fc.integer({ min: 1, max: 10 ** 9 }).map((value) => formatDecimal(value * 5, 1));
const lots = fc.nat(10 ** 9).map((value) => `${value}.0`);
const side = fc.constantFrom('buy', 'sell');
const seq = fc.nat(10 ** 12);
const frames = fc.oneof(
  fc.tuple(ticks, lots, seq, side).map((fields) => change(...fields)),
  fc.tuple(ticks, lots, seq, side, fc.uuid()).map((fields) => trade(...fields)),
);

describe('Kraken Futures’ frames from bytes to integers', () => {
  it('are read fast as the slow reader reads them, whose field order is free', () => {
    fc.assert(
      fc.property(frames, (text) => {
        const { fast, slow } = bothReaders(text);
        expect([fast]).toEqual(slow);
        expect(bothReaders(reordered(text))).toEqual({ fast: null, slow });
      }),
    );
  });

  it('numbers with exponents are read digit by digit', () => {
    expect(decode(change('1.15e-05', '2.0E3', 7, 'buy', 'PF_PEPEUSD'))).toMatchObject([
      ['take', 'depth', { instrument: 1, firstUpdate: 7, lastUpdate: 7, bids: [[115, 2]], asks: [] }],
    ]);
    expect(decode(trade('1.0E5', '3.0e+0'))).toMatchObject([['take', 'trade', { price: 200_000, size: 3 }]]);
  });

  it('a price off the tick is left out of the book, but its number is not: the chain goes on', () => {
    expect(decode(change('100.3', '1.0'))).toMatchObject([['take', 'depth', { lastUpdate: 7, asks: [] }]]);
    expect(decode(trade('100.3', '1.0'))).toMatchObject([['refused', { code: 'off-tick' }]]);
  });

  it('a snapshot is the whole book at a number, and bears no time', () => {
    const text =
      '{"feed":"book_snapshot","product_id":"PI_XBTUSD","timestamp":1626994925378,"seq":91192,"tickSize":null,"bids":[{"price":439.5,"qty":20108.0}],"asks":[{"price":440,"qty":5e1}]}';
    const sink = new Collected();
    const decoder = krakenFutures.decoder(instruments);
    // Nothing of the message before is left in it.
    sink.of(decoder, change('100.5', '1.0'));
    expect(sink.of(decoder, text)).toEqual([
      [
        'take',
        'snapshot',
        {
          instrument: 0,
          eventAt: 0,
          lastUpdate: 91_192,
          checksum: -1,
          bids: [[879, 20_108]],
          asks: [[880, 50]],
        },
      ],
    ]);
  });

  const ticker = (product: string, more: string): string =>
    `{"time":1676393235406,"product_id":"${product}",${more}"feed":"ticker","bid":21978.5,"ask":21987.0,"bid_size":2536.0,"ask_size":13948.0,"index":21984.54,"markPrice":21979.68641534714}`;

  it('a ticker is a best bid and offer, a mark in ticks and a funding rate in 10^-8', () => {
    const funding = '"relative_funding_rate":-8.31854e-05,"next_funding_rate_time":1676394000000,';
    const times = { eventAt: 1_676_393_235_406_000, nextFundingAt: 1_676_394_000_000_000 };
    expect(decode(ticker('PI_XBTUSD', funding))).toEqual([
      [
        'take',
        'ticker',
        {
          instrument: 0,
          eventAt: times.eventAt,
          lastUpdate: 0,
          bid: 43_957,
          bidSize: 2536,
          ask: 43_974,
          askSize: 13_948,
        },
      ],
      [
        'take',
        'mark',
        { instrument: 0, ...times, markPrice: 43_959, indexPrice: 43_969, fundingRate: -8319 },
      ],
    ]);
  });

  it('a funding rate that is left out is 0; a contract that ends has none', () => {
    const rates = ['PI_XBTUSD', 'FI_XBTUSD_210924'].map((product) => {
      const [, mark] = decode(ticker(product, ''));
      return mark?.[0] === 'take' ? mark[2]['fundingRate'] : null;
    });
    expect(rates).toEqual([0, Number.NaN]);
  });

  it('a side that is not there has no size', () => {
    const empty = '{"time":1,"product_id":"PI_XBTUSD","feed":"ticker","ask":10,"ask_size":1,"markPrice":10}';
    expect(decode(empty)[0]).toMatchObject(['take', 'ticker', { bid: 0, bidSize: 0, ask: 20, askSize: 1 }]);
  });
});

describe('a number’s exponent', () => {
  it('is worked out without a loss', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.stringMatching(/^\d{1,12}$/),
        fc.integer({ min: -20, max: 20 }),
        (whole, rest, e) => {
          const text = `${whole}.${rest}`;
          // Together they are one digit string with its point elsewhere.
          expect(
            plainDecimal(`${text}e${e}`)
              .replace(/[.]|^0\.?0*/g, '')
              .replace(/^0+|0+$/g, ''),
          ).toBe(text.replace('.', '').replace(/^0+|0+$/g, ''));
          expect(Number(plainDecimal(`${text}e${e}`))).toBe(Number(`${text}e${e}`));
        },
      ),
    );
  });

  it.each([
    ['1e-05', '0.00001'],
    ['1.5E3', '1500'],
    ['-2.5e-1', '-0.25'],
    ['1.25e1', '12.5'],
    ['12.5', '12.5'],
    ['1e999', '1e999'],
    ['e5', 'e5'],
  ])('%s is %s', (text, plain) => {
    expect(plainDecimal(text)).toBe(plain);
  });
});

describe('what Kraken Futures answers', () => {
  it.each([
    ['{"event":"info","version":1}', []],
    ['{"feed":"heartbeat","time":1534262350627}', []],
    ['{"feed":"trade_snapshot","product_id":"PI_XBTUSD","trades":[]}', []],
    ['{"event":"unsubscribed","feed":"book","product_ids":["PI_XBTUSD"]}', []],
    [
      '{"event":"subscribed","feed":"book","product_ids":["PI_XBTUSD","PI_ETHUSD"]}',
      [
        ['reply', 'book PI_XBTUSD', null],
        ['reply', 'book PI_ETHUSD', null],
      ],
    ],
    ['{"event":"error","message":"Invalid product id"}', [['reply', null, { code: 'subscription' }]]],
    ['{"event":"subscribed_failed","feed":"book"}', [['reply', null, { code: 'subscription' }]]],
    [
      '{"event":"alert","message":"Already subscribed to feed, re-requesting"}',
      [['refused', { code: 'alert' }]],
    ],
    ['{"feed":"ticker_lite","product_id":"PI_XBTUSD"}', [['refused', { code: 'unknown-stream' }]]],
  ])('%s', (text, told) => {
    expect(decode(text)).toMatchObject(told);
    expect(decode(text)).toHaveLength(told.length);
  });

  it('is what each subscription waits for; a book sent anew is ended first', () => {
    const many = Array.from({ length: 60 }, (_, at) => instrument(at, `PF_A${at}USD`));
    const [line, ...others] = krakenFutures.lines('wss://venue.invalid/', many);
    expect(others).toEqual([]);
    expect(line?.url).toBe('wss://venue.invalid/ws/v1');
    const told = line?.subscribe.flatMap(({ text }) => {
      const { feed, product_ids } = JSON.parse(text) as { feed: string; product_ids: string[] };
      return product_ids.map((product) => `${feed} ${product}`);
    });
    expect(line?.subscribe.flatMap((frame) => frame.answers)).toEqual(told);
    expect(new Set(told).size).toBe(180);
    expect(line?.resubscribe(7).map(({ text }) => JSON.parse(text) as unknown)).toEqual([
      { event: 'unsubscribe', feed: 'book', product_ids: ['PF_A7USD'] },
      { event: 'subscribe', feed: 'book', product_ids: ['PF_A7USD'] },
    ]);
  });
});
