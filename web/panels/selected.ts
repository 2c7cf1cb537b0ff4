import type { Instrument } from '../../protocol/instrument.ts';
import type { Origin } from '../../protocol/origin.ts';
import { useView } from '../app/services.ts';

/** The instrument that book, trades, candles and ticket are about. */
export function useSelected(): Instrument | null {
  const index = useView('preferences', (view) => view.selected);
  const instruments = useView('control', (view) => view.state?.instruments);
  return index === null ? null : (instruments?.[index] ?? null);
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
