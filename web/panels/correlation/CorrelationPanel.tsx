import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import type { Horizon } from '../../../shaders/analyses/returns-panel.ts';
import { useServices, useView } from '../../app/services.ts';
import { isSameReturns, WHOLE, WINDOWS, type HeatmapOptions } from '../../compute/port.ts';
import { checkShort } from '../../state/check-words.ts';
import { Panel } from '../../ui/panel.tsx';
import { Toggle } from '../../ui/toggle.tsx';
import { HowToRead } from '../analysis/HowToRead.tsx';
import { HORIZON_MS, windowText } from '../analysis/analysis-words.ts';
import { DropPrices } from '../prices/DropPrices.tsx';
import { ImportNote } from '../prices/ImportNote.tsx';
import { ImportReport } from '../prices/ImportReport.tsx';
import { SourceChoice } from '../prices/SourceChoice.tsx';
import { useReturnsOf } from '../prices/use-returns-of.ts';
import { useDataOrigin, useFeedStale } from '../selected.ts';
import { AgainstChoice } from './AgainstChoice.tsx';
import { Bootstrap } from './Bootstrap.tsx';
import { Breaks } from './Breaks.tsx';
import { CheckNote } from './CheckNote.tsx';
import { provenanceText, titleOf } from './correlation-words.ts';
import { DimChoice } from './DimChoice.tsx';
import { HeatmapCanvas } from './HeatmapCanvas.tsx';
import { Legend } from './Legend.tsx';
import { ReadOut } from './ReadOut.tsx';
import { SaveAs } from './SaveAs.tsx';

const LATE_MS = 2500;

const HOW_TO_READ = [
  'Each cell is the correlation of the returns of two instruments over the window; zoomed out, a pixel shows the strongest of its cells that stand out, and leaves the diagonal (always 1) aside.',
  'Look for blocks off the diagonal, and with “What broke?” for cells that left the ground: pairs that do not move as they did in the window before, or as they do in bars of another length or in prices of one’s own.',
  'A correlation is neither a cause nor a promise, and among thousands of pairs chance makes strong ones: dim by a test, of whose discoveries about one in twenty is false, and take the p of a listed break as that of one pair chosen among many.',
] as const;

export function CorrelationPanel() {
  const { computeLink } = useServices();
  const origin = useDataOrigin();
  const theme = useView('preferences', (view) => view.shown);
  const stale = useFeedStale(null);
  const provenance = useStore(computeLink.texts, (texts) => texts.provenance);
  const { of, imported, open } = useReturnsOf();
  const old = useBarsOld(of.horizon);
  const check = useView('crossCheck', checkShort);
  const [isReporting, setReporting] = useState(false);
  const [options, setOptions] = useState<Omit<HeatmapOptions, 'theme' | 'of'>>({
    window: 512,
    weighting: 'pearson',
    clustered: true,
    threshold: 0,
    test: 'size',
    compared: false,
    against: null,
  });
  // Only what was imported is there as a whole.
  const window = imported || options.window !== WHOLE ? options.window : 512;
  useEffect(
    () =>
      computeLink.send({
        kind: 'options',
        // The same returns are compared with their own window before.
        options: {
          ...{ ...options, window, of, theme },
          against: isSameReturns(options.against, of) ? null : options.against,
        },
      }),
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
      provenance={
        // The server computes nothing of what was imported.
        imported
          ? provenanceText(provenance)
          : `${old ? 'no new bar · ' : ''}${provenanceText(provenance)} · ${check}`
      }
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
          <DimChoice options={options} onChange={change} />
          <span className="toolbar-gap" />
          <Toggle
            on={options.compared}
            name="What broke?"
            onChoose={() => change({ compared: !options.compared })}
          />
          {options.compared && (
            <AgainstChoice of={of} against={options.against} onChoose={(against) => change({ against })} />
          )}
          <span className="toolbar-gap" />
          <SaveAs />
        </div>
        <CheckNote />
        <ImportNote imported={imported} onReport={() => setReporting(true)} />
        <Bootstrap options={options} horizon={of.horizon} window={window} />
        <HeatmapCanvas />
        <div className="correlation-foot">
          <ReadOut provenance={provenance} />
          <Legend isChange={options.compared} />
        </div>
        {options.compared && <Breaks />}
        <HowToRead sentences={HOW_TO_READ} />
      </DropPrices>
      {imported && isReporting && <ImportReport prices={imported} onClose={() => setReporting(false)} />}
    </Panel>
  );
}

/** Bars come in time; a picture of an older one is not the present, whatever the feed says. */
function useBarsOld(horizon: Horizon): boolean {
  const { computeLink } = useServices();
  const newBarAt = useStore(computeLink.texts, (texts) => texts.newBarAt);
  return useView(
    'clock',
    (view) => newBarAt !== null && view.monotonicMs - newBarAt > HORIZON_MS[horizon] + LATE_MS,
  );
}
