import type { Instrument } from '../../../protocol/instrument.ts';
import type { Result } from '../../../protocol/result.ts';
import type { VenueCandle } from '../dialect.ts';
import type { Lane } from '../rest.ts';
import type { Bar, BarRing } from './bar-ring.ts';

/** A page of the venue's candles, oldest first. */
export interface CandlePage {
  readonly interval: '1s' | '1m';
  readonly limit: number;
  /** Open time of the newest that is wanted, µs; null = the newest there is. */
  readonly to: number | null;
}

/** null: the venue has none of this interval, or none but its newest. */
export type AskCandles = (
  instrument: Instrument,
  page: CandlePage,
  lane: Lane,
) => Promise<Result<readonly VenueCandle[] | null>>;

export interface Fill {
  readonly instrument: Instrument;
  readonly ring: BarRing;
  readonly interval: CandlePage['interval'];
  /** Bars that open from here until before `to` are wanted. */
  readonly from: number;
  readonly to: number;
  /** Open time of the venue's newest candle, which is still open. */
  readonly newest: number;
  /** What has not settled yet, from `to` on, is wanted too. */
  readonly fresh: boolean;
  readonly lane: Lane;
}

export interface CandleSource {
  readonly ask: AskCandles;
  readonly candlesAPage: number;
  /** A candle that is missing between others had no trades; elsewhere nobody knows what it was. */
  readonly omitsEmpty: boolean;
}

export interface Filled {
  readonly bars: readonly Bar[];
  /** The venue's candles from `to` on: they may still change. */
  readonly fresh: readonly Bar[];
  /** Why not all was asked, in a sentence. */
  readonly fault: string | null;
  /** The venue has no candles of this interval at all. */
  readonly none: boolean;
}

const PAGES_MAX = 8;
/** While a question is on its way, newer candles open. */
const LATENCY_MICROS = 2_000_000;

/**
 * Fills the bars that are not whole with the venue's own candles, the newest first, and returns what it
 * put in. What the venue does not have stays a gap.
 */
export async function backfill(
  { instrument, ring, interval, from, to, newest, fresh: wanted, lane }: Fill,
  { ask, candlesAPage, omitsEmpty }: CandleSource,
): Promise<Filled> {
  const { span } = ring;
  const bars: Bar[] = [];
  let fresh: readonly Bar[] = [];
  let wantsFresh = wanted;
  let hole = ring.lastHole(from, to);
  for (let pages = 0; (hole !== null || wantsFresh) && pages < PAGES_MAX; pages++) {
    const end: number = hole ?? to;
    const isNewest = pages === 0 && (wantsFresh || end >= to - span);
    const bound = isNewest ? newest + Math.ceil(LATENCY_MICROS / span) * span : end;
    const limit = Math.min(candlesAPage, (bound - (hole === null ? newest : from)) / span + 1);
    const answer = await ask(instrument, { interval, limit, to: isNewest ? null : end }, lane);
    if (!answer.ok) return { bars, fresh, fault: answer.error.sentence, none: false };
    if (!answer.value && isNewest) return { bars, fresh, fault: null, none: true };
    wantsFresh = false;
    const candles = new Map<number, VenueCandle>(answer.value?.map((one) => [one.candle[0], one]));
    const first = answer.value?.[0]?.candle[0];
    if (isNewest) {
      const late = answer.value?.filter(({ candle }) => candle[0] >= to) ?? [];
      fresh = late.map((one) => barOf(one, span));
    }
    // Before its first candle it has nothing; nor behind a page that is not full.
    if (first === undefined || (first > end && !isNewest)) break;
    for (let at: number = first; at < to && at <= end; at += span) {
      const candle = candles.get(at);
      if (!candle && !omitsEmpty) continue;
      const bar = candle ? barOf(candle, span) : empty(at, span);
      if (ring.put(bar)) bars.push(bar);
    }
    if (!omitsEmpty && (answer.value?.length ?? 0) < limit) break;
    hole = ring.lastHole(from, Math.min(first, to));
  }
  return { bars, fresh, fault: null, none: false };
}

function barOf({ candle, trades }: VenueCandle, span: number): Bar {
  const [at, open, high, low, close, volume] = candle;
  if (trades === 0) return empty(at, span);
  return { at, open, high, low, close, volume, buys: Number.NaN, trades, covered: span, mid: 0 };
}

const empty = (at: number, span: number): Bar => ({
  at,
  open: 0,
  high: 0,
  low: 0,
  close: 0,
  volume: 0,
  buys: Number.NaN,
  trades: 0,
  covered: span,
  mid: 0,
});
