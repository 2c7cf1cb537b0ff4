import type { Candle, CandlesReply } from '../../../protocol/messages.ts';
import type { Bar } from './bar-ring.ts';

type Reply = Pick<Extract<CandlesReply, { ok: true }>, 'candles' | 'gaps'>;

/** The last second or so of what was watched is not closed yet. */
const LAG_MICROS = 2_500_000;

export interface Asked {
  /** µs. */
  readonly span: number;
  /** Open times of the first and of the newest bar. */
  readonly from: number;
  readonly newest: number;
  /** The venue's clock. */
  readonly now: number;
  readonly read: (at: number) => Bar | null;
}

/**
 * Candles of these bars, oldest first, from the first whole one (or the first of which anything is
 * known): what lies before our time and the venue's is no gap. A bar without trades that was watched
 * repeats the close before it, with no volume, as venues' own candles do. What was not watched whole is
 * a gap: with the candle of what is known of it, or with none.
 */
export function candlesOf({ span, from, newest, now, read }: Asked): Reply {
  const bars: { readonly at: number; readonly bar: Bar | null; readonly isWhole: boolean }[] = [];
  for (let at = from; at <= newest; at += span) {
    const bar = read(at);
    bars.push({ at, bar, isWhole: bar !== null && bar.covered >= due(at, span, now) });
  }
  const whole = bars.findIndex(({ isWhole }) => isWhole);
  const known = bars.findIndex(({ bar }) => bar !== null && (bar.trades > 0 || bar.covered > 0));
  const first = whole === -1 ? known : whole;
  const candles: Candle[] = [];
  const gaps: [number, number][] = [];
  let close: number | null = null;
  for (const { at, bar, isWhole } of first === -1 ? [] : bars.slice(first)) {
    if (!isWhole && due(at, span, now) > 0) mark(gaps, at, at + span);
    if (bar && bar.trades > 0) {
      const volume = Math.min(bar.volume, Number.MAX_SAFE_INTEGER);
      candles.push([at, bar.open, bar.high, bar.low, bar.close, volume] as unknown as Candle);
      close = bar.close;
    } else if (isWhole && close !== null) {
      candles.push([at, close, close, close, close, 0] as unknown as Candle);
    }
  }
  return { candles, gaps: gaps as unknown as Reply['gaps'] };
}

/** How much of a bar should have been watched by now, µs; not above 0: it has hardly begun. */
const due = (at: number, span: number, now: number): number => Math.min(span, now - LAG_MICROS - at);

/** Gaps that touch are one. */
function mark(gaps: [number, number][], from: number, to: number): void {
  const last = gaps.at(-1);
  if (last?.[1] === from) last[1] = to;
  else gaps.push([from, to]);
}
