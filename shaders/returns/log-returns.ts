import { BAR_STATES, type BarState } from '../../protocol/bars.ts';

/** What a bar says of an instrument. A close is a mid in half ticks: a whole number. */
export interface Close {
  readonly close: number;
  readonly state: BarState;
}

export function barState(code: number): BarState {
  return BAR_STATES[code] ?? 'invalid';
}

/**
 * The log return from one bar to the next, in f64 from exact prices (kernels.md, fact 7); null when
 * there is none. No update on a live feed is a return of 0. A bar that was stale or resyncing has no
 * return, nor has the first one after it: its span is longer than a bar.
 */
export function logReturn(before: Close | null, now: Close): number | null {
  if (before === null || before.state === 'invalid' || now.state === 'invalid') return null;
  if (!isPrice(before.close) || !isPrice(now.close)) return null;
  return now.state === 'unchanged' && now.close === before.close ? 0 : Math.log(now.close / before.close);
}

const isPrice = (close: number): boolean => Number.isFinite(close) && close > 0;
