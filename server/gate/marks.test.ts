import { describe, expect, it } from 'vitest';
import type { FeedState } from '../../protocol/health.ts';
import type { QuoteState } from '../../protocol/quotes.ts';
import type { InstrumentIndex, VenueId } from '../../protocol/units.ts';
import { MarketTables } from '../feeds/market-tables.ts';
import { createMarketTable, emptyMark, emptyQuote, MarketTableWriter } from '../feeds/table.ts';
import { marksOf, type FeedWord } from './marks.ts';

const table = createMarketTable(4);
const elsewhere = createMarketTable(4);
const writer = new MarketTableWriter(table);
let feed: FeedWord | null = null;
const here = 'here' as VenueId;
const there = 'there' as VenueId;
const tables = new MarketTables([
  { venue: there, table: elsewhere },
  { venue: here, table },
]);
tables.list([here, here, here, here, there].map((venue) => ({ venue })));
/** A feed of connections in these states; the first is the worst. */
const word = (...states: readonly [FeedState, ...FeedState[]]): FeedWord => ({
  state: states[0],
  lines: states.map((state) => ({ books: 2, marks: 0, state, sentence: '' })),
});
const quarantined = new Set<number>();
const mark = marksOf(
  tables,
  (venue) => (venue === here ? feed : word('live')),
  (instrument) => quarantined.has(instrument),
);
const write = (instrument: number, state: QuoteState): void => {
  writer.writeQuote(instrument, { ...emptyQuote(), bid: 99, bidSize: 1, ask: 101, askSize: 1, state });
};
const fresh = (instrument: number): boolean | undefined => mark(instrument as InstrumentIndex)?.fresh;

describe('marks of the gate', () => {
  it('one book that resyncs closes its own reference and nobody else’s', () => {
    write(0, 'live');
    write(1, 'resyncing');
    write(2, 'quiet');
    feed = word('resyncing');
    expect([0, 1, 2].map(fresh)).toEqual([true, false, true]);
    for (const state of ['live', 'quiet', 'subscribed'] as const) {
      feed = word(state);
      expect([0, 1, 2].map(fresh)).toEqual([true, false, true]);
    }
  });

  it.each(['connecting', 'connected', 'stale', 'down', 'ended'] as const)(
    'of a feed whose only connection is %s no quote is fresh, whatever the table still says',
    (state) => {
      write(0, 'live');
      feed = word(state);
      expect(fresh(0)).toBe(false);
    },
  );

  it('R-9 a dead connection closes the reference of its own instruments alone', () => {
    write(0, 'live');
    write(1, 'stale');
    for (const dead of ['stale', 'connecting', 'down'] as const) {
      feed = word(dead, 'live');
      expect([0, 1].map(fresh), dead).toEqual([true, false]);
    }
    feed = word('down', 'down');
    expect([0, 1].map(fresh)).toEqual([false, false]);
    feed = { state: 'ended', lines: word('live').lines };
    expect([0, 1].map(fresh)).toEqual([false, false]);
    feed = { state: 'down', lines: [] };
    expect([0, 1].map(fresh)).toEqual([false, false]);
  });

  it('of a venue whose feed is down close nobody else’s reference', () => {
    const other = new MarketTableWriter(elsewhere);
    other.writeQuote(0, { ...emptyQuote(), bid: 7, bidSize: 1, state: 'live' });
    write(0, 'live');
    feed = word('down');
    expect([0, 4].map(fresh)).toEqual([false, true]);
    expect(mark(4 as InstrumentIndex)).toMatchObject({ bid: 7, ask: 0 });
    feed = word('live');
    other.condemn('stale');
    expect([0, 4].map(fresh)).toEqual([true, false]);
  });

  it('of what a person quarantined are no reference at once, whatever its feed says, and the last stays known', () => {
    write(0, 'live');
    write(1, 'live');
    feed = word('live');
    quarantined.add(0);
    expect([0, 1].map(fresh)).toEqual([false, true]);
    expect(mark(0 as InstrumentIndex)).toMatchObject({ bid: 99, ask: 101 });
    quarantined.clear();
    expect(fresh(0)).toBe(true);
  });

  it('without a fresh quote the venue’s own mark is the last known price, while it is live', () => {
    const ownMark = (state: QuoteState): void =>
      writer.writeMark(3, { ...emptyMark(), markPrice: 120, receivedAt: 1, state });
    ownMark('live');
    feed = word('live');
    write(3, 'live');
    expect(mark(3 as InstrumentIndex)).toEqual({ bid: 99, ask: 101, fresh: true });
    write(3, 'stale');
    for (const state of ['live', 'stale', 'down'] as const) {
      feed = word(state);
      expect(mark(3 as InstrumentIndex), state).toEqual({ bid: 120, ask: 120, fresh: false });
    }
    for (const state of ['stale', 'ended', 'quarantined', 'never'] as const) {
      ownMark(state);
      expect(mark(3 as InstrumentIndex), state).toEqual({ bid: 99, ask: 101, fresh: false });
    }
    ownMark('live');
    quarantined.add(3);
    expect(mark(3 as InstrumentIndex)).toMatchObject({ bid: 99 });
    quarantined.clear();
    // Nobody is there to say that it is old.
    feed = null;
    expect(mark(3 as InstrumentIndex)).toMatchObject({ bid: 99 });
    feed = word('live');
    writer.condemn('stale');
    expect(mark(3 as InstrumentIndex)).toMatchObject({ bid: 99 });
    writer.absolve();
  });

  it('of an instrument that no venue has listed are unknown', () => {
    expect(mark(5 as InstrumentIndex)).toBeNull();
  });

  it.each(['stale', 'ended'] as const)('a quote that is %s is not fresh on a live feed', (state) => {
    write(0, state);
    feed = word('live');
    expect(fresh(0)).toBe(false);
  });
});
