import { expect, it } from 'vitest';
import { decodeFrame } from '../../protocol/frame.ts';
import { QUOTE_STATES, type QuoteState } from '../../protocol/quotes.ts';
import { readStatistics } from '../../protocol/statistics.ts';
import type { Micros } from '../../protocol/units.ts';
import { encodeStatistics } from '../feeds/flow/encode.ts';
import { OrderFlow } from '../feeds/flow/order-flow.ts';
import { emptyMark } from '../feeds/table.ts';
import { ofAll } from './statistics.ts';
import { barFrame } from './testing/bar-frames.ts';

it('numbers a venue’s instruments as the list of all does, and leaves the venue’s frame as it was', () => {
  const flow = new OrderFlow();
  flow.best(100, 5, 101, 5);
  flow.best(100, 8, 101, 5);
  const display = { mark: { ...emptyMark(), markPrice: 7, receivedAt: 9, state: 'stale' as const } };
  const none = { flow: new OrderFlow(), display: { mark: emptyMark() } };
  const bytes = encodeStatistics([none, { flow, display }], 5_000_000, 'SIM', 7 as Micros);
  const before = bytes.slice();
  const frame = decodeFrame(ofAll({ first: 64, bytes }) ?? new Uint8Array());
  const section = frame.ok ? frame.value.sections[0] : undefined;
  const read = section && readStatistics(section);
  if (!read?.ok) throw new Error('no statistics');
  expect(read.value.asOf).toBe(5_000_000);
  expect([...read.value.rows.instrument]).toEqual([64, 65]);
  expect([...read.value.rows.imbalance]).toEqual([Number.NaN, 3]);
  expect([...read.value.rows.depth]).toEqual([Number.NaN, 6.5]);
  expect([...read.value.rows.vpin]).toEqual([Number.NaN, Number.NaN]);
  expect([...read.value.rows.returns]).toEqual([0, 0]);
  expect([...read.value.rows.markPrice]).toEqual([0, 7]);
  expect([...read.value.rows.markAt]).toEqual([0, 9]);
  expect([...read.value.rows.markState]).toEqual(
    ['never', 'stale'].map((state) => QUOTE_STATES.indexOf(state as QuoteState)),
  );
  expect(bytes).toEqual(before);
});

it('passes nothing on that is no such frame', () => {
  expect(ofAll({ first: 0, bytes: barFrame(5) })).toBeNull();
  expect(ofAll({ first: 0, bytes: new Uint8Array(7) })).toBeNull();
});
