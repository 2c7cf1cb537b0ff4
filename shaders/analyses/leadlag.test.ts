import { expect, test } from 'vitest';
import { analyse } from './analysis.ts';
import { leadlag, type LeadLag } from './leadlag.ts';
import { normals, panelOf, series, tools } from './planted.testkit.ts';

const T = 1200;
const options = { lags: 3, falseDiscovery: 0.001, far: 1.5, most: 10, shifts: 0, seed: 3 };

/** X is ahead of `two` by two bars and of `against`, the other way round, by one; `alone` follows nobody. */
function market(): ReturnType<typeof panelOf> {
  const random = normals(12);
  const x = series(T, random);
  const late = (bars: number, sign: number): number[] =>
    series(T, (k) => sign * 0.6 * (x[k - bars] ?? 0) + 0.8 * random());
  return panelOf({ alone: series(T, random), two: late(2, 1), X: x, against: late(1, -1) });
}

async function ask(panel = market(), changed: Partial<typeof options> = {}): Promise<LeadLag> {
  const answered = await analyse(leadlag, panel, { ...options, ...changed }, tools());
  if (!answered.ok) throw new Error(answered.error.sentence);
  return answered.value.answer;
}

test('who was planted ahead leads, by the bars and in the direction planted, and nobody else does', async () => {
  const { edges, found, tested, leaders } = await ask();
  const said = edges.map(({ leader, follower, lag, rho }) => [leader, follower, lag, Math.sign(rho)]);
  // What is late by one bar is ahead of what is late by two.
  expect(said.toSorted((a, b) => (`${a[0]}${a[1]}` < `${b[0]}${b[1]}` ? -1 : 1))).toEqual([
    ['X', 'against', 1, -1],
    ['X', 'two', 2, 1],
    ['against', 'two', 1, -1],
  ]);
  for (const { leader, rho } of edges) expect(Math.abs(rho)).toBeCloseTo(leader === 'X' ? 0.6 : 0.36, 1);
  expect([found, tested]).toEqual([3, 12]);
  expect(leaders).toEqual([
    { name: 'X', leads: 2, follows: 0 },
    { name: 'against', leads: 1, follows: 1 },
    { name: 'two', leads: 0, follows: 2 },
  ]);
});

test('large moves follow large moves more often than chance', async () => {
  const { edges } = await ask();
  // Of both directions: the one that goes against its leader is counted the other way round.
  for (const { together, expected } of edges) expect(together).toBeGreaterThan(1.5 * expected);
});

test('a lead is stronger than the same market shows when turned, and what chance reaches is told', async () => {
  const { edges, chance } = await ask(market(), { shifts: 9 });
  expect(edges).toHaveLength(3);
  // The largest of 9 markets × 12 pairs × 3 lags: about 3.3 standard errors of 1/√1200.
  expect(chance).toBeGreaterThan(0.06);
  expect(chance).toBeLessThan(0.15);
  expect((await ask()).chance).toBeNull();
});

test('long swings that look like leads are none: the turned market has them as well', async () => {
  const random = normals(77);
  const swinging = (): number[] => {
    let level = 0;
    return series(T, () => (level = 0.97 * level + random()));
  };
  const swings = panelOf(Object.fromEntries(['A', 'B', 'C', 'D', 'E'].map((name) => [name, swinging()])));
  // The textbook's p takes each bar for a new one.
  expect((await ask(swings)).found).toBeGreaterThan(0);
  expect((await ask(swings, { shifts: 19 })).edges).toEqual([]);
});

test('where nobody leads there is no edge', async () => {
  const random = normals(31);
  const rows = Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`R${i}`, series(T, random)]));
  expect(await ask(panelOf(rows))).toMatchObject({ edges: [], found: 0, tested: 56, leaders: [] });
});

test('only the strongest edges are listed, and how many there are is told', async () => {
  const { edges, found } = await ask(market(), { most: 1 });
  expect([edges.length, found]).toEqual([1, 3]);
});
