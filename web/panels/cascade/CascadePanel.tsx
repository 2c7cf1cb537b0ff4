import { useState } from 'react';
import { Toggle } from '../../ui/toggle.tsx';
import { AnalysisPanel } from '../analysis/AnalysisPanel.tsx';
import { InstrumentChoice } from '../analysis/InstrumentChoice.tsx';
import { useAnalysis } from '../analysis/use-analysis.ts';
import { useInstrumentChoice } from '../analysis/use-instrument-choice.ts';
import { CountChart } from './CountChart.tsx';
import { FallsList } from './FallsList.tsx';
import { SamplingLine } from './SamplingLine.tsx';

const OTHERS = [16, 32, 64] as const;
const EVERY_S = 10;
const ALL = { horizon: '1s', window: 512, everyS: EVERY_S } as const;

const HOW_TO_READ = [
  'Down means below its own median return in the same bar; given one instrument down, each bar of the list says how often another one is down with it, and the tick how often it is anyway.',
  'The figures are sampled from a network of couplings fitted to the signs of the last returns, so each stands with one standard error of the bars and of the sampling, and the last line says how far the network is from the market itself.',
  'It tells what moves together within a bar, not what causes what, and nothing of how far anything falls.',
] as const;

/** Given one instrument down: who else, and how many at once. */
export function CascadePanel() {
  const { names, chosen: given, choose } = useInstrumentChoice();
  const [others, setOthers] = useState<(typeof OTHERS)[number]>(32);
  const view = useAnalysis('cascade', given === null ? null : { given, others, chains: 1024, seed: 1 }, ALL);
  return (
    <AnalysisPanel
      title={(answered) => (answered ? `Cascade · ${answered.answer.given}` : 'Cascade')}
      view={view}
      everyS={EVERY_S}
      howToRead={HOW_TO_READ}
      missing={given === null ? 'No instrument is listed yet.' : null}
      toolbar={
        <>
          <InstrumentChoice label="Given down" names={names} chosen={given} onChoose={choose} />
          <span className="toolbar-gap" />
          {OTHERS.map((each) => (
            <Toggle
              key={each}
              on={each === others}
              name={`${each} nearest`}
              onChoose={() => setOthers(each)}
            />
          ))}
        </>
      }
    >
      {({ answer }) => (
        <div className="cascade">
          <CountChart cascade={answer} />
          <FallsList cascade={answer} />
          <SamplingLine cascade={answer} />
        </div>
      )}
    </AnalysisPanel>
  );
}
