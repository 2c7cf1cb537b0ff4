import { createStore } from 'zustand/vanilla';
import type { StatisticsView } from '../stream/port.ts';

/** The newest statistics by instrument index. They stay when the stream stops: `asOf` says how old they are. */
export interface StatisticsState {
  readonly of: readonly (StatisticsView | undefined)[];
}

export function createStatisticsStore() {
  const store = createStore<StatisticsState>(() => ({ of: [] }));
  return {
    ...store,
    /** One venue's come at a time: those of others stay. */
    add(fresh: readonly StatisticsView[]): void {
      store.setState((before) => {
        const next = before.of.slice();
        for (const view of fresh) next[view.instrument] = view;
        return { of: next };
      });
    },
    /** Another list of instruments: an index may mean another one. */
    forget(): void {
      store.setState({ of: [] });
    },
  };
}
export type StatisticsStore = ReturnType<typeof createStatisticsStore>;
