import { useEffect } from 'react';
import type { Horizon } from '../../../shaders/analyses/returns-panel.ts';
import type { UncertaintyOptions } from '../../../shaders/analyses/uncertainty.ts';
import { useServices } from '../../app/services.ts';
import { FALSE_DISCOVERY, type HeatmapOptions } from '../../compute/port.ts';
import { percent } from '../analysis/analysis-words.ts';
import { useAnalysis } from '../analysis/use-analysis.ts';

const RESAMPLES = 512;
/** Both kinds of returns change little within this. */
const EVERY_S = 10;

interface BootstrapProps {
  readonly options: Pick<HeatmapOptions, 'threshold' | 'test' | 'weighting' | 'compared'>;
  readonly horizon: Horizon;
  readonly window: number;
}

/** While pairs are dimmed by the bootstrap: asks the analysis worker for it, hands it on, and says how far it is. */
export function Bootstrap({ options, horizon, window }: BootstrapProps) {
  const { computeLink } = useServices();
  const { threshold, test, weighting, compared } = options;
  const isWanted = test === 'bootstrap' && weighting === 'pearson' && !compared;
  const question: UncertaintyOptions = {
    ...{ threshold, confidence: 0.95, resamples: RESAMPLES, falseDiscovery: FALSE_DISCOVERY, seed: 1 },
  };
  const view = useAnalysis('uncertainty', isWanted ? question : null, { horizon, window, everyS: EVERY_S });
  const { answered, isCurrent } = view;
  const current = isWanted && isCurrent ? answered : null;
  useEffect(() => {
    if (test !== 'bootstrap') return;
    const answer = current && {
      names: current.names,
      threshold: current.options.threshold,
      resamples: RESAMPLES,
      uncertainty: current.answer,
    };
    computeLink.send({ kind: 'bootstrapped', answer });
  }, [computeLink, test, current]);
  if (test !== 'bootstrap' || compared) return null;
  const trouble = view.failed ?? view.refusal?.sentence ?? null;
  if (!isWanted) return <p className="empty">EWMA is tested by Fisher’s z: a resample has no ages.</p>;
  if (trouble !== null) {
    return (
      <p className="empty" data-code={view.refusal?.code}>
        {trouble}
      </p>
    );
  }
  if (current) return null;
  return (
    <p className="empty" data-mask="progress">
      The bootstrap is computed; nothing is dimmed until then.
      {view.progress === null ? '' : ` ${percent(view.progress)} done.`}
    </p>
  );
}
