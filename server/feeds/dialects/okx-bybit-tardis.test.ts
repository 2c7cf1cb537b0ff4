import { describe, expect, it } from 'vitest';
import { formatDecimal } from '../../../protocol/decimal.ts';
import type { Instrument } from '../../../protocol/instrument.ts';
import { instrument as plain } from '../../testing/orders.ts';
import type { Decoder, Dialect } from '../dialect.ts';
import { haveCaptures, readLines } from '../testing/captures.ts';
import { Collected, type Told } from '../testing/collected.ts';
import { bybitSpot } from './bybit.ts';
import { okx } from './okx.ts';

const DIALECTS: Readonly<Record<string, Dialect>> = {
  okex: okx,
  'okex-futures': okx,
  'bybit-spot': bybitSpot,
};

/** Messages that another library reads otherwise, or that are not of this format, by exchange and number. */
const OTHERS: Readonly<Record<string, string>> = {
  ...named('okex', [1, 2, 3, 4, 5, 6, 7], 'version 3 of 2019, which is no more'),
  'okex 8': 'an answer to a subscription, which is told to the session',
  ...named(
    'okex-futures',
    Array.from({ length: 17 }, (_, at) => at + 1),
    'version 3 of 2019, which is no more',
  ),
  'okex-futures 18': 'an answer to a subscription, which is told to the session',
  'okex-futures 22': 'a channel that is not asked for: open interest',
  'okex-futures 23': 'a channel that is not asked for: price limits',
  ...named('okex-futures', [26, 27, 30, 31], 'a channel that is not asked for: liquidations'),
  'okex-futures 28': 'a channel that is not asked for: an index',
  ...named('bybit-spot', [1, 2, 3, 4, 5], 'version 3 of 2022, which is no more'),
};

function named(exchange: string, numbers: readonly number[], why: string): Record<string, string> {
  return Object.fromEntries(numbers.map((n) => [`${exchange} ${n}`, why]));
}

interface Entry {
  readonly exchange: string;
  readonly n: number;
  readonly message: unknown;
  readonly expected: readonly Readonly<Record<string, unknown>>[];
}

const SCALE = 8;
const number = (units: unknown): number => Number(formatDecimal(units as number, SCALE));
const levels = (rows: unknown): object[] =>
  (rows as [number, number][]).map(([price, amount]) => ({ price: number(price), amount: number(amount) }));
const precise = (symbol: string): Instrument => ({
  ...plain(0, symbol),
  priceScale: SCALE,
  sizeScale: SCALE,
});

/** What was told, in the other library's words. Trades of Bybit have a hash for an id. */
function normalised([, kind, told]: Extract<Told, readonly ['take', ...unknown[]]>): object {
  const price = (field: string): number => number(told[field]);
  const timestamp = new Date(Number(told['eventAt']) / 1000).toISOString();
  switch (kind) {
    case 'trade':
      return {
        type: 'trade',
        price: price('price'),
        amount: price('size'),
        side: told['aggressor'] === 1 ? 'sell' : 'buy',
        timestamp,
      };
    case 'ticker':
      return {
        type: 'book_ticker',
        bidPrice: price('bid'),
        bidAmount: price('bidSize'),
        askPrice: price('ask'),
        askAmount: price('askSize'),
        timestamp,
      };
    case 'mark':
      return { type: 'derivative_ticker', markPrice: price('markPrice'), timestamp };
    case 'depth':
    case 'snapshot':
      return {
        type: 'book_change',
        isSnapshot: kind === 'snapshot',
        bids: levels(told['bids']),
        asks: levels(told['asks']),
        timestamp,
      };
  }
}

const SHARED = [
  'type',
  'price',
  'amount',
  'side',
  'bidPrice',
  'bidAmount',
  'askPrice',
  'askAmount',
  'markPrice',
  'isSnapshot',
  'bids',
  'asks',
  'timestamp',
];
const OF_A_MARK = ['type', 'markPrice', 'timestamp'];
/** Without what only they say. */
const sharedOf = (expected: Readonly<Record<string, unknown>>): object => {
  const kept = expected['type'] === 'derivative_ticker' ? OF_A_MARK : SHARED;
  return Object.fromEntries(Object.entries(expected).filter(([field]) => kept.includes(field)));
};

/** The faster books and the single trades of OKX have the format of those that are asked for. */
const asAskedFor = (message: unknown): string =>
  JSON.stringify(message).replace('"books-l2-tbt"', '"books"').replace('"trades-all"', '"trades"');

describe.skipIf(!haveCaptures())('messages that another library’s tests hold', () => {
  const entries = haveCaptures()
    ? readLines('tardis-mapper-messages', 'messages.jsonl.gz')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Entry)
        .filter(({ exchange }) => exchange in DIALECTS)
        .map((entry) => ({ ...entry, name: `${entry.exchange} ${entry.n}` }))
    : [];

  it('are read as it reads them', () => {
    // One for each instrument: what changes of a ticker needs what was said before.
    const decoders = new Map<string, Decoder>();
    let read = 0;
    for (const { name, exchange, message, expected } of entries) {
      if (name in OTHERS) continue;
      const symbol = String(expected[0]?.['symbol']);
      const decoder = decoders.get(symbol) ?? DIALECTS[exchange]?.decoder([precise(symbol)]);
      if (!decoder) throw new Error(`no dialect for ${name}`);
      decoders.set(symbol, decoder);
      const told = new Collected().of(decoder, asAskedFor(message));
      const taken = told.map((one) => (one[0] === 'take' ? normalised(one) : one));
      // Of a ticker that library says twice what it knows: as a ticker, and as a contract's state.
      const theirs = expected.length > 1 && name === 'okex-futures 24' ? expected.slice(1) : expected;
      expect({ name, taken }).toEqual({ name, taken: theirs.map(sharedOf) });
      read += 1;
    }
    expect(read).toBe(entries.length - Object.keys(OTHERS).length);
    expect(read).toBe(17);
  });

  it('every other one is named, with why', () => {
    const names = new Set(entries.map(({ name }) => name));
    expect(Object.keys(OTHERS).filter((name) => !names.has(name))).toEqual([]);
  });
});
