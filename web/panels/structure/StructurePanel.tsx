import { useMemo, useState } from 'react';
import { Toggle } from '../../ui/toggle.tsx';
import { HORIZON_NAMES, windowText } from '../analysis/analysis-words.ts';
import { AnalysisPanel } from '../analysis/AnalysisPanel.tsx';
import { useAnalysis } from '../analysis/use-analysis.ts';
import { useReturnsOf } from '../prices/use-returns-of.ts';
import { ClusterList } from './ClusterList.tsx';
import { StructureFigures } from './StructureFigures.tsx';
import { TreeDrawing } from './TreeDrawing.tsx';

const WINDOWS = [128, 256, 512] as const;
const LEAST = [0.3, 0.5, 0.7] as const;
const EVERY_S = 5;
/** All the bars there are: what is not of the newest window is history. */
const ALL = { horizon: '1s', window: 512, everyS: EVERY_S } as const;

const HOW_TO_READ = [
  'Each instrument hangs on the one that it moves most alike with; whole lines are correlations of at least the chosen ρ, and what they hold together is a cluster.',
  'The absorption ratio is the share of all movement that the first few common factors carry: when it rises, diversification is going and one shock can move everything.',
  'A factor counts only beyond what panels with the signs thrown by chance reach, because the textbook’s edge finds factors that are not there whenever markets are busy together.',
] as const;

/** What hangs together, how much of it is common, and how that went. */
export function StructurePanel() {
  const [window, setWindow] = useState<(typeof WINDOWS)[number]>(256);
  const [least, setLeast] = useState<(typeof LEAST)[number]>(0.5);
  const [chosen, setChosen] = useState<number | null>(null);
  const options = useMemo(() => ({ window, least, every: 16, seed: 1 }), [window, least]);
  const view = useAnalysis('structure', options, ALL);
  const { of } = useReturnsOf();
  return (
    <AnalysisPanel
      title={(answered) =>
        answered
          ? `Structure · ${answered.names.length} × ${answered.answer.window} × ${HORIZON_NAMES[answered.provenance.horizon]}`
          : 'Structure'
      }
      view={view}
      everyS={EVERY_S}
      howToRead={HOW_TO_READ}
      toolbar={
        <>
          {WINDOWS.map((each) => (
            <Toggle
              key={each}
              on={each === window}
              name={windowText(each, of.horizon)}
              onChoose={() => setWindow(each)}
            />
          ))}
          <span className="toolbar-gap" />
          {LEAST.map((each) => (
            <Toggle key={each} on={each === least} name={`ρ ≥ ${each}`} onChoose={() => setLeast(each)} />
          ))}
        </>
      }
    >
      {({ answer, names, provenance, options: asked }) => (
        <div className="structure">
          <StructureFigures structure={answer} provenance={provenance} />
          <div className="structure-market">
            <TreeDrawing structure={answer} names={names} least={asked.least} chosen={chosen} />
            <ClusterList cluster={answer.cluster} names={names} chosen={chosen} onChoose={setChosen} />
          </div>
        </div>
      )}
    </AnalysisPanel>
  );
}
