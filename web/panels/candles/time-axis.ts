import { TickMarkType, type Time } from 'lightweight-charts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * A mark of the time axis, in UTC as everything here. The library asks the browser's own formatting of
 * dates, whose first call takes longer than drawing the chart; null leaves a mark of another kind to it.
 */
export function tickMark(time: Time, kind: TickMarkType): string | null {
  if (typeof time !== 'number') return null;
  const at = new Date(time * 1000);
  const clock = at.toISOString();
  switch (kind) {
    case TickMarkType.Year:
      return clock.slice(0, 4);
    case TickMarkType.Month:
      return MONTHS[at.getUTCMonth()] ?? null;
    case TickMarkType.DayOfMonth:
      return String(at.getUTCDate());
    case TickMarkType.Time:
      return clock.slice(11, 16);
    case TickMarkType.TimeWithSeconds:
      return clock.slice(11, 19);
    default:
      return null;
  }
}
