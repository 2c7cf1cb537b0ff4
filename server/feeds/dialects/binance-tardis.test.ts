import { describe, expect, it } from 'vitest';
import { formatDecimal } from '../../../protocol/decimal.ts';
import type { Instrument } from '../../../protocol/instrument.ts';
import type { InstrumentIndex, Lots, VenueId } from '../../../protocol/units.ts';
import type { Dialect } from '../dialect.ts';
import { haveCaptures, readLines } from '../testing/captures.ts';
import { Collected, type Told } from '../testing/collected.ts';
import { binanceCoinM } from './binance-futures.ts';
import { binanceSpot } from './binance-spot.ts';

const DIALECTS: Readonly<Record<string, Dialect>> = {
  binance: binanceSpot,
  'binance-delivery': binanceCoinM,
};

/** Messages that another library reads otherwise than a decoder of this one does, by exchange and number. */
const OTHERS: Readonly<Record<string, string>> = {
  'binance 4': 'a stream that is not asked for: 24 h statistics',
  'binance 5': 'their own recording of a REST answer, no frame of the venue',
  'binance 7': 'they hold a change until the snapshot; here the book does',
  'binance 8': 'they hold a change until the snapshot; here the book does',
  'binance 9': 'their own recording of a REST answer, no frame of the venue',
  'binance-delivery 1': 'an answer to a subscription, which is told to the session',
  'binance-delivery 2': 'their own recording of a REST answer, no frame of the venue',
  'binance-delivery 5': 'a stream that is not asked for: an index',
  'binance-delivery 7': 'a stream that is not asked for: 24 h statistics',
  'binance-delivery 8': 'their own recording of a REST answer, no frame of the venue',
  'binance-delivery 10': 'a stream that is not asked for: liquidations',
};

interface Entry {
  readonly exchange: string;
  readonly n: number;
  readonly message: { readonly stream?: string };
  readonly expected: readonly Record<string, unknown>[];
}

const SCALE = 8;
const number = (units: unknown): number => Number(formatDecimal(units as number, SCALE));
const levels = (rows: unknown): object[] =>
  (rows as [number, number][]).map(([price, amount]) => ({ price: number(price), amount: number(amount) }));

/** What was told, in the other library's words; their times are of the trade, ours of the event. */
function normalised([, kind, told]: Extract<Told, readonly ['take', ...unknown[]]>): object {
  switch (kind) {
    case 'trade':
      return {
        type: 'trade',
        id: String(told['tradeId']),
        price: number(told['price']),
        amount: number(told['size']),
        side: told['aggressor'] === 1 ? 'sell' : 'buy',
      };
    case 'ticker':
      return {
        type: 'book_ticker',
        bidPrice: number(told['bid']),
        bidAmount: number(told['bidSize']),
        askPrice: number(told['ask']),
        askAmount: number(told['askSize']),
      };
    case 'mark':
      return { type: 'derivative_ticker', markPrice: number(told['markPrice']), fundingRate: null };
    case 'depth':
    case 'snapshot':
      return {
        type: 'book_change',
        isSnapshot: kind === 'snapshot',
        bids: levels(told['bids']),
        asks: levels(told['asks']),
      };
  }
}

function instrumentOf(stream: string): Instrument {
  const symbol = stream.split('@', 1)[0]?.toUpperCase() ?? '';
  return {
    index: 0 as InstrumentIndex,
    venue: 'test' as VenueId,
    symbol,
    name: symbol,
    base: 'A',
    quote: 'B',
    priceScale: SCALE,
    tickStep: 1,
    sizeScale: SCALE,
    lotStep: 1,
    minLots: 1 as Lots,
    maxLots: 1e15 as Lots,
    minNotional: '0',
  };
}

describe.skipIf(!haveCaptures())('messages that another library’s tests hold', () => {
  const entries = haveCaptures()
    ? readLines('tardis-mapper-messages', 'messages.jsonl.gz')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Entry)
        .filter(({ exchange }) => exchange in DIALECTS)
        .map((entry) => ({ ...entry, name: `${entry.exchange} ${entry.n}` }))
    : [];

  it('are read as it reads them', () => {
    let read = 0;
    for (const { name, exchange, message, expected } of entries) {
      if (name in OTHERS) continue;
      const decoder = DIALECTS[exchange]?.decoder([instrumentOf(message.stream ?? '')]);
      if (!decoder) throw new Error(`no dialect for ${name}`);
      const told = new Collected().of(decoder, JSON.stringify(message));
      const taken = told.map((one) => (one[0] === 'take' ? normalised(one) : one));
      expect({ name, taken }).toEqual({
        name,
        taken: expected.map(sharedOf),
      });
      read += 1;
    }
    expect(read).toBe(entries.length - Object.keys(OTHERS).length);
    expect(read).toBe(11);
  });

  it('every other one is named, with why', () => {
    const names = new Set(entries.map(({ name }) => name));
    expect(Object.keys(OTHERS).filter((name) => !names.has(name))).toEqual([]);
  });
});

/** Without what only they say: the exchange, symbols, times, and fields of other messages. */
function sharedOf(expected: Readonly<Record<string, unknown>>): object {
  const kept = new Set([
    'type',
    'id',
    'price',
    'amount',
    'side',
    'bidPrice',
    'bidAmount',
    'askPrice',
    'askAmount',
    'markPrice',
    'fundingRate',
    'isSnapshot',
    'bids',
    'asks',
  ]);
  return Object.fromEntries(Object.entries(expected).filter(([field]) => kept.has(field)));
}
