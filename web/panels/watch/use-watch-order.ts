import { useEffect, useMemo, useState } from 'react';
import type { Instrument } from '../../../protocol/instrument.ts';
import { useServices } from '../../app/services.ts';
import { arbitrageFrom } from '../../state/arbitrage.ts';
import type { Hold } from '../../state/hold.ts';
import type { MarketView } from '../../state/market.ts';
import type { SameMarket } from '../../state/same-market.ts';
import { atMost } from '../../ui/at-most.ts';
import { inOrder, isMoving, type WatchSorting } from './watch-order.ts';

/** A row that is being read should not run away. */
const AGAIN_MS = 2000;

/** Instruments in the order of a column, which the market may change only now and then. */
export function useWatchOrder(
  instruments: readonly Instrument[],
  sorting: WatchSorting | null,
  markets: ReadonlyMap<number, SameMarket>,
  source: Hold<MarketView>,
): readonly Instrument[] {
  const { clock } = useServices();
  const moving = isMoving(sorting);
  const [quotes, setQuotes] = useState(() => source.getState().quotes);
  useEffect(() => {
    if (!moving) return;
    const { ask, stop } = atMost(AGAIN_MS, () => setQuotes(source.getState().quotes));
    ask();
    const unsubscribe = source.subscribe(ask);
    return () => {
      stop();
      unsubscribe();
    };
  }, [moving, source]);
  return useMemo(() => {
    const { stale, estimatedNow } = clock.getState();
    return inOrder(instruments, sorting, quotes, (index) => {
      const same = markets.get(index);
      return (same && arbitrageFrom(index, same, quotes, stale, estimatedNow)?.bps) ?? null;
    });
  }, [instruments, sorting, markets, clock, quotes]);
}
