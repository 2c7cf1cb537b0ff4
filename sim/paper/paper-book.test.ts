import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BUY, SELL, type Order, type Outcome, type Side } from '../engine/order.ts';
import { PaperBook } from './paper-book.ts';

interface Fill {
  id: number;
  ticks: number;
  lots: number;
  maker: boolean;
}

function paper() {
  const fills: Fill[] = [];
  const settled: Outcome[] = [];
  const levels = new Map<string, number>();
  const book = new PaperBook(
    {
      onTrade: () => undefined,
      onLevel: (side: Side, ticks, lots) => {
        if (lots === 0) levels.delete(`${side}@${ticks}`);
        else levels.set(`${side}@${ticks}`, lots);
      },
      onTriggered: () => undefined,
      onSettled: (_order: Order, outcome) => settled.push(outcome),
      onOwnFill: (order, ticks, lots, maker) => fills.push({ id: order.id, ticks, lots, maker }),
    },
    1,
  );
  return { book, fills, settled, levels };
}

describe('a paper book', () => {
  it('fills a resting order only when a live trade goes through its price, never at it, never for more', () => {
    const { book, fills } = paper();
    book.setBook([[99, 5]], [[101, 5]]);
    const order = book.order(1, BUY, 100, 10);
    expect(book.submit(order, 'gtc')).toBe('resting');
    book.liveTrade(101, 50);
    book.liveTrade(100, 50);
    expect(fills).toEqual([]);
    book.liveTrade(99, 4);
    book.liveTrade(98, 50);
    expect(fills).toEqual([
      { id: order.id, ticks: 100, lots: 4, maker: true },
      { id: order.id, ticks: 100, lots: 6, maker: true },
    ]);
    expect(book.cancel(order)).toBe(false);
  });

  it('shares one trade among own orders by price, then age', () => {
    const { book, fills } = paper();
    const orders = [100, 101, 101].map((ticks) => book.order(1, BUY, ticks, 3));
    for (const order of orders) book.submit(order, 'gtc');
    book.liveTrade(99, 7);
    expect(fills.map(({ id, ticks, lots }) => [id, ticks, lots])).toEqual([
      [orders[1]?.id, 101, 3],
      [orders[2]?.id, 101, 3],
      [orders[0]?.id, 100, 1],
    ]);
  });

  it('fills a taking order against the live levels, each lot once until the level changes', () => {
    const { book, fills } = paper();
    book.setBook(
      [],
      [
        [101, 5],
        [102, 5],
      ],
    );
    expect(book.submit(book.order(1, BUY, 101, 4), 'ioc')).toBe('filled');
    expect(book.submit(book.order(1, BUY, 101, 4), 'ioc')).toBe('expired');
    book.setBook(
      [],
      [
        [101, 5],
        [102, 5],
      ],
    );
    expect(book.submit(book.order(1, BUY, 101, 1), 'fok')).toBe('killed');
    book.setBook(
      [],
      [
        [101, 6],
        [102, 5],
      ],
    );
    expect(book.submit(book.order(1, BUY, 102, 8), 'fok')).toBe('filled');
    expect(fills.map(({ ticks, lots }) => [ticks, lots])).toEqual([
      [101, 4],
      [101, 1],
      [101, 6],
      [102, 2],
    ]);
  });

  it('takes nothing when the feed is lost, refuses a post-only that would take, and wakes stops by live trades', () => {
    const { book, fills, settled } = paper();
    book.setBook([[99, 5]], [[101, 5]]);
    expect(book.submit(book.order(1, BUY, 101, 1), 'post-only')).toBe('refused');
    book.submitStop(book.order(1, SELL, 0, 2), { direction: 'falls-to', ticks: 98 }, 'market');
    book.liveTrade(98, 1);
    expect([settled, fills.map(({ ticks }) => ticks)]).toEqual([['filled'], [99]]);
    book.forget();
    expect(book.submit(book.order(1, BUY, Number.MAX_SAFE_INTEGER, 1), 'market')).toBe('expired');
  });

  it('shows the live book exactly, through any sequence of snapshots', () => {
    const side = fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 9 })), {
      selector: ([ticks]) => ticks,
      maxLength: 10,
    });
    fc.assert(
      fc.property(fc.array(fc.tuple(side, side), { minLength: 1, maxLength: 10 }), (snapshots) => {
        const { book, levels } = paper();
        for (const [bids, asks] of snapshots) book.setBook(bids, asks);
        const last = snapshots.at(-1);
        const expected = [
          ...(last?.[0] ?? []).map(([t, l]) => [`0@${t}`, l]),
          ...(last?.[1] ?? []).map(([t, l]) => [`1@${t}`, l]),
        ];
        expect([...levels].sort()).toEqual(expected.sort());
      }),
    );
  });
});
