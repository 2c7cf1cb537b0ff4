import { useMemo } from 'react';
import { useServices, useView } from '../../app/services.ts';
import { instrumentLabel } from '../../ui/instrument-label.ts';
import { useSeveralVenues } from '../selected.ts';
import { valuedBook, type Market, type ValuedBook } from './book.ts';

/** Prices move with each frame; the question would be another one each time. */
const VALUED_EVERY_MICROS = 10_000_000;

/** The present book, valued anew every ten seconds and whenever a position or the list changes. */
export function useBook(): ValuedBook & { readonly market: Market } {
  const { market } = useServices();
  const several = useSeveralVenues();
  const instruments = useView('control', (view) => view.state?.instruments);
  const positions = useView('control', (view) => view.state?.positions);
  const beat = useView('clock', ({ estimatedNow }) => Math.floor(estimatedNow / VALUED_EVERY_MICROS));
  const priced = useView('market', ({ quotes }) => quotes.length > 0);
  const asOf = priced ? beat * VALUED_EVERY_MICROS : null;
  return useMemo(() => {
    const now: Market = {
      instruments: instruments ?? [],
      asOf,
      // Of this moment, and not of every quote after it.
      quotes: market.getState().quotes,
      label: (instrument) => instrumentLabel(instrument, several),
    };
    return { ...valuedBook(positions ?? [], now), market: now };
  }, [instruments, positions, several, market, asOf]);
}
