import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { useServices, useView } from '../../app/services.ts';
import type { Horizon } from '../../../shaders/analyses/returns-panel.ts';
import { dateText } from '../../../shaders/prices/report.ts';
import { WHOLE, WINDOWS, type HeatmapOptions, type Provenance } from '../../compute/port.ts';
import { BACKEND_NAMES } from '../../ui/backend-names.ts';
import { formatMs, utcTime } from '../../ui/format.ts';
import { Panel } from '../../ui/panel.tsx';
import { Toggle } from '../../ui/toggle.tsx';
import { HORIZON_NAMES } from '../analysis/analysis-words.ts';
import { DropPrices } from '../prices/DropPrices.tsx';
import { ImportNote } from '../prices/ImportNote.tsx';
import { ImportReport } from '../prices/ImportReport.tsx';
import { SourceChoice } from '../prices/SourceChoice.tsx';
import { useReturnsOf } from '../prices/use-returns-of.ts';
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
  const { of, imported, open } = useReturnsOf();
  const [isReporting, setReporting] = useState(false);
  const [options, setOptions] = useState<Omit<HeatmapOptions, 'theme' | 'of'>>({
    window: 512,
    weighting: 'pearson',
    clustered: true,
    threshold: 0,
  });
  // Only what was imported is there as a whole.
  const window = imported || options.window !== WHOLE ? options.window : 512;
  useEffect(
    () => computeLink.send({ kind: 'options', options: { ...options, window, of, theme } }),
    [computeLink, options, window, of, theme],
  );
  const change = (part: Partial<typeof options>): void => setOptions((before) => ({ ...before, ...part }));
  const take = (file: File): void => void open(file).then((one) => one && setReporting(true));
  // A feed's silence says nothing of prices that were imported.
  const isStale = !imported && (stale || old);
  return (
    <Panel
      title={titleOf(provenance)}
      origin={imported ? null : origin}
      provenance={`${!imported && old ? 'no new bar · ' : ''}${provenanceText(provenance)}`}
    >
      <DropPrices className={isStale ? 'correlation stale' : 'correlation'} onFile={take}>
        <div className="toolbar" role="group" aria-label="Correlation options">
          <SourceChoice onFile={take} />
          <span className="toolbar-gap" />
          {WINDOWS.map((each) => (
            <Toggle
              key={each}
              on={window === each}
              name={windowText(each, of.horizon)}
              onChoose={() => change({ window: each })}
            />
          ))}
          {imported && <Toggle on={window === WHOLE} name="All" onChoose={() => change({ window: WHOLE })} />}
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
        <ImportNote imported={imported} onReport={() => setReporting(true)} />
        <HeatmapCanvas />
        <div className="correlation-foot">
          <ReadOut provenance={provenance} />
          <Legend />
        </div>
      </DropPrices>
      {imported && isReporting && <ImportReport prices={imported} onClose={() => setReporting(false)} />}
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

const UNITS: Readonly<Record<Horizon, string>> = { '1s': 's', '1m': 'min', '5m': '× 5 min', '1d': 'd' };
const windowText = (window: number, horizon: Horizon): string => `${window}\u202f${UNITS[horizon]}`;

function titleOf(provenance: Provenance | null): string {
  if (!provenance) return 'Correlation';
  const { source, instruments, samples, horizon } = provenance;
  const whose = source.kind === 'imported' ? `imported ${source.name} · ` : '';
  return `Correlation · ${whose}${instruments} × ${samples} × ${HORIZON_NAMES[horizon]}`;
}

function provenanceText(provenance: Provenance | null): string {
  if (!provenance) return 'waiting for bars';
  const { weighting, backend, ms, from, asOf, samples, window, pairwise, source, horizon } = provenance;
  return [
    ...(source.kind === 'imported' ? [`imported ${source.name}`] : []),
    weighting === 'pearson' ? 'Pearson' : 'EWMA',
    ...(samples < window && source.kind === 'live'
      ? [`${samples} of ${windowText(window, horizon)} so far`]
      : []),
    ...(pairwise ? ['pairwise'] : []),
    `${BACKEND_NAMES[backend]} ${formatMs(ms)}`,
    source.kind === 'imported' ? `${dateText(from)} to ${dateText(asOf)}` : `as of ${utcTime(asOf)}`,
  ].join(' · ');
}
