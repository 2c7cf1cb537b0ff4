/** Whether this console computes what the server does, as it last found; what it could not check is no agreement. */
import { createStore } from 'zustand/vanilla';
import type { CheckReport } from '../../protocol/cross-check.ts';
import type { Comparison } from '../../shaders/cross-check/compare.ts';
import type { Backend } from '../../shaders/runtime/backend.ts';

export type Agreement = Extract<Comparison, { kind: 'agreed' | 'disagreed' }>;

export interface CrossCheckView {
  /** The last check that could be compared; null: none was yet. Times by the server's clock, µs. */
  readonly last: {
    readonly comparison: Agreement;
    readonly backend: Backend;
    readonly asOf: number;
    /** Names of a pair that is apart; null where none is named. */
    readonly pair: readonly [string, string] | null;
    /** Why the server does not know of it; null: it does. */
    readonly untold: string | null;
  } | null;
  /** Why nothing newer could be, in a sentence, and since when; null: the newest was compared. */
  readonly unchecked: { readonly why: string; readonly since: number } | null;
}

export const createCrossCheckStore = () => {
  const store = createStore<CrossCheckView>(() => ({
    last: null,
    unchecked: { why: 'The server was not asked yet.', since: 0 },
  }));
  return {
    ...store,
    compared(last: NonNullable<CrossCheckView['last']>): void {
      store.setState({ last, unchecked: null });
    },
    /** The server knows of the last one, or why it does not. */
    told(asOf: number, untold: string | null): void {
      const { last } = store.getState();
      if (last?.asOf === asOf) store.setState({ last: { ...last, untold } });
    },
    /** `since` stays that of the first, while the reasons change. */
    unchecked(why: string, now: number): void {
      const before = store.getState().unchecked;
      const since = before && before.since > 0 ? before.since : now;
      store.setState({ unchecked: { why, since } });
    },
  };
};
export type CrossCheckStore = ReturnType<typeof createCrossCheckStore>;

const ADAPTER_MAX = 120;

/** What the server is told. `adapter`: as the browser names it; null without one. */
export function reportOf(
  comparison: Agreement,
  of: { readonly asOf: CheckReport['asOf']; readonly backend: Backend },
  console: { readonly adapter: string | null; readonly version: string },
): CheckReport {
  const adapter = console.adapter?.replace(/[^\x20-\x7e]/g, '?').slice(0, ADAPTER_MAX) ?? null;
  const { compared } = comparison;
  return {
    ...of,
    ...{ adapter, version: console.version },
    verdict:
      comparison.kind === 'agreed'
        ? { kind: 'agreed', compared }
        : { kind: 'disagreed', compared, beyond: comparison.beyond, worst: comparison.worst },
  };
}
