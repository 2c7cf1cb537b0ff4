import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDecimal } from '../../../protocol/decimal.ts';
import type { Instrument } from '../../../protocol/instrument.ts';
import { instrument as anInstrument } from '../../testing/orders.ts';
import type { DecodeSink } from '../dialect.ts';
import { STAMPED, book, frame, trade } from '../testing/coinbase-frames.ts';
import { Collected, type Told } from '../testing/collected.ts';
import { CoinbaseJson } from './coinbase-json.ts';
import { CoinbaseSequence } from './coinbase-sequence.ts';
import { coinbase } from './coinbase.ts';

const product = (index: number, symbol: string, changes: Partial<Instrument> = {}): Instrument => ({
  ...anInstrument(index, symbol),
  priceScale: 2,
  tickStep: 1,
  sizeScale: 8,
  lotStep: 1,
  ...changes,
});
const instruments = [product(0, 'BTC-USD'), product(1, 'ETH-USD', { priceScale: 1, tickStep: 5 })];

/** What the decoder tells of frames in a row; the fast reader is left out of the second. */
const told = (...frames: (string | Uint8Array)[]): Told[] => {
  const decoder = coinbase.decoder(instruments);
  return frames.flatMap((text) => new Collected().of(decoder, text));
};
const toldSlowly = (...frames: (string | Uint8Array)[]): Told[] => {
  const json = new CoinbaseJson(instruments);
  const sequence = new CoinbaseSequence();
  const decoder = {
    decode: (bytes: Uint8Array, sink: DecodeSink) => json.read(bytes, sequence, sink),
  };
  return frames.flatMap((text) => new Collected().of(decoder, text));
};

const units = fc.integer({ min: 0, max: 10 ** 12 });
const price = units.map((value) => formatDecimal(value, 2));
const size = units.map((value) => formatDecimal(value, 8));
const level = fc.tuple(fc.constantFrom('bid', 'offer'), price, size);
const event = fc.oneof(
  fc
    .tuple(fc.constantFrom('snapshot', 'update'), fc.array(level))
    .map(([type, levels]) => ['l2_data', book(type, levels)] as const),
  fc
    .array(fc.tuple(units, price, size, fc.constantFrom('BUY', 'SELL')), { minLength: 1 })
    .map(
      (rows) =>
        [
          'market_trades',
          { type: 'update', trades: rows.map(([id, p, s, side]) => trade(id, { price: p, size: s, side })) },
        ] as const,
    ),
);

/** The same JSON with the fields of every object in another order. */
function shuffled(value: unknown, turn: number): unknown {
  if (Array.isArray(value)) return value.map((one) => shuffled(one, turn));
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(([key, one]) => [key, shuffled(one, turn)] as const);
  return Object.fromEntries([
    ...fields.slice(turn % fields.length),
    ...fields.slice(0, turn % fields.length),
  ]);
}

describe('Coinbase frames from bytes to integers', () => {
  it('are read fast as they are read slowly, in any order of their fields', () => {
    fc.assert(
      fc.property(event, fc.nat(5), ([channel, one], turn) => {
        const text = frame(channel, 7, [one]);
        const fast = told(text);
        expect(fast.every(([what]) => what === 'take')).toBe(true);
        expect(fast).toEqual(toldSlowly(text));
        expect(told(JSON.stringify(shuffled(JSON.parse(text), turn)))).toEqual(fast);
      }),
    );
  });

  it('a book of one frame and its changes are chained by the numbers of their frames', () => {
    const frames = [
      frame('l2_data', 3, [
        book('snapshot', [
          ['bid', '99.5', '1'],
          ['offer', '100.5', '2'],
        ]),
      ]),
      frame('heartbeats', 4, [{ heartbeat_counter: 1 }]),
      frame('l2_data', 5, [book('update', [['bid', '99.5', '0']])]),
      frame('l2_data', 6, [book('snapshot', [], 'ETH-USD')]),
      frame('l2_data', 7, [book('update', []), book('update', [])]),
    ];
    const chain = told(...frames).map(([, kind, message]) => {
      const { instrument, previousUpdate, lastUpdate } = message as Record<string, unknown>;
      return [kind, instrument, previousUpdate, lastUpdate];
    });
    expect(chain).toEqual([
      ['snapshot', 0, undefined, 3],
      ['depth', 0, 3, 5],
      ['snapshot', 1, undefined, 6],
      ['depth', 0, 5, 7],
      ['depth', 0, 7, 7],
    ]);
    expect(told(frames[0] ?? '')).toEqual([
      [
        'take',
        'snapshot',
        {
          instrument: 0,
          eventAt: STAMPED,
          lastUpdate: 3,
          checksum: -1,
          bids: [[9950, 1e8]],
          asks: [[10_050, 2e8]],
        },
      ],
    ]);
  });

  it('a change that cannot be read leaves a hole in the chain of its book, and of no other', () => {
    const chain = told(
      frame('l2_data', 3, [book('snapshot', [])]),
      frame('l2_data', 4, [book('snapshot', [], 'ETH-USD')]),
      frame('l2_data', 5, [book('update', [['bid', 'x', '1']])]),
      frame('l2_data', 6, [book('update', [])]),
      frame('l2_data', 7, [book('update', [], 'ETH-USD')]),
    );
    expect(chain).toMatchObject([
      ['take', 'snapshot', { lastUpdate: 3 }],
      ['take', 'snapshot', { lastUpdate: 4 }],
      ['refused', { code: 'not-a-decimal' }],
      ['take', 'depth', { instrument: 0, previousUpdate: 5 }],
      ['take', 'depth', { instrument: 1, previousUpdate: 4 }],
    ]);
  });

  it('a change of no named book breaks the connection', () => {
    expect(told(frame('l2_data', 3, [{ type: 'update', updates: [] }]))).toMatchObject([
      ['broken', { code: 'schema' }],
    ]);
  });

  it('trades come oldest first, by whom they were begun; those from before us do not count', () => {
    const sold = { side: 'BUY', price: '100.49' };
    expect(
      told(
        frame('market_trades', 0, [{ type: 'snapshot', trades: [trade(9), trade(8)] }]),
        frame('market_trades', 1, [{ type: 'update', trades: [trade(11, sold), trade(10)] }]),
      ),
    ).toEqual([
      [
        'take',
        'trade',
        { instrument: 0, eventAt: STAMPED, tradeId: 10, price: 10_050, size: 25e6, aggressor: 0 },
      ],
      [
        'take',
        'trade',
        { instrument: 0, eventAt: STAMPED, tradeId: 11, price: 10_049, size: 25e6, aggressor: 1 },
      ],
    ]);
  });

  it('a frame that is missing, comes again or changes places is noticed, whatever its channel', () => {
    const heartbeat = (sequence: number): string => frame('heartbeats', sequence, []);
    const trades = (sequence: number): string =>
      frame('market_trades', sequence, [{ type: 'update', trades: [trade(sequence)] }]);
    // What the later frame tells is new all the same.
    expect(told(heartbeat(5), trades(7))).toMatchObject([
      ['broken', { code: 'gap', sentence: 'Frame 6 of the connection is missing.' }],
      ['take', 'trade', {}],
    ]);
    expect(told(trades(5), heartbeat(7))).toMatchObject([
      ['take', 'trade', {}],
      ['broken', { code: 'gap' }],
    ]);
    expect(told(trades(5), trades(5))).toMatchObject([
      ['take', 'trade', {}],
      ['refused', { code: 'replayed' }],
    ]);
    expect(told(trades(5), trades(8), trades(6), trades(9))).toMatchObject([
      ['take', 'trade', {}],
      ['broken', { sentence: 'Frames 6 to 7 of the connection are missing.' }],
      ['take', 'trade', {}],
      ['refused', { code: 'replayed' }],
      ['take', 'trade', {}],
    ]);
    // What cannot be read has no number: the next frame shows that it is missing.
    expect(told(heartbeat(5), '{"channel":', heartbeat(7))).toMatchObject([
      ['refused', {}],
      ['broken', {}],
    ]);
  });

  it('subscriptions are answered channel by channel; an error refuses them', () => {
    const subscriptions = { level2: ['BTC-USD', 'ETH-USD'], heartbeats: ['heartbeats'] };
    expect(told(frame('subscriptions', 0, [{ subscriptions }]))).toEqual([
      ['reply', 'level2 BTC-USD', null],
      ['reply', 'level2 ETH-USD', null],
      ['reply', 'heartbeats heartbeats', null],
    ]);
    expect(told('{"type":"error","message":"no such product"}')).toEqual([
      [
        'reply',
        null,
        { code: 'subscription', sentence: 'The venue refused the subscription: no such product.' },
      ],
    ]);
  });

  it('the best prices of a ticker are read; a level off the tick is left out of a book and counted', () => {
    const ticker = {
      type: 'ticker',
      product_id: 'ETH-USD',
      best_bid: '1919.5',
      best_bid_quantity: '1.5',
      best_ask: '1920',
      best_ask_quantity: '0.00000001',
    };
    expect(told(frame('ticker', 0, [{ type: 'update', tickers: [ticker] }]))).toEqual([
      [
        'take',
        'ticker',
        { instrument: 1, eventAt: STAMPED, lastUpdate: 0, bid: 3839, bidSize: 15e7, ask: 3840, askSize: 1 },
      ],
    ]);
    const sink = new Collected();
    sink.of(
      coinbase.decoder(instruments),
      frame('l2_data', 0, [
        book(
          'snapshot',
          [
            ['bid', '1.3', '1'],
            ['bid', '1.5', '1'],
          ],
          'ETH-USD',
        ),
      ]),
    );
    expect([sink.told.length, sink.message.bids.length, sink.message.bids.offTick]).toEqual([1, 1, 1]);
  });

  it('channels that hold nothing for us are passed over, what Coinbase never says is refused', () => {
    expect(told(frame('status', 0, [{ products: [] }]), frame('heartbeats', 1, []))).toEqual([]);
    expect(told(frame('auctions', 0, [{}]), frame('status', 1, []))).toMatchObject([
      ['refused', { code: 'unknown-stream' }],
    ]);
    expect(told('{"hello":1}')).toMatchObject([['refused', { code: 'schema' }]]);
    expect(told(frame('l2_data', 0, [book('update', [], 'DOGE-USD')]))).toMatchObject([
      ['refused', { code: 'unknown-symbol' }],
    ]);
  });
});
