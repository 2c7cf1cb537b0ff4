import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Instrument } from '../../protocol/instrument.ts';
import { Levels, MarketMessage } from './market-message.ts';
import { Handover } from './handover.ts';
import { Market, type MarketRules } from './market.ts';
import type { ResyncCause } from './resync-cause.ts';
import { createMarketTable, MarketTableReader, MarketTableWriter } from './table.ts';

const rules: MarketRules = {
  chain: 'range',
  bookDepth: null,
  snapshots: 'rest',
  tradeIds: 'increasing',
  tickersNumbered: true,
  checksum: null,
};

/** A market in step at update 100, and what it asks for. */
class Desk {
  readonly table = createMarketTable(1);
  readonly reader = new MarketTableReader(this.table);
  readonly asked: ResyncCause[] = [];
  readonly refused: string[] = [];
  readonly market: Market;
  readonly handover: Handover;
  now = 0;

  constructor(more: Partial<MarketRules> = {}) {
    this.market = new Market(
      { name: 'AAA-USDT' } as Instrument,
      0,
      { ...rules, ...more },
      new MarketTableWriter(this.table),
      { onSnapshotNeeded: (_market, cause) => this.asked.push(cause), onDepthSilent: () => undefined },
    );
    const bids = levels([[90, 5]]);
    const asks = levels([[200, 5]]);
    this.market.sync.replace({ lastUpdate: 100, bids, asks, limit: Infinity });
    const books = [this.market];
    this.handover = new Handover(books, { ...rules, ...more }, 0, ({ code }) => this.refused.push(code));
  }

  /** The message comes over one of the two connections. */
  hear(side: 'old' | 'new', kind: 'depth' | 'trade' | 'snapshot', message: MarketMessage): boolean {
    const { market, handover, now } = this;
    const admitted =
      side === 'old'
        ? handover.admitsOld(kind, market, now)
        : handover.admitsNew(kind, market, message, now, now);
    const refusal = admitted ? market[kind](message, now, now) : null;
    if (refusal && refusal.code !== 'replayed') this.refused.push(refusal.code);
    return admitted && !refusal;
  }
}

function levels(rows: readonly (readonly [number, number])[]): Levels {
  const made = new Levels();
  for (const [price, size] of rows) made.push(price, size);
  return made;
}

/** The change of updates `first` to `last`: the level at 100 + u mod 7 has u lots after update u. */
function change(first: number, last: number): MarketMessage {
  const message = new MarketMessage();
  message.firstUpdate = first;
  message.lastUpdate = last;
  message.previousUpdate = first - 1;
  for (let update = first; update <= last; update++) message.bids.push(100 + (update % 7), update);
  return message;
}

function tradeOf(id: number): MarketMessage {
  const message = new MarketMessage();
  Object.assign(message, { tradeId: id, price: 100 + id, size: 1, eventAt: 0 });
  return message;
}

/** `last` updates and trades from 101 on, cut into batches of the given sizes. */
function streamOf(sizes: readonly number[], first: number, last: number): MarketMessage[] {
  const stream: MarketMessage[] = [];
  let at = first;
  for (let n = 0; at <= last; n++) {
    const to = Math.min(last, at + (sizes[n % sizes.length] ?? 1) - 1);
    stream.push(change(at, to));
    at = to + 1;
  }
  return stream;
}

const LAST = 160;
/** Best first: of each level the last update that fell on it. */
const TRUTH = [6, 5, 4, 3, 2, 1, 0].map((level) => {
  const last = LAST + 1;
  return [100 + level, last - ((last - level) % 7)];
});
const sizes = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 5 });

describe('a connection takes over while the old one runs', () => {
  it('each book in step throughout, each trade once, whichever is ahead and however they batch', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<MarketRules['chain']>('range', 'previous'),
        sizes,
        sizes,
        fc.integer({ min: 101, max: 130 }),
        fc.array(fc.boolean(), { minLength: 40, maxLength: 200 }),
        (chain, oldSizes, newSizes, newFirst, turns) => {
          const desk = new Desk({ chain });
          desk.handover.subscribed(0);
          const streams = {
            old: streamOf(oldSizes, 101, LAST),
            new: streamOf(newSizes, newFirst, LAST),
          };
          const trades: number[] = [];
          const hear = (side: 'old' | 'new'): void => {
            const message = streams[side].shift();
            if (!message) return;
            for (let id = message.firstUpdate; id <= message.lastUpdate; id++) {
              if (desk.hear(side, 'trade', tradeOf(id))) trades.push(id);
            }
            desk.hear(side, 'depth', message);
            expect(desk.market.synced).toBe(true);
          };
          for (const isNew of turns) hear(isNew ? 'new' : 'old');
          while (streams.old.length + streams.new.length > 0) {
            hear('old');
            hear('new');
          }
          // One more, so that a connection that was behind throughout has something to take over with.
          desk.hear('new', 'depth', change(LAST + 1, LAST + 1));
          expect(desk.asked).toEqual([]);
          expect(desk.refused).toEqual([]);
          expect(desk.handover.waiting).toEqual([]);
          expect(desk.market.sync.book.lastUpdate).toBe(LAST + 1);
          const { bids } = desk.market.sync.book;
          expect(Array.from({ length: 7 }, (_, row) => [bids.price(row), bids.size(row)])).toEqual(TRUTH);
          expect(trades.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, n) => 101 + n));
        },
      ),
    );
  });

  it('the book stays with the old one until the new continues it; then the old is not heard', () => {
    const desk = new Desk();
    desk.handover.subscribed(0);
    expect(desk.hear('new', 'depth', change(104, 105))).toBe(false);
    expect(desk.hear('old', 'depth', change(101, 102))).toBe(true);
    expect(desk.hear('old', 'depth', change(103, 103))).toBe(true);
    desk.hear('new', 'depth', change(106, 106));
    expect(desk.market.sync.book.lastUpdate).toBe(106);
    expect(desk.hear('old', 'depth', change(104, 104))).toBe(false);
    expect(desk.handover.taken).toEqual([desk.market]);
    expect(desk.refused).toEqual([]);
  });

  it('where books come in the stream only the new snapshot takes over, never a number that happens to fit', () => {
    const desk = new Desk({ snapshots: 'stream', chain: 'previous' });
    desk.handover.subscribed(0);
    const next = change(101, 101);
    next.previousUpdate = 100;
    expect(desk.hear('new', 'depth', next)).toBe(false);
    const snapshot = new MarketMessage();
    snapshot.lastUpdate = 7;
    snapshot.bids.push(150, 1);
    snapshot.asks.push(160, 1);
    expect(desk.hear('new', 'snapshot', snapshot)).toBe(true);
    expect(desk.market.sync.book.bids.best).toBe(150);
    expect(desk.market.display.quote.bid).toBe(150);
    expect(desk.hear('old', 'depth', next)).toBe(false);
    expect(desk.market.synced).toBe(true);
  });

  it('closes the old one 2 s after the last book moved, so that trades on their way still count', () => {
    const desk = new Desk();
    desk.handover.subscribed(0);
    desk.hear('new', 'depth', change(101, 101));
    expect(desk.handover.tick(100)).toBe('under-way');
    expect(desk.hear('old', 'trade', tradeOf(11))).toBe(true);
    expect(desk.hear('new', 'trade', tradeOf(12))).toBe(true);
    expect(desk.hear('old', 'trade', tradeOf(12))).toBe(false);
    expect(desk.hear('old', 'trade', tradeOf(13))).toBe(true);
    expect(desk.hear('new', 'trade', tradeOf(13))).toBe(false);
    expect(desk.handover.tick(2101)).toBe('done');
  });

  it('a venue without books is ready as soon as it is subscribed', () => {
    const desk = new Desk({ snapshots: 'none' });
    desk.handover.tick(1000);
    desk.handover.subscribed(1000);
    expect(desk.handover.tick(1001)).toBe('under-way');
    expect(desk.handover.tick(3002)).toBe('done');
  });

  it('a silent book moves after 5 s, but not when the new connection misses what the old one tells', () => {
    const silent = new Desk();
    silent.handover.subscribed(0);
    silent.handover.tick(5000);
    expect(silent.handover.taken).toEqual([]);
    silent.handover.tick(5001);
    expect(silent.handover.taken).toEqual([silent.market]);

    const missed = new Desk();
    missed.handover.subscribed(0);
    missed.now = 1500;
    missed.hear('old', 'depth', change(101, 101));
    expect(missed.handover.tick(20_000)).toBe('under-way');
    expect(missed.handover.taken).toEqual([]);
    expect(missed.handover.tick(30_001)).toBe('failed');
  });

  it('never comes to an end before the new connection is subscribed', () => {
    const desk = new Desk();
    desk.hear('new', 'depth', change(101, 101));
    expect(desk.handover.tick(10_000)).toBe('under-way');
    expect(desk.handover.tick(30_001)).toBe('failed');
  });

  it('a trade that one connection tells after a later one of the other counts, but not as the last price', () => {
    const desk = new Desk();
    desk.hear('old', 'trade', tradeOf(1));
    desk.hear('new', 'trade', tradeOf(3));
    expect(desk.hear('old', 'trade', tradeOf(2))).toBe(true);
    expect(desk.market.display.quote.last).toBe(103);
    desk.handover.close();
    expect(desk.hear('new', 'trade', tradeOf(2))).toBe(false);
  });
});
