import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyLadder, readBook, type Ladder } from '../../protocol/book.ts';
import { decodeFrame, FrameWriter } from '../../protocol/frame.ts';
import type { Subscription } from '../../protocol/messages.ts';
import { QUOTE_STATES, readQuotes } from '../../protocol/quotes.ts';
import { readTrades } from '../../protocol/trades.ts';
import type { Result } from '../../protocol/result.ts';
import type { Micros } from '../../protocol/units.ts';
import {
  createMarketTable,
  emptyBook,
  emptyQuote,
  MarketTableReader,
  MarketTableWriter,
} from '../feeds/table.ts';
import { runOf } from '../feeds/testing/run-of.ts';
import { encodeBatch } from './batch.ts';
import { Market, type Tick } from './market.ts';
import { channelsOf, type Channels } from './subscription.ts';
import type { Wanted } from './testing/harness.ts';

const N = 3;
const NOTHING = { quotes: 'all', trades: [], books: [], bars: false, hz: 20 };

function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.error.sentence);
  return result.value;
}

class World {
  readonly #table = createMarketTable(N);
  readonly writer = new MarketTableWriter(this.#table);
  readonly market = new Market(new MarketTableReader(this.#table));
  readonly #frames = new FrameWriter();

  frame(channels: Channels, base: Tick | null, tick: Tick): Uint8Array | null {
    return encodeBatch(this.#frames, this.market, channels, base, tick, 'SIM', () => 1 as Micros);
  }

  quote(instrument: number, bid: number): void {
    this.writer.writeQuote(instrument, { ...emptyQuote(), bid, ask: bid + 1, state: 'live' });
  }

  book(instrument: number, bids: readonly [number, number][], asks: readonly [number, number][]): void {
    const book = { ...emptyBook(), state: 'live' as const, bidRows: bids.length, askRows: asks.length };
    bids.forEach(([price, size], row) => ((book.bidPrice[row] = price), (book.bidSize[row] = size)));
    asks.forEach(([price, size], row) => ((book.askPrice[row] = price), (book.askSize[row] = size)));
    this.writer.writeBook(instrument, book);
  }

  trade(instrument: number, tradeId: number): void {
    this.writer.writeTrades(instrument, runOf(tradeId));
  }
}

/** A console: what it knows comes only from frames. */
class Viewer {
  readonly channels: Channels;
  base: Tick | null = null;
  readonly bids = new Map<number, number>();
  readonly books = new Map<number, { version: number; ladder: Ladder }>();
  readonly trades = new Map<number, number[]>();
  readonly skipped = new Map<number, number>();
  readonly numbers: (readonly [instrument: number, id: number, number: number])[] = [];
  frames = 0;

  constructor(wanted: Wanted) {
    this.channels = value(channelsOf({ ...NOTHING, ...wanted } as Subscription, N));
  }

  take(bytes: Uint8Array | null): void {
    if (!bytes) return;
    this.frames += 1;
    for (const section of value(decodeFrame(bytes)).sections) {
      if (section.kind === 'quotes') {
        const rows = value(readQuotes(section));
        rows.instrument.forEach((instrument, row) => this.bids.set(instrument, rows.bid[row] ?? 0));
      } else if (section.kind === 'book') {
        const update = value(readBook(section));
        const before = this.books.get(update.instrument);
        if (update.base !== 0) expect(update.base).toBe(before?.version);
        const from = update.base === 0 || !before ? { bids: [], asks: [] } : before.ladder;
        this.books.set(update.instrument, { version: update.version, ladder: applyLadder(from, update) });
      } else if (section.kind === 'trades') {
        const { instrument, rows, skipped, first } = value(readTrades(section));
        // The n-th trade of an instrument has number n − 1, whoever looks since when.
        this.numbers.push(...[...rows.tradeId].map((id, row) => [instrument, id, first + row] as const));
        this.trades.set(instrument, [...(this.trades.get(instrument) ?? []), ...rows.tradeId]);
        this.skipped.set(instrument, (this.skipped.get(instrument) ?? 0) + skipped);
      }
    }
  }
}

describe('frames as differences of ticks', () => {
  it('a first frame is a snapshot, the next has only what changed, none when nothing did', () => {
    const world = new World();
    const viewer = new Viewer({});
    world.quote(0, 10);
    const first = world.market.begin(N);
    viewer.take(world.frame(viewer.channels, null, first));
    expect([...viewer.bids]).toEqual([
      [0, 10],
      [1, 0],
      [2, 0],
    ]);
    world.quote(2, 20);
    const second = world.market.begin(N);
    const bytes = world.frame(viewer.channels, first, second);
    const [section] = value(decodeFrame(bytes ?? new Uint8Array())).sections;
    expect(section && [...value(readQuotes(section)).instrument]).toEqual([2]);
    expect(world.frame(viewer.channels, second, world.market.begin(N))).toBeNull();
  });

  it('values between two ticks are conflated: only the newest is sent', () => {
    const world = new World();
    const viewer = new Viewer({});
    const base = world.market.begin(N);
    for (let bid = 1; bid <= 100; bid++) world.quote(1, bid);
    viewer.take(world.frame(viewer.channels, base, world.market.begin(N)));
    expect([...viewer.bids]).toEqual([[1, 100]]);
  });

  it('a condemned feed reaches consoles as stale, without a new quote', () => {
    const world = new World();
    world.quote(0, 10);
    const viewer = new Viewer({ quotes: [0] });
    const base = world.market.begin(N);
    world.writer.condemn('stale');
    const bytes = world.frame(viewer.channels, base, world.market.begin(N));
    const [section] = value(decodeFrame(bytes ?? new Uint8Array())).sections;
    expect(section && QUOTE_STATES[value(readQuotes(section)).state[0] ?? 0]).toBe('stale');
  });

  it('a quote that cannot be read is left out and sent once it can', () => {
    const table = createMarketTable(N);
    const writer = new MarketTableWriter(table);
    const market = new Market(new MarketTableReader(table));
    const { channels } = new Viewer({ quotes: [0] });
    const frames = new FrameWriter();
    const frame = (base: Tick | null, tick: Tick): Uint8Array | null =>
      encodeBatch(frames, market, channels, base, tick, 'SIM', () => 1 as Micros);
    // A writer that died in mid-write leaves its sequence odd (first word of the first slot).
    Atomics.store(new Int32Array(table), 16, 1);
    const torn = market.begin(N);
    expect(frame(null, torn)).toBeNull();
    writer.writeQuote(0, { ...emptyQuote(), bid: 7, state: 'live' });
    expect(frame(torn, market.begin(N))).not.toBeNull();
  });

  it('a book is sent whole once, then as what changed since the version before, then not at all', () => {
    const world = new World();
    const viewer = new Viewer({ quotes: [], books: [1] });
    const bids = [9, 8, 7, 6].map((price): [number, number] => [price, 5]);
    world.book(1, bids, [[10, 1]]);
    const first = world.market.begin(N);
    viewer.take(world.frame(viewer.channels, null, first));
    world.book(1, bids.slice(1), [[10, 1]]);
    const second = world.market.begin(N);
    const bytes = world.frame(viewer.channels, first, second);
    const [section] = value(decodeFrame(bytes ?? new Uint8Array())).sections;
    expect(section && value(readBook(section))).toMatchObject({
      base: 1,
      version: 2,
      bids: [{ price: 9, size: 0 }],
      asks: [],
    });
    viewer.take(bytes);
    expect(viewer.books.get(1)?.ladder.bids).toHaveLength(3);
    expect(world.frame(viewer.channels, second, world.market.begin(N))).toBeNull();
  });

  it('trades come oldest first, those the ring lost are counted, a new viewer starts with the ring', () => {
    const world = new World();
    const viewer = new Viewer({ quotes: [], trades: [1] });
    for (let id = 1; id <= 70; id++) world.trade(1, id);
    const first = world.market.begin(N);
    viewer.take(world.frame(viewer.channels, null, first));
    expect(viewer.trades.get(1)).toEqual(Array.from({ length: 64 }, (_, i) => i + 7));
    expect(viewer.skipped.get(1)).toBe(0);
    for (let id = 71; id <= 170; id++) world.trade(1, id);
    viewer.take(world.frame(viewer.channels, first, world.market.begin(N)));
    expect(viewer.trades.get(1)?.at(-1)).toBe(170);
    expect(viewer.skipped.get(1)).toBe(36);
    expect(viewer.numbers).toHaveLength(128);
    for (const [, id, number] of viewer.numbers) expect(number).toBe(id - 1);
  });

  it('a trade after the tick began belongs to the next tick for every group', () => {
    const world = new World();
    const [a, b] = [
      new Viewer({ quotes: [], trades: [0] }),
      new Viewer({ quotes: [], trades: [0], books: [1] }),
    ];
    const base = world.market.begin(N);
    world.frame(a.channels, null, base);
    world.frame(b.channels, null, base);
    world.trade(0, 1);
    const tick = world.market.begin(N);
    a.take(world.frame(a.channels, base, tick));
    world.trade(0, 2);
    b.take(world.frame(b.channels, base, tick));
    const next = world.market.begin(N);
    a.take(world.frame(a.channels, tick, next));
    b.take(world.frame(b.channels, tick, next));
    expect(a.trades.get(0)).toEqual([1, 2]);
    expect(b.trades.get(0)).toEqual([1, 2]);
  });

  it('viewers of any subscription and pace end with the table’s own state (seeded)', () => {
    const instrument = fc.nat(N - 1);
    const level = fc.tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 3 }));
    const side = fc.uniqueArray(level, { selector: ([price]) => price, maxLength: 6 });
    const action = fc.oneof(
      fc.record({ kind: fc.constant('quote' as const), instrument, bid: fc.nat(99) }),
      fc.record({ kind: fc.constant('book' as const), instrument, bids: side, asks: side }),
      fc.record({ kind: fc.constant('trade' as const), instrument }),
      fc.record({ kind: fc.constant('tick' as const), served: fc.subarray([0, 1, 2, 3]) }),
    );
    fc.assert(
      fc.property(fc.array(action, { maxLength: 80 }), (actions) => {
        const world = new World();
        const viewers = [
          new Viewer({}),
          new Viewer({ quotes: [1], books: [0, 1] }),
          new Viewer({ books: [0, 1, 2], trades: [0, 2] }),
          new Viewer({ quotes: [], trades: [2], books: [2] }),
        ];
        const serve = (who: readonly number[]): void => {
          const tick = world.market.begin(N);
          for (const index of who) {
            const viewer = viewers[index];
            if (!viewer) continue;
            viewer.take(world.frame(viewer.channels, viewer.base, tick));
            viewer.base = tick;
          }
        };
        const bids = [0, 0, 0];
        const ladders = new Map<number, Ladder>();
        let tradeId = 0;
        for (const each of actions) {
          if (each.kind === 'quote') {
            bids[each.instrument] = each.bid;
            world.quote(each.instrument, each.bid);
          } else if (each.kind === 'book') {
            const sortedBids = each.bids.toSorted(([a], [b]) => b - a);
            const sortedAsks = each.asks.toSorted(([a], [b]) => a - b);
            world.book(each.instrument, sortedBids, sortedAsks);
            const rows = (levels: [number, number][]): { price: number; size: number }[] =>
              levels.map(([price, size]) => ({ price, size }));
            ladders.set(each.instrument, { bids: rows(sortedBids), asks: rows(sortedAsks) });
          } else if (each.kind === 'trade') world.trade(each.instrument, ++tradeId);
          else serve(each.served);
        }
        serve([0, 1, 2, 3]);
        for (const viewer of viewers) {
          const { quotes } = viewer.channels;
          for (const i of quotes === 'all' ? [0, 1, 2] : quotes) expect(viewer.bids.get(i)).toBe(bids[i]);
          for (const i of viewer.channels.books) {
            expect(viewer.books.get(i)?.ladder).toEqual(ladders.get(i) ?? { bids: [], asks: [] });
          }
          for (const i of viewer.channels.trades) {
            const ids = viewer.trades.get(i) ?? [];
            expect(ids).toEqual([...new Set(ids)].toSorted((a, b) => a - b));
            expect(ids.length + (viewer.skipped.get(i) ?? 0)).toBe(
              actions.filter((each) => each.kind === 'trade' && each.instrument === i).length,
            );
          }
        }
      }),
    );
  });
});
