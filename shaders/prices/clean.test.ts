import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { imported, rowOf } from './prices.testkit.ts';
import { findingText, unlisted } from './report.ts';

const day = (k: number): string => new Date(Date.UTC(2020, 0, 1 + k)).toISOString().slice(0, 10);
/** One column a list; null = empty. */
function table(
  columns: Record<string, readonly (number | string | null)[]>,
  dates?: readonly string[],
): string {
  const names = Object.keys(columns);
  const rows = Math.max(...Object.values(columns).map(({ length }) => length));
  const lines = Array.from({ length: rows }, (_, k) =>
    [dates?.[k] ?? day(k), ...names.map((name) => columns[name]?.[k] ?? '')].join(','),
  );
  return [['date', ...names].join(','), ...lines].join('\n');
}
/** Moves of a hundredth, up and down. */
const walk = (count: number): number[] =>
  Array.from({ length: count }, (_, k) => 100 * (1 + 0.01 * ((k * 7) % 3)));
const put = <T>(list: readonly T[], at: number, ...values: T[]): T[] => [
  ...list.slice(0, at),
  ...values,
  ...list.slice(at + values.length),
];
const told = async (text: string) => {
  const { report } = await imported(text);
  return report.findings.map((finding) => `${finding.rule} ${findingText(finding)}`);
};

describe('dirt is taken out and told:', () => {
  test.each([
    ['0', 'not-a-price A 2020-01-06: 0'],
    ['-3.5', 'not-a-price A 2020-01-06: -3.5'],
    ['NaN', 'not-a-price A 2020-01-06: not a number'],
    ['inf', 'not-a-price A 2020-01-06: not a number'],
    ['N/A', 'not-a-price A 2020-01-06: not a number'],
    ['1e308', 'not-a-price A 2020-01-06: 1e+308'],
    ['1e999', 'not-a-price A 2020-01-06: not a number'],
    ['1e-300', 'not-a-price A 2020-01-06: 1e-300'],
    ['', 'missing A 2020-01-06'],
  ])('a price of “%s”', async (written, finding) => {
    const text = table({ A: put<number | string>(walk(12), 5, written), B: walk(12) });
    expect(await told(text)).toEqual([finding]);
    const panel = await imported(text);
    expect(rowOf(panel, 0).flatMap((value, k) => (value === null ? [k] : []))).toEqual([4, 5]);
    expect(rowOf(panel, 1)).not.toContain(null);
  });

  test('a print that jumps and comes back; the price after it is believed', async () => {
    const text = table({ A: put(walk(40), 20, 31.5), B: walk(40) });
    expect(await told(text)).toEqual(['spike A 2020-01-21: 31.5']);
    expect(rowOf(await imported(text), 0).flatMap((value, k) => (value === null ? [k] : []))).toEqual([
      19, 20,
    ]);
    // As printed, it is told and stays.
    const printed = await imported(text, { asPrinted: true });
    expect(printed.report).toMatchObject({ cleaned: false, counts: { spike: 1 } });
    expect(rowOf(printed, 0)).not.toContain(null);
  });

  test('two bad prints with a good one between them are two, and the good one stays', async () => {
    const prices = put(put(walk(40), 20, 50), 22, 52);
    expect(await told(table({ A: prices }))).toEqual(['spike A 2020-01-21: 50', 'spike A 2020-01-23: 52']);
  });

  test.each([
    ['a jump that stays', walk(40).map((price, k) => (k < 20 ? price : price * 3))],
    ['a jump that comes back after two prices', put(walk(40), 20, 31, 31.5)],
    ['a share that always moves so', Array.from({ length: 40 }, (_, k) => (k % 2 === 0 ? 100 : 140))],
  ])('%s is no bad print', async (_, prices) => {
    expect(await told(table({ A: prices }))).toEqual([]);
  });

  test('the same price for long stays in the middle, and goes at either end', async () => {
    const flat = (length: number): number[] => Array.from({ length }, () => 77);
    const middle = [...walk(10), ...flat(25), ...walk(10)];
    const head = [...flat(25), ...walk(20)];
    const tail = [...walk(20), ...flat(25)];
    const text = table({ middle, head, tail, constant: flat(45), short: [...walk(26), ...flat(19)] });
    expect(await told(text)).toEqual([
      'flat-run middle 2020-01-11 – 2020-02-04: 77 (25)',
      'stale-head head 2020-01-01 – 2020-01-25: 77 (25)',
      'stale-tail tail 2020-01-21 – 2020-02-14: 77 (25)',
      'constant constant 2020-01-01 – 2020-02-14: 77 (45)',
    ]);
    const panel = await imported(text);
    const count = (i: number): number => rowOf(panel, i).filter((value) => value !== null).length;
    expect([count(0), count(1), count(2), count(4)]).toEqual([44, 20, 20, 44]);
  });

  test('missing days between bars: no return across them, but weekends and feasts are none', async () => {
    const minutes = ['00', '05', '10', '30', '35'].map((minute) => `2020-01-01 10:${minute}`);
    const prices = [100, 101, 102, 103, 104];
    const gap = table({ A: prices }, minutes);
    expect(await told(gap)).toEqual(['time-gap 2020-01-01 10:10:00 – 2020-01-01 10:30:00 (3)']);
    expect(rowOf(await imported(gap), 0).map((value) => value === null)).toEqual([false, false, true, false]);
    expect(rowOf(await imported(gap, { asPrinted: true }), 0)).not.toContain(null);
    const days = ['2020-01-02', '2020-01-03', '2020-01-06', '2020-01-07', '2020-01-15'];
    expect(await told(table({ A: prices }, days))).toEqual([]);
  });

  test('a date that comes twice: the last row counts', async () => {
    const dates = [0, 1, 1, 1, 2].map(day);
    const text = table({ A: [100, 500, 600, 110, 121] }, dates);
    expect(await told(text)).toEqual(['repeated-date 2020-01-02 (2)']);
    expect(rowOf(await imported(text), 0)).toEqual([Math.log(1.1), Math.log(121 / 110)]);
  });

  test('more findings than a report lists are counted', async () => {
    const { report } = await imported(table({ A: Array.from({ length: 1200 }, () => 0) }));
    expect(report.counts['not-a-price']).toBe(1200);
    expect(report.findings).toHaveLength(1000);
    expect(unlisted(report)).toBe(200);
  });
});

test('rows in any order are the panel of the rows in order, and it is told', async () => {
  const shuffled = fc.uniqueArray(fc.nat(60), { minLength: 2, maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(shuffled, async (days) => {
      const of = (order: readonly number[]): string =>
        table({ A: order.map((k) => 50 + ((k * k) % 17)) }, order.map(day));
      const sorted = days.toSorted((a, b) => a - b);
      const [panel, wanted] = [await imported(of(days)), await imported(of(sorted))];
      expect(panel.returns).toEqual(wanted.returns);
      expect(panel.times).toEqual(wanted.times);
      expect(panel.report.counts.order).toBe(days.join() === sorted.join() ? 0 : 1);
    }),
    { numRuns: 50 },
  );
});

test('no return is invented: each is the log of two neighbouring prices of the file, or missing', async () => {
  const price = fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 90, max: 110 }) },
    { weight: 1, arbitrary: fc.constantFrom<number | string | null>(0, -1, null, 'NaN', 1e9, 0.001, 1e308) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(price, { minLength: 2, maxLength: 80 }), async (prices) => {
      rowOf(await imported(table({ A: prices })), 0).forEach((value, k) => {
        if (value !== null) expect(value).toBe(Math.log(Number(prices[k + 1]) / Number(prices[k])));
      });
    }),
    { numRuns: 60 },
  );
});
