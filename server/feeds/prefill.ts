import { ok, type Result } from '../../protocol/result.ts';
import { BAR_MICROS, type BarSeries } from './bars.ts';
import type { Dialect, VenueCandle } from './dialect.ts';
import type { Market } from './market.ts';
import type { RestClient } from './rest.ts';

/** Whose past it is. */
type Past = Pick<Market, 'index' | 'instrument'>;

export interface PrefillOptions {
  readonly bars: BarSeries;
  readonly markets: readonly Past[];
  readonly dialect: { readonly rest: Pick<Dialect['rest'], 'candles' | 'candlesAPage' | 'readCandles'> };
  readonly rest: Pick<RestClient, 'get'>;
  /** The venue's clock less ours, µs. */
  readonly offsetMicros: () => number;
  /** The venue's clock, µs since 1970. */
  readonly venueNow: () => number;
  /** Waits before the next try after `failures` rounds that failed; false: never mind. */
  readonly pause: (failures: number) => Promise<boolean>;
  /** Why something is missing, in a sentence; null once nothing is. */
  readonly onFault: (sentence: string | null) => void;
}

/** A page that is still to be asked for. */
interface Ask {
  readonly market: Past;
  /**
   * The venue's time of the newest candle wanted, µs. Asked for again after a while, the newest there
   * are would be of seconds that we have ourselves: then it is what is before our own bars.
   */
  readonly to: number | 'newest' | 'before ours';
}

/**
 * Fills the bars from before the start with the venue's 1 s candles: a close of a candle is taken
 * twice, as half ticks; a second without trades in it is unchanged; one without a candle stays
 * invalid. First the newest page of every instrument, then the older ones. What fails is asked for
 * again until it is there, or too old to be kept. A venue without candles of 1 s has no past to fill.
 */
export async function prefillBars(options: PrefillOptions): Promise<void> {
  const { bars, markets, pause, onFault } = options;
  let asks: readonly Ask[] = markets.map((market) => ({ market, to: 'newest' }));
  for (let failures = 0; asks.length > 0; failures++) {
    const failed: Ask[] = [];
    while (asks.length > 0) {
      const older: Ask[] = [];
      let filled = 0;
      const faults: string[] = [];
      await Promise.all(
        asks.map(async (ask) => {
          const candles = await fetchPage(ask, options);
          if (!candles.ok) {
            faults.push(candles.error.sentence);
            failed.push(ask.to === 'newest' ? { ...ask, to: 'before ours' } : ask);
            return;
          }
          const page = fill(ask.market, candles.value, options);
          filled += page.filled;
          if (page.next) older.push(page.next);
        }),
      );
      if (filled > 0) bars.markGap();
      if (faults[0] !== undefined) onFault(faults[0]);
      asks = older;
    }
    asks = failed;
    if (failed.length > 0 && !(await pause(failures))) return;
  }
  onFault(null);
}

async function fetchPage(
  { market, to }: Ask,
  { bars, dialect, rest, offsetMicros, venueNow }: PrefillOptions,
): Promise<Result<VenueCandle[]>> {
  const limit = dialect.rest.candlesAPage;
  const own = to === 'before ours' ? bars.ownSince(market.index) : null;
  const end = typeof to === 'number' ? to : own === null ? null : own + offsetMicros();
  const range = { interval: '1s', limit, ...(end === null ? {} : { to: end }) } as const;
  const call = dialect.rest.candles(market.instrument, range, venueNow());
  if (!call) return ok([]);
  const answer = await rest.get(call, 'history');
  return answer.ok ? dialect.rest.readCandles(answer.value.json, market.instrument) : answer;
}

function fill(
  market: Past,
  candles: readonly VenueCandle[],
  { bars, dialect, offsetMicros }: PrefillOptions,
): { filled: number; next: Ask | null } {
  const barOf = (openAt: number): number => Math.round((openAt - offsetMicros()) / BAR_MICROS) * BAR_MICROS;
  let filled = 0;
  for (const { candle, trades } of candles) {
    const state = trades > 0 ? 'updated' : 'unchanged';
    if (bars.fill(market.index, barOf(candle[0]), candle[4] * 2, state)) filled += 1;
  }
  const oldest = candles[0]?.candle[0];
  if (oldest === undefined || candles.length < dialect.rest.candlesAPage || filled === 0)
    return { filled, next: null };
  return { filled, next: barOf(oldest) > bars.oldestAt ? { market, to: oldest - 1 } : null };
}
