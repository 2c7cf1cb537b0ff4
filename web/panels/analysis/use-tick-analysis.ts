import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import type { OptionsOf, TickAnalysisName } from '../../../shaders/analyses/registry.ts';
import { useServices, useView } from '../../app/services.ts';
import type { TicksOf } from '../../compute/analysis-port.ts';
import type { AnalysisSlot, AnalysisView } from '../../compute/analysis-slot.ts';

/**
 * As `useAnalysis`, of the trades of some instruments instead of bars.
 *
 * @param of null: there is nobody to ask about yet.
 */
export function useTickAnalysis(
  name: TickAnalysisName,
  options: OptionsOf<TickAnalysisName>,
  of: TicksOf | null,
  everyS: number,
): AnalysisView<TickAnalysisName> {
  const { analyses } = useServices();
  const [slot] = useState<AnalysisSlot<TickAnalysisName>>(() => analyses.slot<TickAnalysisName>());
  const computeFailed = useView('compute', (view) => view.failed);
  // After each picture: the slot itself knows a question that it already has.
  useEffect(() => {
    if (of === null) slot.close();
    else slot.ask({ name, options, of, everyS });
  });
  useEffect(() => () => slot.close(), [slot]);
  const view = useStore(slot.view);
  return view.answered === null && view.failed === null ? { ...view, failed: computeFailed } : view;
}
