import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import type { AnalysisName, OptionsOf } from '../../../shaders/analyses/registry.ts';
import { useServices, useView } from '../../app/services.ts';
import type { AnalysisSlot, AnalysisView } from '../../compute/analysis-slot.ts';
import { useReturnsOf } from '../prices/use-returns-of.ts';
import type { PanelQuery } from '../../compute/port.ts';

/** The window that is analysed, and how often at most it is again as bars come. */
export interface Of extends Omit<PanelQuery, 'imported'> {
  readonly everyS: number;
  /** It speaks of the present alone: prices that were imported are not what it is asked of. */
  readonly live?: boolean;
}

/**
 * A panel's one question to the analysis worker, for as long as the panel is on the screen. Another
 * question takes the place of the one before; its answer stays until then and says so (`isCurrent`).
 * While the console looks at imported prices, so does the question, and its answer says so.
 *
 * @param options null: there is nothing to ask yet.
 */
export function useAnalysis<N extends AnalysisName>(
  name: N,
  options: OptionsOf<N> | null,
  { horizon, window, everyS, live = false }: Of,
): AnalysisView<N> {
  const { analyses } = useServices();
  const [slot] = useState<AnalysisSlot<N>>(() => analyses.slot<N>());
  const { of } = useReturnsOf();
  const computeFailed = useView('compute', (view) => view.failed);
  // After each picture: the slot itself knows a question that it already has.
  useEffect(() => {
    if (options === null) slot.close();
    else if (live || of.imported === undefined) slot.ask({ name, options, of: { horizon, window }, everyS });
    else slot.ask({ name, options, of: { ...of, window }, everyS });
  });
  useEffect(() => () => slot.close(), [slot]);
  const view = useStore(slot.view);
  return view.answered === null && view.failed === null ? { ...view, failed: computeFailed } : view;
}
