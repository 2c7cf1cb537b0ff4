import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MINUTE } from '../candles/instrument-bars.ts';
import { Imbalance } from './imbalance.ts';
import { OrderFlow } from './order-flow.ts';
import { Volatility } from './volatility.ts';
import { Vpin } from './vpin.ts';

interface Best {
  readonly bid: number;
  readonly bidSize: number;
  readonly ask: number;
  readonly askSize: number;
}

const best: fc.Arbitrary<Best> = fc
  .record({
    bid: fc.integer({ min: 100, max: 104 }),
    spread: fc.integer({ min: 1, max: 3 }),
    bidSize: fc.integer({ min: 1, max: 9 }),
    askSize: fc.integer({ min: 1, max: 9 }),
  })
  .map(({ bid, spread, bidSize, askSize }) => ({ bid, bidSize, ask: bid + spread, askSize }));

/** Equation 4 of the paper, term by term. */
function term(now: Best, before: Best): number {
  const is = (holds: boolean): number => (holds ? 1 : 0);
  return (
    is(now.bid >= before.bid) * now.bidSize -
    is(now.bid <= before.bid) * before.bidSize -
    is(now.ask <= before.ask) * now.askSize +
    is(now.ask >= before.ask) * before.askSize
  );
}

describe('the order-flow imbalance', () => {
  it('is the sum of the paper’s terms over the changes of its window', () => {
    fc.assert(
      fc.property(fc.array(fc.array(best, { maxLength: 6 }), { minLength: 1, maxLength: 12 }), (seconds) => {
        const imbalance = new Imbalance(5);
        seconds.forEach((quotes, second) => {
          if (second > 0) imbalance.second();
          for (const { bid, bidSize, ask, askSize } of quotes) imbalance.best(bid, bidSize, ask, askSize);
        });
        const all = seconds.flatMap((quotes, second) => quotes.map((quote) => ({ quote, second })));
        let lots = 0;
        let changes = 0;
        let depth = 0;
        all.forEach(({ quote, second }, at) => {
          const before = all[at - 1]?.quote;
          if (!before || second < seconds.length - 5) return;
          if (JSON.stringify(before) === JSON.stringify(quote)) return;
          lots += term(quote, before);
          depth += (quote.bidSize + quote.askSize) / 2;
          changes += 1;
        });
        expect(imbalance.read()).toEqual({ lots, changes, depth: changes === 0 ? 0 : depth / changes });
      }),
    );
  });

  it('compares nothing across a break, nor with a side that is not there', () => {
    const imbalance = new Imbalance(5);
    imbalance.best(100, 5, 101, 5);
    imbalance.interrupt();
    imbalance.best(90, 5, 91, 5);
    imbalance.best(0, 0, 91, 5);
    imbalance.best(95, 5, 96, 5);
    expect(imbalance.read().changes).toBe(0);
    imbalance.best(95, 7, 96, 5);
    expect(imbalance.read()).toEqual({ lots: 2, changes: 1, depth: 6 });
  });
});

/** One lot at a time into buckets. */
function naiveVpin(trades: readonly (readonly [number, number])[], volume: number, n: number): number | null {
  const units = trades.flatMap(([size, aggressor]) => Array<number>(size).fill(aggressor === 0 ? 1 : -1));
  const full = Math.floor(units.length / volume);
  const buckets = Array.from({ length: full }, (_, at) =>
    Math.abs(units.slice(at * volume, (at + 1) * volume).reduce((sum, unit) => sum + unit, 0)),
  ).slice(-n);
  return full === 0 ? null : buckets.reduce((sum, one) => sum + one, 0) / (buckets.length * volume);
}

describe('VPIN', () => {
  const trade = fc.tuple(fc.integer({ min: 1, max: 120 }), fc.integer({ min: 0, max: 1 }));
  it('is that of a naive count, however trades lie across buckets', () => {
    fc.assert(
      fc.property(fc.array(trade, { maxLength: 60 }), fc.integer({ min: 1, max: 30 }), (trades, volume) => {
        const vpin = new Vpin(5);
        vpin.size(volume);
        for (const [size, aggressor] of trades) vpin.trade(size, aggressor);
        const { value } = vpin.read();
        const naive = naiveVpin(trades, volume, 5);
        if (naive === null) expect(value).toBeNull();
        else expect(value).toBeCloseTo(naive, 12);
      }),
    );
  });

  it('counts nothing before a bucket’s size is known, and no trade whose side nobody told', () => {
    const vpin = new Vpin(5);
    vpin.trade(100, 0);
    expect(vpin.read()).toEqual({ value: null, full: 0, bucketLots: 0 });
    vpin.size(10);
    vpin.trade(100, 2);
    vpin.trade(9, 0);
    expect(vpin.read()).toEqual({ value: null, full: 0, bucketLots: 10 });
    vpin.trade(1, 1);
    expect(vpin.read()).toEqual({ value: 0.8, full: 1, bucketLots: 10 });
  });

  it('gives buckets that are begun later another size, and drops the one that was filling at a break', () => {
    const vpin = new Vpin(5);
    vpin.size(10);
    vpin.trade(4, 0);
    vpin.size(20);
    vpin.trade(6, 0);
    vpin.trade(15, 1);
    vpin.interrupt();
    vpin.trade(10, 0);
    vpin.trade(10, 1);
    expect(vpin.read()).toEqual({ value: 10 / 30, full: 2, bucketLots: 20 });
  });

  it('takes one trade of any size at once', () => {
    const vpin = new Vpin(50);
    vpin.size(1);
    vpin.trade(2 ** 50, 1);
    expect(vpin.read()).toMatchObject({ value: 1, full: 50 });
  });
});

describe('realised volatility', () => {
  it('of a series that steps by e^±s each second is s', () => {
    const volatility = new Volatility(300);
    for (let second = 0; second < 400; second++)
      volatility.second(1e6 * Math.exp(second % 2 === 0 ? 0 : 1e-4));
    const { value, returns } = volatility.read();
    expect(returns).toBe(300);
    expect(value).toBeCloseTo(1e-4, 10);
  });

  it('of a price that stands is 0, and without a return it is not known', () => {
    const volatility = new Volatility(10);
    expect(volatility.read()).toEqual({ value: null, returns: 0 });
    volatility.second(100);
    expect(volatility.read()).toEqual({ value: null, returns: 0 });
    volatility.second(100);
    expect(volatility.read()).toEqual({ value: 0, returns: 1 });
  });

  it('has no return over a second whose mid is not known', () => {
    const volatility = new Volatility(10);
    for (const mid of [100, 101, 0, 200, 202]) volatility.second(mid);
    const squares = [Math.log(101 / 100) ** 2, Math.log(202 / 200) ** 2];
    const { value, returns } = volatility.read();
    expect(returns).toBe(2);
    expect(value).toBeCloseTo(Math.sqrt((squares[0] ?? 0) / 2 + (squares[1] ?? 0) / 2), 14);
  });
});

describe('the flow of an instrument', () => {
  const START = 1_700_000_040_000_000;
  const run = (flow: OrderFlow, from: number, seconds: number, watched = true): void => {
    for (let second = 1; second <= seconds; second++) flow.second(from + second * 1_000_000, watched, 200);
  };

  it('has watched a minute whole only when no message was missing in it', () => {
    const flow = new OrderFlow();
    flow.second(START, true, 200);
    run(flow, START, 180);
    flow.interrupt();
    run(flow, START + 180_000_000, 120);
    const covered = [0, 1, 2, 3, 4].map((minute) => flow.bars.minutes.read(START + minute * MINUTE)?.covered);
    // Of the second in which the break ended nothing is claimed.
    expect(covered).toEqual([MINUTE, MINUTE, MINUTE, MINUTE - 1_000_000, MINUTE]);
  });

  it('claims nothing of seconds that were not watched or that our own clock missed', () => {
    const flow = new OrderFlow();
    flow.second(START, true, 200);
    run(flow, START, 10);
    run(flow, START + 10_000_000, 10, false);
    run(flow, START + 20_000_000, 10);
    flow.missed(10);
    run(flow, START + 40_000_000, 20);
    expect(flow.bars.minutes.read(START)?.covered).toBe((10 + 9 + 19) * 1_000_000);
    expect(flow.volatility.read().returns).toBe(10 + 9 + 19);
  });

  it('begins VPIN’s buckets once ten minutes were whole: a fiftieth of the hour that they promise', () => {
    const flow = new OrderFlow();
    flow.second(START, true, 200);
    for (let minute = 0; minute < 10; minute++) {
      flow.trade(START + minute * MINUTE, 100, 50, 0);
      run(flow, START + minute * MINUTE, 60);
    }
    expect(flow.vpin.read().bucketLots).toBe(60);
  });
});
