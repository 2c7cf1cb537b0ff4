import { expect, it } from 'vitest';
import { ManualClock } from '../testing/manual-clock.ts';
import { CoalescedRefusals } from './coalesce.ts';
import type { AuditEntry } from './record.ts';

const entry = (actor: string, code: string, action = 'order.refuse', n = 0): AuditEntry => ({
  actor,
  action,
  scope: 'BTCUSDT',
  details: { code, n },
});

it('a loop of refused orders leaves ten records and a count a second; everybody else is written whole', () => {
  const clock = new ManualClock();
  const written: AuditEntry[] = [];
  const log = new CoalescedRefusals(
    {
      append: () => Promise.resolve(),
      appendNow: (one: AuditEntry) => written.push(one),
      writable: () => true,
    },
    clock,
  );
  for (let n = 0; n < 1000; n++) log.appendNow(entry('strategy:a', 'order-size', 'order.refuse', n));
  log.appendNow(entry('strategy:b', 'order-size'));
  log.appendNow(entry('strategy:a', 'rate'));
  for (let n = 0; n < 50; n++) log.appendNow(entry('strategy:a', 'x', 'order.cancel'));
  expect(written.filter(({ action }) => action === 'order.cancel')).toHaveLength(50);
  expect(written.filter(({ action }) => action === 'order.refuse')).toHaveLength(12);
  clock.advance(1000);
  expect(written).toHaveLength(63);
  expect(written.at(-1)).toMatchObject({ actor: 'strategy:a', details: { n: 999, refusals: 990 } });
  // A new second begins with whole records again, and a stop loses none.
  for (let n = 0; n < 12; n++) log.appendNow(entry('strategy:a', 'order-size', 'order.refuse', n));
  expect(written).toHaveLength(73);
  log.flush();
  expect(written.at(-1)?.details).toEqual({ code: 'order-size', n: 11, refusals: 2 });
  expect(clock.pending).toBe(0);
});

it('refused commands and keys are counted too; of callers that nobody knows one a second is written', () => {
  const clock = new ManualClock();
  const written: AuditEntry[] = [];
  const to = {
    append: () => Promise.resolve(),
    appendNow: (one: AuditEntry) => written.push(one),
    writable: () => true,
  };
  const log = new CoalescedRefusals(to, clock);
  for (let n = 0; n < 100; n++) log.appendNow(entry('operator', 'not-allowed', 'command.refused', n));
  for (let n = 0; n < 100; n++) log.appendNow(entry('unknown', 'key-unknown', 'strategy.refused', n));
  expect(written).toHaveLength(11);
  clock.advance(1000);
  expect(written.slice(11).map(({ details }) => details['refusals'])).toEqual([90, 99]);
});
