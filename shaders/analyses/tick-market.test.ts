import { expect, test } from 'vitest';
import { analyseTicks } from './analyse-ticks.ts';
import { tools } from './planted.testkit.ts';
import type { TickStream } from './tick-market.ts';
import { plantedTicks } from './ticks.testkit.ts';

const good = plantedTicks(
  ['A', 'B', 'C'].map((name) => ({ name, lagMs: 0, share: 0.5, everyMs: 50 })),
  90,
  4,
).streams;

const [A, B, C] = good as [TickStream, TickStream, TickStream];
const ask = (streams: readonly TickStream[], seconds = 90) =>
  analyseTicks({ streams, seconds }, { seed: 1 }, tools());
const no = { at: [], prices: [] };

test('streams without trades, with one, without a price, that never move or that nobody watched are left out and named', async () => {
  const named = (name: string, changed: Partial<TickStream>): TickStream => ({ ...A, name, ...changed });
  const answered = await ask([
    named('none', no),
    named('one', { at: A.at.length > 0 ? [A.at[0] ?? 0] : [], prices: [1] }),
    B,
    named('worthless', { prices: Array.from(A.at, (_, k) => [Number.NaN, 0, -1, Infinity][k % 4] ?? 0) }),
    named('still', { prices: Array.from(A.at, () => 7) }),
    named('unwatched', { since: Number.NaN }),
    named('now', { at: Array.from(A.at, () => A.at[0] ?? 0) }),
    C,
  ]);
  if (!answered.ok) throw new Error(answered.error.sentence);
  expect(answered.value.names).toEqual(['B', 'C']);
  expect(answered.value.provenance).toMatchObject({
    leftOut: ['none', 'one', 'worthless', 'still', 'unwatched', 'now'],
    horizon: 'ticks',
    instruments: 2,
    window: 90,
  });
});

test('trades out of order, doubled or without a time are left out and counted, and change nothing else', async () => {
  const at = [
    ...Array.from(A.at).slice(0, 100),
    Number.NaN,
    (A.at[0] ?? 0) + 1000,
    (A.at[99] ?? 0) + 0,
    ...Array.from(A.at).slice(100),
  ];
  const prices = [
    ...Array.from(A.prices).slice(0, 100),
    5,
    5,
    A.prices[99] ?? 0,
    ...Array.from(A.prices).slice(100),
  ];
  const [clean, dirty] = [await ask([A, B]), await ask([{ ...A, at, prices }, B])];
  if (!clean.ok || !dirty.ok) throw new Error('both are answered');
  expect(dirty.value.answer.ticks[0]).toMatchObject({ dropped: 2 });
  expect({ ...dirty.value.answer, ticks: [] }).toEqual({ ...clean.value.answer, ticks: [] });
});

test('only the stretch that all streams cover is compared', async () => {
  const answered = await ask([A, { ...B, since: B.since + 20_000_000 }]);
  if (!answered.ok) throw new Error(answered.error.sentence);
  expect(answered.value.answer.spanMs).toBe(70_000);
  expect(answered.value.provenance.asOf).toBe(A.until);
});

test('one that nobody waits for any more ends at its next breath, wherever it is', async () => {
  for (const breaths of [0, 5, 750, 1000]) {
    const market = { streams: [A, B], seconds: 90 };
    expect(await analyseTicks(market, { seed: 1 }, tools(breaths))).toMatchObject({
      error: { code: 'stopped' },
    });
  }
});

test('less than 30 s is refused with what is known, and so is one stream', async () => {
  const short = good.map((stream) => ({ ...stream, since: stream.until - 23_400_000 }));
  expect(await ask(short)).toEqual({
    ok: false,
    error: {
      code: 'too-few-ticks',
      sentence: 'Of two instruments the trades of the last 23 s are known without a break; 30 s are needed.',
    },
  });
  expect(await ask([])).toMatchObject({ error: { code: 'too-few-ticks' } });
  expect(await ask([A])).toMatchObject({ error: { code: 'too-few-ticks' } });
  expect(await ask([A, { ...B, ...no }])).toMatchObject({
    error: { sentence: 'Only 1 of 2 instruments moved and have 30 trades in the last 90 s; 2 are needed.' },
  });
  const many = Array.from({ length: 13 }, (_, i) => ({ ...A, name: `M${i}` }));
  expect(await ask(many)).toMatchObject({ error: { code: 'too-many-instruments' } });
});
