import { describe, expect, it } from 'vitest';
import type { Instrument } from '../../../protocol/instrument.ts';
import type { VenueId } from '../../../protocol/units.ts';
import { haveCaptures, readLines } from '../testing/captures.ts';
import { Collected } from '../testing/collected.ts';
import { assetPair } from '../testing/kraken-v1.ts';
import { krakenRest } from './kraken-rest.ts';
import { krakenSpot } from './kraken-spot.ts';

/** One decimal of a price, eight of a size. */
function instrumentOf(symbol: string): Instrument {
  const pairs = { error: [], result: { one: assetPair(symbol, 1) } };
  const listing = krakenRest.readInstruments(pairs, [symbol], 'test' as VenueId);
  const [instrument] = listing.ok ? listing.value.instruments : [];
  if (!instrument) throw new Error(`${symbol} is not listed`);
  return instrument;
}

/** What the third party has of Kraken and is not compared, and why. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  'mappers > map kraken messages': 'WebSocket v1, whose frames are arrays: we speak v2 only',
  'mappers > map kraken v2 messages 6':
    'no bid and no offer: we tell that neither is there, the third party tells nothing',
};
const isLeftOut = ({ test, n }: { test: string; n: number }): boolean =>
  test in LEFT_OUT || `${test} ${n}` in LEFT_OUT;

describe.skipIf(!haveCaptures())('a third party’s messages and what it made of them', () => {
  interface Case {
    readonly exchange: string;
    readonly test: string;
    readonly n: number;
    readonly message: { readonly data: readonly { readonly symbol: string }[] };
    readonly expected: readonly Readonly<Record<string, unknown>>[];
  }
  const cases = (haveCaptures() ? readLines('tardis-mapper-messages', 'messages.jsonl.gz') : [])
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Case)
    .filter(({ exchange }) => exchange === 'kraken');
  /** Tardis read the numbers as floats and one book has no checksum: both as the venue sends them. */
  const asSent = (message: object): string =>
    JSON.stringify(message)
      .replace(/"qty":([\d.]+)/g, (_, text: string) => `"qty":${Number(text).toFixed(8)}`)
      .replace(/(\],)("timestamp")/, '$1"checksum":1,$2');

  it('are 14, 9 of which are left out', () => {
    expect([cases.length, cases.filter(isLeftOut).length]).toEqual([14, 9]);
  });

  it.each(cases.filter((one) => !isLeftOut(one)))('$test $n', ({ message, expected }) => {
    const decoder = krakenSpot.decoder([instrumentOf(message.data[0]?.symbol ?? '')]);
    const told = new Collected().of(decoder, asSent(message));
    expect(told.map((one) => (one[0] === 'take' ? normalised(one[1], one[2] as Said) : one))).toEqual(
      expected.map(({ exchange: _e, localTimestamp: _l, symbol: _s, ...rest }) =>
        // The time of a snapshot may be an old one: we leave it away.
        rest['isSnapshot'] === true ? { ...rest, timestamp: '1970-01-01T00:00:00.000000Z' } : rest,
      ),
    );
  });

  type Said = Record<string, number> & Record<'bids' | 'asks', [number, number][]>;
  function normalised(kind: string, said: Said): object {
    const at = said['eventAt'] ?? 0;
    const micros = String(at % 1_000_000).padStart(6, '0');
    const timestamp = `${new Date(Math.floor(at / 1e6) * 1000).toISOString().slice(0, 19)}.${micros}Z`;
    const priced = (ticks = 0): number => ticks / 10;
    const sized = (lots = 0): number => lots / 1e8;
    if (kind === 'trade') {
      const side = said['aggressor'] === 0 ? 'buy' : 'sell';
      const [price, amount] = [priced(said['price']), sized(said['size'])];
      return { type: 'trade', id: String(said['tradeId']), price, amount, side, timestamp };
    }
    if (kind === 'ticker') {
      const best = { bidPrice: priced(said['bid']), bidAmount: sized(said['bidSize']) };
      const offer = { askPrice: priced(said['ask']), askAmount: sized(said['askSize']) };
      return { type: 'book_ticker', ...best, ...offer, timestamp };
    }
    const rows = (side: [number, number][]): object[] =>
      side.map(([ticks, lots]) => ({ price: priced(ticks), amount: sized(lots) }));
    const [bids, asks] = [rows(said.bids), rows(said.asks)];
    return { type: 'book_change', isSnapshot: kind === 'snapshot', bids, asks, timestamp };
  }
});
