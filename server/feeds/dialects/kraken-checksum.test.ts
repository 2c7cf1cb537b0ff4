import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDecimal } from '../../../protocol/decimal.ts';
import type { Instrument } from '../../../protocol/instrument.ts';
import type { VenueId } from '../../../protocol/units.ts';
import { DirectMarkets } from '../testing/direct.ts';
import { assetPair } from '../testing/kraken-v1.ts';
import { krakenRest } from './kraken-rest.ts';
import { krakenSpotAt } from './kraken-spot.ts';

type Row = readonly [price: string, size: string];

/** As Kraken describes it, on texts: the ten best of each side, no dots, no zeros in front. */
function checksumOf(asks: readonly Row[], bids: readonly Row[]): number {
  const digits = [asks, bids].flatMap((side) =>
    side.slice(0, 10).flatMap((row) => row.map((text) => text.replace('.', '').replace(/^0+/, ''))),
  );
  return crc32(digits.join(''));
}

function frame(
  type: string,
  symbol: string,
  bids: readonly Row[],
  asks: readonly Row[],
  crc: number,
): Buffer {
  const list = (rows: readonly Row[]): string =>
    rows.map(([price, qty]) => `{"price":${price},"qty":${qty}}`).join(',');
  return Buffer.from(
    `{"channel":"book","type":"${type}","data":[{"symbol":"${symbol}","bids":[${list(bids)}],"asks":[${list(asks)}],"checksum":${crc},"timestamp":"2026-08-24T22:21:58.343688Z"}]}`,
  );
}

function instrumentOf(decimals: number, change: object = {}): Instrument {
  const pairs = { error: [], result: { one: { ...assetPair('BTC/USD', decimals), ...change } } };
  const listing = krakenRest.readInstruments(pairs, 'all', 'test' as VenueId);
  const [instrument] = listing.ok ? listing.value.instruments : [];
  if (!instrument) throw new Error('not listed');
  return instrument;
}

/** Prices from the best one on, and a size for each. */
const side = fc.array(fc.tuple(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 10 ** 15 })), {
  maxLength: 14,
});

describe('Kraken’s checksum of a book', () => {
  it('is over the digits of the ten best levels, whatever the precision and the tick', () => {
    fc.assert(
      fc.property(
        side,
        side,
        fc.integer({ min: 0, max: 10 }),
        fc.constantFrom(1, 5),
        (below, above, decimals, step) => {
          let [bid, ask] = [10_000, 10_000];
          const row = (ticks: number, lots: number): Row => [
            formatDecimal(ticks * step, decimals),
            formatDecimal(lots, 8),
          ];
          const bids = below.map(([less, lots]) => row((bid -= less), lots));
          const asks = above.map(([more, lots]) => row((ask += more), lots));
          const instrument = instrumentOf(decimals, { tick_size: formatDecimal(step, decimals) });
          const markets = new DirectMarkets(krakenSpotAt(1000), [instrument]);
          markets.frame(frame('snapshot', 'BTC/USD', bids, asks, checksumOf(asks, bids)));
          expect(markets.noticed).toBe(0);
          expect(markets.markets[0]?.counts).toMatchObject({ checked: 1, failed: 0 });
          const wrong = (checksumOf(asks, bids) + 1) % 2 ** 32;
          markets.frame(frame('snapshot', 'BTC/USD', bids, asks, wrong));
          expect(markets.resyncs).toEqual(['checksum']);
        },
      ),
    );
  });

  it('what fell beyond the depth is gone: it does not come back as the better levels go', () => {
    const row = (price: number): Row => [price.toFixed(1), '1.00000000'];
    const bids = Array.from({ length: 10 }, (_, at) => row(100 - at));
    const asks = [row(200)];
    const markets = new DirectMarkets(krakenSpotAt(10), [instrumentOf(1)]);
    markets.frame(frame('snapshot', 'BTC/USD', bids, asks, checksumOf(asks, bids)));
    // The eleventh falls out, and at the venue it then changes unseen.
    const eleven = [row(101), ...bids];
    markets.frame(frame('update', 'BTC/USD', [row(101)], [], checksumOf(asks, eleven)));
    // The best one goes: the venue says what the tenth is now.
    const gone: Row = ['101.0', '0.00000000'];
    const tenth = row(90.5);
    const now = [...bids.slice(0, 9), tenth];
    markets.frame(frame('update', 'BTC/USD', [gone, tenth], [], checksumOf(asks, now)));
    expect(markets.noticed).toBe(0);
    expect(markets.markets[0]).toMatchObject({ synced: true, counts: { checked: 3 } });
    expect(markets.markets[0]?.sync.book.bids.length).toBe(10);
  });
});
