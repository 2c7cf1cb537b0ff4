import { describe, expect, it } from 'vitest';
import type { VenueId } from '../../../protocol/units.ts';
import type { ConsolidatedBook } from '../../state/consolidated-book.ts';
import type { SameMarket } from '../../state/same-market.ts';
import { arbitrageText, consolidatedMid, consolidatedRows, whoText } from './consolidated-words.ts';

const market: SameMarket = { name: 'BTC-USDT', priceDecimals: 2, sizeDecimals: 1, members: [] };
const [a, b] = ['a', 'b'] as VenueId[] as [VenueId, VenueId];
const book: ConsolidatedBook = {
  bids: [
    {
      price: 10_000n,
      size: 30n,
      offers: [
        { venue: a, size: 10n },
        { venue: b, size: 20n },
      ],
    },
    { price: 9_900n, size: 10n, offers: [{ venue: a, size: 10n }] },
  ],
  asks: [{ price: 10_001n, size: 20n, offers: [{ venue: b, size: 20n }] }],
  venues: [a, b],
  leftOut: [],
};

describe('the consolidated book in words', () => {
  it('names who offers what, and how deep it goes as a part of the deeper side', () => {
    const { asks, bids } = consolidatedRows(book, market);
    expect(bids.map(({ cells }) => cells)).toEqual([
      ['a 1.0 · b 2.0', '3.0', '100.00'],
      ['a', '1.0', '99.00'],
    ]);
    expect(bids.map(({ depth }) => depth)).toEqual([0.75, 1]);
    expect(asks).toMatchObject([{ cells: ['b', '2.0', '100.01'], depth: 0.5 }]);
  });

  it('has an exact mid; a bid above another venue’s ask is called crossed', () => {
    expect(consolidatedMid(book, market)).toEqual({ mid: '100.005', spread: 'spread 1.00 bp' });
    const crossed = { ...book, asks: [{ price: 9_980n, size: 1n, offers: [] }] };
    expect(consolidatedMid(crossed, market)).toEqual({ mid: '99.90', spread: 'crossed 20.0 bp' });
    expect(consolidatedMid({ ...book, asks: [] }, market)).toEqual({ mid: '–', spread: '–' });
  });

  it('says who is left out and why', () => {
    expect(whoText(book, () => false)).toBe('a + b');
    const left = { ...book, venues: [a], leftOut: [{ venue: b, state: 'resyncing' as const }] };
    expect(whoText(left, () => false)).toBe('a · b left out: resyncing');
    const none = { ...book, venues: [], leftOut: [{ venue: b, state: null }] };
    expect(whoText(none, () => false)).toBe('No venue has a book of now · b left out: its book is awaited');
    expect(whoText(none, () => true)).toContain('b left out: it has no books');
  });

  it('says that an arbitrage is before fees, how much and how old', () => {
    expect(arbitrageText(null, market)).toBe('No bid above another venue’s ask.');
    const found = { buyAt: a, sellAt: b, ask: 10_000n, bid: 10_010n, size: 5n, bps: 10, ageMs: 120 };
    expect(arbitrageText(found, market)).toBe(
      'Buy 0.5 at a 100.00, sell at b 100.10: +10.0 bp before fees (none are configured), 120 ms old.',
    );
  });
});
