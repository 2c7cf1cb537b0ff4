import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDecimal } from '../../../protocol/decimal.ts';
import type { Instrument } from '../../../protocol/instrument.ts';
import type { InstrumentIndex, Lots, VenueId } from '../../../protocol/units.ts';
import { Collected, type Told } from '../testing/collected.ts';
import { reordered } from '../testing/damage.ts';
import { KrakenJson } from './kraken-json.ts';
import { KrakenScan } from './kraken-scan.ts';
import { krakenSpot } from './kraken-spot.ts';

const instrument = (index: number, symbol: string, changes: Partial<Instrument> = {}): Instrument => ({
  index: index as InstrumentIndex,
  venue: 'test' as VenueId,
  symbol,
  name: symbol.replace('/', '-'),
  base: 'BTC',
  quote: 'USD',
  priceScale: 1,
  tickStep: 1,
  sizeScale: 8,
  lotStep: 1,
  minLots: 1 as Lots,
  maxLots: 1e12 as Lots,
  minNotional: '0',
  ...changes,
});
const instruments = [instrument(0, 'BTC/USD'), instrument(1, 'ABC/EUR', { priceScale: 2, tickStep: 5 })];
const decode = (frame: string): Told[] => new Collected().of(krakenSpot.decoder(instruments), frame);

function bothReaders(text: string): { fast: Told[] | null; slow: Told[] } {
  const fast = new Collected();
  const slow = new Collected();
  const isFast = new KrakenScan(instruments).read(Buffer.from(text), fast);
  new KrakenJson(instruments).read(Buffer.from(text), slow);
  return { fast: isFast ? fast.told : null, slow: slow.told };
}

const book = (fields: string, type = 'update'): string =>
  `{"channel":"book","type":"${type}","data":[{"symbol":"BTC/USD",${fields},"timestamp":"2026-08-24T22:21:58.343688Z"}]}`;
const trade = (id: number, price: string, qty: string, side = 'sell'): string =>
  `{"symbol":"BTC/USD","side":"${side}","price":${price},"qty":${qty},"ord_type":"market","trade_id":${id},"timestamp":"2026-08-24T22:21:58.343688Z"}`;
const trades = (...entries: string[]): string =>
  `{"channel":"trade","type":"update","data":[${entries.join(',')}]}`;
const AT = Date.UTC(2026, 7, 24, 22, 21, 58) * 1000 + 343_688;

const units = fc.integer({ min: 1, max: 10 ** 12 });
const price = units.map((value) => formatDecimal(value, 1));
const qty = fc.integer({ min: 0, max: 10 ** 12 }).map((value) => formatDecimal(value, 8));
const levels = fc.array(fc.tuple(price, qty).map(([p, q]) => `{"price":${p},"qty":${q}}`)).map(String);
const frames = fc.oneof(
  fc
    .tuple(levels, levels, fc.nat(0xffff_ffff), fc.constantFrom('update', 'snapshot'))
    .map(([bids, asks, crc, type]) => book(`"bids":[${bids}],"asks":[${asks}],"checksum":${crc}`, type)),
  fc
    .array(fc.tuple(units, price, qty, fc.constantFrom('buy', 'sell')), { minLength: 1, maxLength: 4 })
    .map((rows) => trades(...rows.map(([id, p, q, side]) => trade(id, p, q, side)))),
);

describe('Kraken’s frames from bytes to integers', () => {
  it('are read fast as the slow reader reads them, whose field order is free', () => {
    fc.assert(
      fc.property(frames, (text) => {
        const { fast, slow } = bothReaders(text);
        expect(fast).toEqual(slow);
        expect(bothReaders(reordered(text))).toEqual({ fast: null, slow });
      }),
    );
  });

  it('every trade of a frame is told in its order, and none of it when one is no trade', () => {
    const told = (id: number): unknown => [
      'take',
      'trade',
      { instrument: 0, eventAt: AT, tradeId: id, price: 788_715, size: 25_000_000, aggressor: 1 },
    ];
    const three = trades(...[1, 2, 3].map((id) => trade(id, '78871.5', '0.25')));
    expect(bothReaders(three)).toEqual({ fast: [1, 2, 3].map(told), slow: [1, 2, 3].map(told) });
    const broken = trades(trade(1, '78871.5', '0.25'), trade(2, '78871.55', '0.25'));
    expect(bothReaders(broken)).toMatchObject({
      fast: null,
      slow: [told(1), ['refused', { code: 'off-tick' }]],
    });
  });

  it('trades from before the subscription are no news', () => {
    expect(decode(trades(trade(1, '78871.5', '0.25')).replace('update', 'snapshot'))).toEqual([]);
  });

  it.each([
    ['a price with another zero', '{"price":78871.50,"qty":0.01266503}'],
    ['a price with a zero less', '{"price":78871,"qty":0.01266503}'],
    ['a size with a zero less', '{"price":78871.5,"qty":0.0126650}'],
    ['a size with another zero', '{"price":78871.5,"qty":0.012665030}'],
  ])('%s is refused: its checksum would be of another text', (_, level) => {
    const read = bothReaders(book(`"bids":[${level}],"asks":[],"checksum":1`));
    expect(read).toMatchObject({ fast: null, slow: [['refused', { code: 'precision' }]] });
  });

  it.each(['0', '0.0', '0.00000000'])('a size of %s removes a level', (zero) => {
    const text = book(`"bids":[{"price":78871.5,"qty":${zero}}],"asks":[],"checksum":1`);
    const removed = [['take', 'depth', { bids: [[788_715, 0]], asks: [], checksum: 1, eventAt: AT }]];
    expect(bothReaders(text)).toMatchObject({ fast: removed, slow: removed });
  });

  it('a level off the tick is left out, a size beyond 2^53 lots is cut down', () => {
    const levels = '{"price":10.03,"qty":1.00000000},{"price":10.05,"qty":123456789.00000000}';
    const text = book(`"bids":[${levels}],"asks":[],"checksum":1`).replace('BTC/USD', 'ABC/EUR');
    expect(decode(text)).toMatchObject([['take', 'depth', { bids: [[201, Number.MAX_SAFE_INTEGER]] }]]);
  });

  it('a book without its checksum, or of a symbol that nobody asked for, is refused', () => {
    expect(decode(book('"bids":[],"asks":[]'))).toMatchObject([['refused', { code: 'schema' }]]);
    const other = book('"bids":[],"asks":[],"checksum":1').replace('BTC/USD', 'ETH/USD');
    expect(decode(other)).toMatchObject([['refused', { code: 'unknown-symbol' }]]);
  });

  it('a snapshot bears no time: in a quiet market it would be an old one', () => {
    const text = book('"bids":[],"asks":[],"checksum":0', 'snapshot');
    const told = [['take', 'snapshot', { eventAt: 0, lastUpdate: 0, checksum: 0 }]];
    expect(bothReaders(text)).toMatchObject({ fast: told, slow: told });
    const sink = new Collected();
    const decoder = krakenSpot.decoder(instruments);
    // Nothing of the message before is left in it.
    sink.of(decoder, trades(trade(1, '78871.5', '0.25')));
    expect(sink.of(decoder, text)).toMatchObject(told);
    expect(sink.of(decoder, text.replace('"data"', '"x":1,"data"'))).toMatchObject(told);
  });

  it('a best bid and offer may leave zeros away, and sides', () => {
    const ticker = (best: string): string =>
      `{"channel":"ticker","type":"update","data":[{"symbol":"BTC/USD",${best},"last":1,"timestamp":"1970-01-01T00:00:00.000000Z"}]}`;
    expect(decode(ticker('"bid":78871,"bid_qty":1.5,"ask":0,"ask_qty":0'))).toEqual([
      [
        'take',
        'ticker',
        { instrument: 0, eventAt: 0, lastUpdate: 0, bid: 788_710, bidSize: 150_000_000, ask: 0, askSize: 0 },
      ],
    ]);
  });
});

describe('what Kraken answers', () => {
  it.each([
    ['{"channel":"heartbeat"}', []],
    ['{"channel":"status","type":"update","data":[{"system":"online"}]}', []],
    ['{"method":"pong","req_id":1}', []],
    ['{"method":"unsubscribe","success":true,"result":{"channel":"book","symbol":"BTC/USD"}}', []],
    [
      '{"method":"subscribe","success":true,"result":{"channel":"book","depth":10,"snapshot":true,"symbol":"BTC/USD"}}',
      [['reply', 'book BTC/USD', null]],
    ],
    [
      '{"method":"subscribe","success":false,"error":"Currency pair not supported X/Y","symbol":"X/Y"}',
      [['reply', null, { code: 'subscription' }]],
    ],
    ['{"error":"Malformed request","success":false}', [['reply', null, { code: 'subscription' }]]],
    [
      '{"method":"unsubscribe","success":false,"error":"Subscription Not Found"}',
      [['refused', { code: 'subscription' }]],
    ],
    ['{"channel":"ohlc","type":"update","data":[{}]}', [['refused', { code: 'schema' }]]],
  ])('%s', (text, told) => {
    expect(decode(text)).toMatchObject(told);
    expect(decode(text)).toHaveLength(told.length);
  });

  it('is what each subscription waits for; a book sent anew is ended first', () => {
    const many = Array.from({ length: 60 }, (_, at) => instrument(at, `A${at}/USD`));
    const [line, ...others] = krakenSpot.lines('wss://venue.invalid/', many);
    expect(others).toEqual([]);
    expect(line?.url).toBe('wss://venue.invalid/v2');
    const answers = line?.subscribe.flatMap((frame) => frame.answers) ?? [];
    const told = line?.subscribe.flatMap(({ text }) => {
      const { params } = JSON.parse(text) as { params: { channel: string; symbol: string[] } };
      return params.symbol.map((symbol) => `${params.channel} ${symbol}`);
    });
    expect(answers).toEqual(told);
    expect(new Set(answers).size).toBe(180);
    expect(line?.subscribe[0]?.text).toContain('"depth":100');
    expect(line?.resubscribe(7).map(({ text }) => JSON.parse(text) as unknown)).toEqual([
      { method: 'unsubscribe', params: { channel: 'book', symbol: ['A7/USD'], depth: 100, snapshot: true } },
      { method: 'subscribe', params: { channel: 'book', symbol: ['A7/USD'], depth: 100, snapshot: true } },
    ]);
  });
});
