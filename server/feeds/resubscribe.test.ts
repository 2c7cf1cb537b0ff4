import { describe, expect, it } from 'vitest';
import type { VenueId } from '../../protocol/units.ts';
import { krakenRest } from './dialects/kraken-rest.ts';
import { krakenSpot } from './dialects/kraken-spot.ts';
import type { Market } from './market.ts';
import { Resubscribe } from './resubscribe.ts';
import { DirectMarkets } from './testing/direct.ts';
import { assetPair } from './testing/kraken-v1.ts';

const SNAPSHOT =
  '{"channel":"book","type":"snapshot","data":[{"symbol":"BTC/USD","bids":[],"asks":[],"checksum":0}]}';

function wanted(): { asked: Market[]; resubscribe: Resubscribe; rig: DirectMarkets; book: Market } {
  const pairs = { error: [], result: { 'BTC/USD': assetPair('BTC/USD', 1) } };
  const listing = krakenRest.readInstruments(pairs, 'all', 'test' as VenueId);
  const rig = new DirectMarkets(krakenSpot, listing.ok ? listing.value.instruments : []);
  const [book] = rig.markets;
  if (!book) throw new Error('no market');
  const asked: Market[] = [];
  const resubscribe = new Resubscribe(
    () => 0,
    (market) => void asked.push(market),
  );
  return { asked, resubscribe, rig, book };
}

describe('books that the stream must send anew', () => {
  it('one that the subscription brings is waited for, then asked for', () => {
    const { asked, resubscribe, book } = wanted();
    resubscribe.want(book, 0, true);
    resubscribe.tick(4999);
    expect(asked).toEqual([]);
    resubscribe.tick(5000);
    expect(asked).toEqual([book]);
  });

  it('one that came and was no good is asked for at once, and once', () => {
    const { asked, resubscribe, book } = wanted();
    resubscribe.want(book, 0, true);
    resubscribe.want(book, 10, false);
    resubscribe.want(book, 20, false);
    expect(asked).toEqual([book]);
  });

  it('one that is in step, or whose connection is gone, is asked for no more', () => {
    const { asked, resubscribe, rig, book } = wanted();
    resubscribe.want(book, 0, true);
    rig.frame(Buffer.from(SNAPSHOT));
    expect(book.synced).toBe(true);
    resubscribe.tick(60_000);
    const gone = wanted();
    gone.resubscribe.want(gone.book, 0, true);
    gone.resubscribe.forget(gone.book);
    gone.resubscribe.tick(60_000);
    expect([...asked, ...gone.asked]).toEqual([]);
  });
});
