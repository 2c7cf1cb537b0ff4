import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Book } from './book.ts';
import type { MatchListener } from './matcher.ts';
import { BUY, SELL, type Lifetime, type Order, type Outcome, type Side } from './order.ts';

interface Resting {
  id: number;
  side: Side;
  ticks: number;
  open: number;
}
interface Trade {
  maker: number;
  taker: number;
  ticks: number;
  lots: number;
}

/** The rules written as slowly and plainly as possible: one list in order of arrival, sorted when asked. */
class NaiveBook {
  orders: Resting[] = [];
  trades: Trade[] = [];

  queue(side: Side): Resting[] {
    const mine = this.orders.filter((order) => order.side === side);
    return mine.sort((a, b) => (side === BUY ? b.ticks - a.ticks : a.ticks - b.ticks) || a.id - b.id);
  }

  submit(taker: Resting, lifetime: Lifetime): Outcome {
    const against = this.queue(taker.side === BUY ? SELL : BUY).filter((maker) =>
      taker.side === BUY ? maker.ticks <= taker.ticks : maker.ticks >= taker.ticks,
    );
    if (lifetime === 'post-only' && against.length > 0) return 'refused';
    const sum = against.reduce((total, maker) => total + maker.open, 0);
    if (lifetime === 'fok' && sum < taker.open) return 'killed';
    for (const maker of against) {
      const lots = Math.min(maker.open, taker.open);
      if (lots === 0) break;
      maker.open -= lots;
      taker.open -= lots;
      this.trades.push({ maker: maker.id, taker: taker.id, ticks: maker.ticks, lots });
    }
    this.orders = this.orders.filter((order) => order.open > 0);
    if (taker.open === 0) return 'filled';
    if (lifetime === 'ioc' || lifetime === 'market') return 'expired';
    this.orders.push(taker);
    return 'resting';
  }

  cancel(id: number): boolean {
    const before = this.orders.length;
    this.orders = this.orders.filter((order) => order.id !== id);
    return this.orders.length < before;
  }
}

class Recorder implements MatchListener {
  trades: Trade[] = [];
  levels = new Map<string, number>();
  woken: number[] = [];
  settled: [number, Outcome][] = [];

  onTrade(maker: Order, taker: Order, ticks: number, lots: number): void {
    this.trades.push({ maker: maker.id, taker: taker.id, ticks, lots });
  }
  onLevel(side: Side, ticks: number, lots: number): void {
    if (lots === 0) this.levels.delete(`${side}@${ticks}`);
    else this.levels.set(`${side}@${ticks}`, lots);
  }
  onTriggered(order: Order): void {
    this.woken.push(order.id);
  }
  onSettled(order: Order, outcome: Outcome): void {
    this.settled.push([order.id, outcome]);
  }
}

const lifetimes = ['gtc', 'ioc', 'fok', 'post-only', 'market'] as const satisfies readonly Lifetime[];
const action = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('submit' as const),
      side: fc.constantFrom<Side>(BUY, SELL),
      ticks: fc.integer({ min: 95, max: 105 }),
      lots: fc.integer({ min: 1, max: 20 }),
      lifetime: fc.constantFrom(...lifetimes),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel' as const), pick: fc.nat(1000) }) },
);

function levelsOf(orders: readonly Resting[]): Map<string, number> {
  const levels = new Map<string, number>();
  for (const order of orders) {
    const key = `${order.side}@${order.ticks}`;
    levels.set(key, (levels.get(key) ?? 0) + order.open);
  }
  return levels;
}

/** Prices and queues as the engine holds them, best first and oldest first. */
function queueOf(book: Book, side: Side): Resting[] {
  const ladder = side === BUY ? book.bids : book.asks;
  const queue: Resting[] = [];
  for (let rank = 0; rank < ladder.depth; rank++) {
    for (let order = ladder.at(rank)?.head ?? null; order !== null; order = order.next) {
      queue.push({ id: order.id, side: order.side, ticks: order.ticks, open: order.open });
    }
  }
  return queue;
}

describe('the matching engine', () => {
  it('agrees with a naive book on every trade, queue, level and outcome, and never stands crossed', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 120 }), (actions) => {
        const recorder = new Recorder();
        const book = new Book(recorder);
        const naive = new NaiveBook();
        const handles = new Map<number, Order>();
        for (const step of actions) {
          if (step.kind === 'cancel') {
            const victim = naive.orders[step.pick % Math.max(1, naive.orders.length)];
            const handle = victim && handles.get(victim.id);
            if (!victim || !handle) continue;
            expect(book.cancel(handle)).toBe(naive.cancel(victim.id));
          } else {
            const extreme = step.side === BUY ? Number.MAX_SAFE_INTEGER : 0;
            const ticks = step.lifetime === 'market' ? extreme : step.ticks;
            const order = book.order(1, step.side, ticks, step.lots);
            handles.set(order.id, order);
            const plain = { id: order.id, side: step.side, ticks, open: step.lots };
            expect(book.submit(order, step.lifetime)).toBe(naive.submit(plain, step.lifetime));
            expect(order.open).toBe(plain.open);
          }
          expect(queueOf(book, BUY)).toEqual(naive.queue(BUY));
          expect(queueOf(book, SELL)).toEqual(naive.queue(SELL));
          const bid = book.bids.best();
          const ask = book.asks.best();
          if (bid && ask) expect(bid.ticks).toBeLessThan(ask.ticks);
        }
        expect(recorder.trades).toEqual(naive.trades);
        expect(recorder.levels).toEqual(levelsOf(naive.orders));
      }),
    );
  });

  it('conserves size: what was ordered is filled, resting or ended, never made or lost', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 100 }), (actions) => {
        const recorder = new Recorder();
        const book = new Book(recorder);
        let ordered = 0;
        let ended = 0;
        for (const step of actions) {
          if (step.kind === 'cancel') continue;
          ordered += step.lots;
          const order = book.order(1, step.side, step.ticks, step.lots);
          if (book.submit(order, step.lifetime) !== 'resting') ended += order.open;
        }
        const traded = recorder.trades.reduce((sum, trade) => sum + trade.lots, 0);
        const resting = [...queueOf(book, BUY), ...queueOf(book, SELL)].reduce((sum, o) => sum + o.open, 0);
        expect(ordered).toBe(2 * traded + resting + ended);
      }),
    );
  });

  it('gives pooled handles back as new orders, and refuses to cancel what has gone', () => {
    const book = new Book(new Recorder());
    const quote = book.order(0, SELL, 100, 5);
    book.submit(quote, 'gtc');
    book.submit(book.order(1, BUY, 100, 5), 'gtc');
    expect(quote.id).toBe(0);
    expect(book.cancel(quote)).toBe(false);
  });
});

describe('stops', () => {
  it('wait until a trade reaches their price, then enter in order of arrival, one waking the next', () => {
    const recorder = new Recorder();
    const book = new Book(recorder);
    for (const ticks of [101, 102, 103, 104]) book.submit(book.order(1, SELL, ticks, 1), 'gtc');
    const second = book.order(1, BUY, 104, 1);
    book.submitStop(second, { direction: 'rises-to', ticks: 102 }, 'gtc');
    const first = book.order(1, BUY, Number.MAX_SAFE_INTEGER, 1);
    book.submitStop(first, { direction: 'rises-to', ticks: 101 }, 'market');
    expect(recorder.trades).toEqual([]);
    book.submit(book.order(1, BUY, 101, 1), 'gtc');
    // the market stop takes 102, which wakes the limit stop, which takes 103
    expect(recorder.woken).toEqual([first.id, second.id]);
    expect(recorder.settled.map(([, outcome]) => outcome)).toEqual(['filled', 'filled']);
    expect(recorder.trades.map((trade) => trade.ticks)).toEqual([101, 102, 103]);
  });

  it('are woken by a price passed through in the middle of a sweep, and can be cancelled before', () => {
    const recorder = new Recorder();
    const book = new Book(recorder);
    for (const ticks of [100, 99, 98]) book.submit(book.order(1, BUY, ticks, 1), 'gtc');
    const cancelled = book.order(1, SELL, 0, 1);
    book.submitStop(cancelled, { direction: 'falls-to', ticks: 99 }, 'market');
    expect(book.cancel(cancelled)).toBe(true);
    expect(book.cancel(cancelled)).toBe(false);
    const stop = book.order(1, SELL, 97, 1);
    book.submitStop(stop, { direction: 'falls-to', ticks: 99 }, 'gtc');
    book.submit(book.order(1, SELL, 98, 3), 'ioc');
    expect(recorder.woken).toEqual([stop.id]);
    expect(book.asks.best()?.ticks).toBe(97);
  });
});
