import { useState } from 'react';
import { AnalysisPanel } from '../analysis/AnalysisPanel.tsx';
import { InstrumentChoice } from '../analysis/InstrumentChoice.tsx';
import { useAnalysis } from '../analysis/use-analysis.ts';
import { useInstrumentChoice } from '../analysis/use-instrument-choice.ts';
import { ContagionFigures } from './ContagionFigures.tsx';
import { ReachedList } from './ReachedList.tsx';

const EVERY_S = 5;
const ALL = { horizon: '1s', window: 512, everyS: EVERY_S } as const;
/** Steps of the network; beyond it a walk has long forgotten where it began. */
const LONGEST = 8;

const HOW_TO_READ = [
  'A shock is put into one instrument and spreads over the network of squared correlations for the time t, where 1 reaches the neighbours; the figure is the share of it that then is in each other one, the bar against the most reached.',
  'The bars come from a state evolution borrowed from quantum mechanics, the ticks from an ordinary random walk on the same network, against its own most reached: look where the two rankings differ, for there the first is reached by roads that meet, not by its own closeness.',
  'It is a way to rank, inspired by physics and no more: it holds no forecast, no sizes of moves and no direction, and correlation is not cause.',
] as const;

/** Who is reached by what begins in one instrument, by two rankings of the same network. */
export function ContagionPanel() {
  const { names, chosen, choose } = useInstrumentChoice();
  const [time, setTime] = useState(2);
  const view = useAnalysis('contagion', chosen === null ? null : { given: chosen, time }, ALL);
  return (
    <AnalysisPanel
      title={(answered) => `Quantum-inspired contagion${answered ? ` · ${answered.answer.given}` : ''}`}
      view={view}
      everyS={EVERY_S}
      howToRead={HOW_TO_READ}
      missing={chosen === null ? 'No instrument is listed yet.' : null}
      toolbar={
        <>
          <InstrumentChoice label="Begins in" names={names} chosen={chosen} onChoose={choose} />
          <span className="toolbar-gap" />
          <label className="analysis-slider">
            Time
            <input
              type="range"
              min={0.5}
              max={LONGEST}
              step={0.5}
              value={time}
              aria-valuetext={`${time} steps`}
              onChange={(event) => setTime(event.currentTarget.valueAsNumber)}
            />
            <span aria-hidden>t = {time.toFixed(1)}</span>
          </label>
        </>
      }
    >
      {({ answer }) => (
        <div className="contagion">
          <ContagionFigures contagion={answer} />
          <ReachedList contagion={answer} />
        </div>
      )}
    </AnalysisPanel>
  );
}
