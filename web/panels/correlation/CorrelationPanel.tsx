import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { useServices, useView } from '../../app/services.ts';
import { WINDOWS, type HeatmapOptions, type Provenance } from '../../compute/port.ts';
import { BACKEND_NAMES } from '../../ui/backend-names.ts';
import { formatMs, utcTime } from '../../ui/format.ts';
import { Panel } from '../../ui/panel.tsx';
import { Toggle } from '../../ui/toggle.tsx';
import { useDataOrigin, useFeedStale } from '../selected.ts';
import { HeatmapCanvas } from './HeatmapCanvas.tsx';
import { Legend } from './Legend.tsx';
import { ReadOut } from './ReadOut.tsx';

const THRESHOLDS = [0, 0.1, 0.2, 0.3, 0.5] as const;
const BARS_OLD_MS = 3500;
export function CorrelationPanel() {
  const { computeLink } = useServices();
  const origin = useDataOrigin();
  const theme = useView('preferences', (view) => view.shown);
  const stale = useFeedStale(null);
  const old = useBarsOld();
  const provenance = useStore(computeLink.texts, (texts) => texts.provenance);
  const [options, setOptions] = useState<Omit<HeatmapOptions, 'theme'>>({
    window: 512,
    weighting: 'pearson',
    clustered: true,
    threshold: 0,
  });
  useEffect(
    () => computeLink.send({ kind: 'options', options: { ...options, theme } }),
    [computeLink, options, theme],
  );
  const change = (part: Partial<typeof options>): void => setOptions((before) => ({ ...before, ...part }));
  return (
    <Panel
      title={titleOf(provenance)}
      origin={origin}
      provenance={`${old ? 'no new bar · ' : ''}${provenanceText(provenance)}`}
    >
      <div className={stale || old ? 'correlation stale' : 'correlation'}>
        <div className="toolbar" role="group" aria-label="Correlation options">
          {WINDOWS.map((window) => (
            <Toggle
              key={window}
              on={options.window === window}
              name={`${window}\u202fs`}
              onChoose={() => change({ window })}
            />
          ))}
          <span className="toolbar-gap" />
          <Toggle
            on={options.weighting === 'pearson'}
            name="Pearson"
            onChoose={() => change({ weighting: 'pearson' })}
          />
          <Toggle
            on={options.weighting === 'ewma'}
            name="EWMA"
            onChoose={() => change({ weighting: 'ewma' })}
          />
          <span className="toolbar-gap" />
          <Toggle
            on={options.clustered}
            name="Clustered"
            onChoose={() => change({ clustered: !options.clustered })}
          />
          <button
            type="button"
            className="toggle"
            aria-pressed={options.threshold > 0}
            aria-label={`Dim weak pairs: ${thresholdText(options.threshold)}. Next: ${thresholdText(nextThreshold(options.threshold))}`}
            onClick={() => change({ threshold: nextThreshold(options.threshold) })}
          >
            {thresholdText(options.threshold)}
          </button>
        </div>
        <HeatmapCanvas />
        <div className="correlation-foot">
          <ReadOut provenance={provenance} />
          <Legend />
        </div>
      </div>
    </Panel>
  );
}

/** Bars come each second; a picture of an older one is not the present, whatever the feed says. */
function useBarsOld(): boolean {
  const { computeLink } = useServices();
  const newBarAt = useStore(computeLink.texts, (texts) => texts.newBarAt);
  return useView('clock', (view) => newBarAt !== null && view.monotonicMs - newBarAt > BARS_OLD_MS);
}

const thresholdText = (threshold: number): string => (threshold === 0 ? 'all ρ' : `|ρ| ≥ ${threshold}`);

function nextThreshold(threshold: number): number {
  return THRESHOLDS.find((each) => each > threshold) ?? 0;
}

function titleOf(provenance: Provenance | null): string {
  return provenance ? `Correlation · ${provenance.instruments} × ${provenance.samples} × 1 s` : 'Correlation';
}

function provenanceText(provenance: Provenance | null): string {
  if (!provenance) return 'waiting for bars';
  const { weighting, backend, ms, asOf, samples, window, pairwise } = provenance;
  return [
    weighting === 'pearson' ? 'Pearson' : 'EWMA',
    ...(samples < window ? [`${samples} of ${window} s so far`] : []),
    ...(pairwise ? ['pairwise'] : []),
    `${BACKEND_NAMES[backend]} ${formatMs(ms)}`,
    `as of ${utcTime(asOf)}`,
  ].join(' · ');
}
