import { useStore } from 'zustand';
import type { StoredPrices } from '../../../protocol/prices.ts';
import { useServices } from '../../app/services.ts';
import type { ReturnsOf } from '../../compute/port.ts';
import { LIVE } from '../../state/returns-of.ts';

/** The horizons that the server's own bars have. */
export const LIVE_HORIZONS = ['1s', '1m', '5m'] as const;

/** Whose returns are shown, and how another is chosen. A panel that this page let go of is live again. */
export function useReturnsOf() {
  const { prices, returnsOf } = useServices();
  const wanted = useStore(returnsOf);
  const loaded = useStore(prices.view, (view) => view.loaded);
  const imported = loaded.find(({ sha256 }) => sha256 === wanted.imported) ?? null;
  const of = wanted.imported !== undefined && !imported ? LIVE : wanted;
  const choose = (next: ReturnsOf): void => returnsOf.setState(next, true);
  return {
    of,
    /** What of it is imported; null: it is live. */
    imported,
    choose,
    load: (stored: StoredPrices) =>
      void prices.load(stored).then((one) => one && choose({ horizon: one.horizon, imported: one.sha256 })),
    /** Resolves with what is then shown, or null where it was refused. */
    open: async (file: File) => {
      const one = await prices.open(file);
      if (one) choose({ horizon: one.horizon, imported: one.sha256 });
      return one;
    },
  };
}
