import { useEffect } from 'react';
import type { HistoryFigure } from '../../../protocol/kernels.ts';
import { useServices, useView } from '../../app/services.ts';
import type { TabHistory } from '../../state/tab-history.ts';
import { useAnalysis } from '../analysis/use-analysis.ts';

const EVERY_S = 15;

/**
 * While it is looked at, this tab computes the same structure as the server, of as long a window, and keeps
 * what it finds.
 *
 * @param horizon null: the tab cannot compute it.
 */
export function useTabPoints(
  horizon: '1s' | '1m' | null,
  window: number,
): { readonly history: TabHistory; readonly trouble: string | null } {
  const { tabHistory } = useServices();
  const options = horizon && { window, least: 0.5, every: window, seed: 1 };
  const of = { horizon: horizon ?? '1s', window, everyS: EVERY_S, live: true } as const;
  const { answered, isCurrent, refusal, failed } = useAnalysis('structure', options, of);
  useEffect(() => {
    if (!answered || !isCurrent) return;
    const { asOf, instruments, samples, horizon: own } = answered.provenance;
    if (own !== '1s' && own !== '1m') return;
    const { absorption, meanCorrelation } = answered.answer;
    const add = (figure: HistoryFigure, value: number): void =>
      tabHistory.add(figure, { asOf, value, instruments, samples });
    add(`absorption-${own}`, absorption.ratio);
    add(`mean-correlation-${own}`, meanCorrelation);
  }, [tabHistory, answered, isCurrent]);
  const history = useView('tabHistory', (view) => view);
  return { history, trouble: failed ?? refusal?.sentence ?? null };
}
