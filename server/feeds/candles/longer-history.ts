/** The history of bars longer than a second, out of the minutes that are kept of each instrument. */
import { BAR_STATES, type History } from '../../../protocol/bars.ts';
import { MINUTE, type InstrumentBars } from './instrument-bars.ts';

const UPDATED = BAR_STATES.indexOf('updated');
const UNCHANGED = BAR_STATES.indexOf('unchanged');

interface Shape {
  readonly bars: number;
  /** µs. */
  readonly span: number;
  /** Open time of the newest bar, µs. */
  readonly newest: number;
}

/** Nothing known of any of it; a bar's number is its open time in spans. */
export function emptyHistory(instruments: number, { bars, span, newest }: Shape): History {
  return {
    instruments: Uint16Array.from({ length: instruments }, (_, index) => index),
    ...{ span, bars, newest: newest / span },
    firstOpenAt: newest - (bars - 1) * span,
    close: new Float64Array(instruments * bars),
    state: new Uint8Array(instruments * bars),
  };
}

/**
 * The mid at the end of each bar in half ticks; where only the venue's candle knows it, the last trade; in
 * a bar without either, what it was before. A bar that is not whole has none.
 */
export function fillRow(
  { span, bars, firstOpenAt, close, state }: History,
  row: number,
  of: InstrumentBars,
): void {
  let before = 0;
  for (let column = 0; column < bars; column++) {
    const at = firstOpenAt + column * span;
    const bar = span === MINUTE ? of.minutes.read(at) : of.folded(at, span / MINUTE);
    const isWhole = bar !== null && bar.covered >= span;
    const price = !isWhole ? 0 : bar.mid || (bar.trades > 0 ? 2 * bar.close : before);
    if (price > 0) {
      close[row * bars + column] = price;
      state[row * bars + column] = bar?.trades === 0 && price === before ? UNCHANGED : UPDATED;
    }
    before = price;
  }
}
