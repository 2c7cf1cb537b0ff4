import { TickMarkType, type UTCTimestamp } from 'lightweight-charts';
import { expect, it } from 'vitest';
import { tickMark } from './time-axis.ts';

const AT = (Date.UTC(2026, 10, 3, 4, 5, 6) / 1000) as UTCTimestamp;

it.each([
  [TickMarkType.Year, '2026'],
  [TickMarkType.Month, 'Nov'],
  [TickMarkType.DayOfMonth, '3'],
  [TickMarkType.Time, '04:05'],
  [TickMarkType.TimeWithSeconds, '04:05:06'],
])('a mark of kind %i of the time axis is %s, in UTC', (kind, said) => {
  expect(tickMark(AT, kind)).toBe(said);
});

it('leaves a day without a time to the library', () => {
  expect(tickMark({ year: 2026, month: 11, day: 3 }, TickMarkType.DayOfMonth)).toBeNull();
});
