import { quoteFreshness } from '../state/freshness.ts';
import type { Sample } from '../state/horizon-signals.ts';
import type { HorizonsStore } from '../state/horizons.ts';
import type { MarketStore } from '../state/market.ts';
import type { PathClock } from '../state/path-clock.ts';
import type { Preferences } from '../state/preferences.ts';
import type { StatisticsStore } from '../state/statistics.ts';
import type { QuoteView } from '../stream/port.ts';

interface Stores {
  readonly market: MarketStore;
  readonly statistics: StatisticsStore;
  readonly preferences: Preferences;
  readonly clock: PathClock;
  readonly horizons: HorizonsStore;
}

/** Statistics come every five seconds; three that did not come are old. */
const OLD_MICROS = 15_000_000;

/** Looks at the chosen instrument's quote once a second of the server's clock, as the clock beats. */
export function watchHorizons({ market, statistics, preferences, clock, horizons }: Stores): void {
  statistics.subscribe(({ of }) => {
    // Another list of instruments, or nobody signed in.
    if (of.length === 0) horizons.forget();
  });
  clock.subscribe(({ estimatedNow, stale }) => {
    const { selected } = preferences.getState();
    const second = Math.floor(estimatedNow / 1_000_000);
    if (selected === null) {
      horizons.sample(null, second, null);
      return;
    }
    const quote = market.getState().quotes[selected];
    const freshness = quoteFreshness(quote, stale, estimatedNow);
    const isPresent = freshness === 'fresh' || freshness === 'quiet';
    const figures = statistics.getState().of[selected];
    const isNew = figures !== undefined && estimatedNow - figures.sentAt <= OLD_MICROS;
    horizons.sample(selected, second, quote && isPresent ? sampleOf(quote, isNew ? figures : null) : null);
  });
}

/** Null: a side is missing. */
function sampleOf(
  { bidTicks, askTicks, bidLots, askLots }: QuoteView,
  figures: { readonly imbalance: number | null; readonly depth: number | null } | null,
): Sample | null {
  const lots = bidLots + askLots;
  if (!(bidTicks > 0 && askTicks > bidTicks && lots > 0)) return null;
  const { imbalance = null, depth = null } = figures ?? {};
  return {
    mid: bidTicks + askTicks,
    microprice: (2 * (bidTicks * askLots + askTicks * bidLots)) / lots,
    spread: 2 * (askTicks - bidTicks),
    flow: imbalance === null || depth === null || depth <= 0 ? null : imbalance / depth,
  };
}
