import { useMemo } from 'react';
import { isCurrent } from '../../protocol/health.ts';
import type { Instrument } from '../../protocol/instrument.ts';
import type { Origin } from '../../protocol/origin.ts';
import { useServices, useView } from '../app/services.ts';
import { hasBook } from '../state/has-book.ts';
import { quoteFreshness, type Freshness } from '../state/freshness.ts';
import { sameMarkets, type SameMarket } from '../state/same-market.ts';
import { haveSeveralVenues, instrumentLabel } from '../ui/instrument-label.ts';

/** The instrument that book, trades, candles and ticket are about. */
export function useSelected(): Instrument | null {
  const index = useView('preferences', (view) => view.selected);
  const instruments = useView('control', (view) => view.state?.instruments);
  return index === null ? null : (instruments?.[index] ?? null);
}

/** How panels name an instrument: with its venue where several are listed. */
export function useLabel(): (instrument: Instrument) => string {
  const several = useSeveralVenues();
  return (instrument) => instrumentLabel(instrument, several);
}

export function useSeveralVenues(): boolean {
  const instruments = useView('control', (view) => view.state?.instruments);
  return useMemo(() => haveSeveralVenues(instruments ?? []), [instruments]);
}

/** By instrument, the market that it shares with other venues. */
export function useSameMarkets(): ReadonlyMap<number, SameMarket> {
  const instruments = useView('control', (view) => view.state?.instruments);
  return useMemo(() => sameMarkets(instruments ?? []), [instruments]);
}

/** What the market's values are: as the frames themselves say, once one is here. */
export function useDataOrigin(): Origin | null {
  const worn = useView('market', (view) => view.origin);
  const announced = useView('control', (view) => view.state?.origins.data ?? null);
  return worn ?? announced;
}

export function useOrdersOrigin(): Origin | null {
  return useView('control', (view) => view.state?.origins.orders ?? null);
}

/** How the quote of an instrument stands now; it ages by itself when no frame moves it. */
export function useQuoteFreshness(index: number | null): Freshness {
  const { market } = useServices();
  return useView('clock', (view) =>
    quoteFreshness(
      index === null ? undefined : market.getState().quotes[index],
      view.stale,
      view.estimatedNow,
    ),
  );
}

/** False: this venue tells best bids and offers and has no books. Null: not known yet. */
export function useHasBook(venue: string | null): boolean | null {
  return useView('control', (view) => hasBook(view.state?.feeds ?? [], venue));
}

/** Whether what is drawn from a venue's feed (of any venue: null) may not be the present. */
export function useFeedStale(venue: string | null): boolean {
  const path = useView('clock', (view) => view.stale);
  const feed = useView('control', (view) =>
    (view.state?.feeds ?? []).some(
      (each) => (venue === null || each.venue === venue) && !isCurrent(each.state),
    ),
  );
  return path || feed;
}

/** The same of one instrument: by its own connection, whatever others of its venue do. */
export function useInstrumentStale(instrument: Instrument | null): boolean {
  const freshness = useQuoteFreshness(instrument?.index ?? null);
  const feed = useFeedStale(instrument?.venue ?? null);
  return freshness === 'unknown' ? feed : freshness === 'stale';
}

/** Whether the control thread's state (halt, orders, limits, alarms, health) is only the last known. */
export function useLastKnown(): boolean {
  const silent = useView('control', (view) => view.silent);
  const online = useView('link', (view) => view.link.kind === 'online');
  const frozen = useView('clock', (view) => view.frozen);
  return silent || !online || frozen;
}
