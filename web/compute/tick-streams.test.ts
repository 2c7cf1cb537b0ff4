import { expect, test } from 'vitest';
import { FrameWriter } from '../../protocol/frame.ts';
import { writeTicks } from '../../protocol/ticks.ts';
import type { Micros } from '../../protocol/units.ts';
import { tickMarketOf } from './tick-streams.ts';

const of = {
  instruments: [
    { index: 7, name: 'B' },
    { index: 3, name: 'A' },
    { index: 9, name: 'silent' },
  ],
  seconds: 60,
};

function frame(kind: 'ticks' | 'heartbeat' = 'ticks'): Uint8Array {
  const writer = new FrameWriter().begin(kind, 'SIM');
  const span = { clock: 2, since: 10, until: 90, offsetMs: 1.5, uncertaintyMs: 0.5 };
  const rows = writeTicks(writer, 3, 2, span);
  rows.at.set([20, 30]);
  rows.price.set([100, 101]);
  writeTicks(writer, 7, 0, { ...span, clock: 0, offsetMs: Number.NaN, uncertaintyMs: Number.NaN });
  return writer.finish(1 as Micros);
}

test('each instrument has its own trades and clock, in the order asked; one of a silent venue is watched by nobody', () => {
  const market = tickMarketOf(frame(), of);
  if (!market.ok) throw new Error(market.error.sentence);
  const [b, a, silent] = market.value.streams;
  expect(market.value.seconds).toBe(60);
  expect(a).toMatchObject({ name: 'A', clock: 2, since: 10, until: 90 });
  expect(a?.reading).toEqual({ offsetMs: 1.5, uncertaintyMs: 0.5 });
  expect([Array.from(a?.at ?? []), Array.from(a?.prices ?? [])]).toEqual([
    [20, 30],
    [100, 101],
  ]);
  expect(b).toMatchObject({ name: 'B', clock: 0, reading: null });
  expect(silent).toMatchObject({ name: 'silent', reading: null, since: Number.NaN, at: [] });
});

test('bytes that are no frame are refused with a sentence', () => {
  expect(tickMarketOf(frame().subarray(0, 60), of)).toMatchObject({ ok: false });
  expect(tickMarketOf(new Uint8Array(3), of)).toMatchObject({
    ok: false,
    error: { code: 'frame-too-short' },
  });
});
