import { useState, type ReactNode } from 'react';
import type { TickLeads } from '../../../shaders/analyses/tick-leads.ts';
import { useView } from '../../app/services.ts';
import { plural } from '../../ui/format.ts';
import { Toggle } from '../../ui/toggle.tsx';
import { AnalysisPanel } from '../analysis/AnalysisPanel.tsx';
import { useTickAnalysis } from '../analysis/use-tick-analysis.ts';
import { useLabel, useSameMarkets, useSelected } from '../selected.ts';
import { ChosenInstruments } from './ChosenInstruments.tsx';
import { chosenAtFirst } from './chosen.ts';
import { LeadGraph } from './LeadGraph.tsx';
import { ticksText, unclearText } from './tick-words.ts';
import { TickLeadTable } from './TickLeadTable.tsx';

const EVERY_S = 15;
const WINDOWS = [120, 300, 900] as const;
const ASKED = { seed: 1 } as const;

const HOW_TO_READ = [
  'Each trade counts at the venue’s own time and no grid is laid over them: ρ is Hayashi and Yoshida’s correlation of the leader’s moves with the follower’s so many milliseconds later, and the contrast is how much larger that is than with the follower’s moves as much earlier.',
  'An arrow is drawn only where the contrast is surer than in 19 of 20 copies of the same trades in which every stretch of every series was turned upside down or not by chance, so that nobody leads; the ranges are of 95 %, from drawing the stretches again and again, and clocks of two venues widen that of the lag by as much as they may be apart.',
  'Where that reaches down to nothing, who is first is not told; a lead may also be a quieter instrument that is traded late, or a slower feed, and it may be gone before an order arrives.',
] as const;

/** Who moves first by some milliseconds, of a few instruments. */
export function FromTicks({ modes }: { readonly modes: ReactNode }) {
  const instruments = useView('control', (view) => view.state?.instruments);
  const selected = useSelected();
  const markets = useSameMarkets();
  const label = useLabel();
  const [picked, setPicked] = useState<readonly number[] | null>(null);
  const [seconds, setSeconds] = useState<(typeof WINDOWS)[number]>(300);
  const all = instruments ?? [];
  const chosen = (picked ?? chosenAtFirst(all, selected, markets)).flatMap((index) => all[index] ?? []);
  const of =
    chosen.length < 2
      ? null
      : { instruments: chosen.map((each) => ({ index: each.index, name: label(each) })), seconds };
  const view = useTickAnalysis('tickLeads', ASKED, of, EVERY_S);
  return (
    <AnalysisPanel
      title={() => 'Lead-lag'}
      view={view}
      everyS={EVERY_S}
      howToRead={HOW_TO_READ}
      missing={of === null ? 'Choose two instruments at least.' : null}
      toolbar={
        <>
          {modes}
          {WINDOWS.map((each) => (
            <Toggle
              key={each}
              on={each === seconds}
              name={`${each / 60} min`}
              onChoose={() => setSeconds(each)}
            />
          ))}
          <ChosenInstruments all={all} chosen={chosen} label={label} onChoose={setPicked} />
        </>
      }
    >
      {({ answer }) => <Answer answer={answer} />}
    </AnalysisPanel>
  );
}

function Answer({ answer }: { readonly answer: TickLeads }) {
  const { edges, unclear, tested, chance } = answer;
  return (
    <div className="leadlag">
      <dl className="analysis-figures">
        <div>
          <dt>Leads found</dt>
          <dd data-mask="figure">
            <strong>{edges.length}</strong> <span className="basis">of {plural(tested, 'pair')}</span>
          </dd>
        </div>
        <div>
          <dt>Chance reaches</dt>
          <dd data-mask="figure">
            <strong>{chance.toFixed(1)}</strong> <span className="basis">the largest |t|, once in 20</span>
          </dd>
        </div>
      </dl>
      {unclear.length > 0 && <p className="analysis-note">{unclearText(unclear)}</p>}
      {edges.length === 0 ? (
        <p className="analysis-note">
          {unclear.length === 0
            ? 'Nobody is seen to move first: no pair is surer than what chance reaches in these trades.'
            : 'Of nobody else is it seen that he moves first.'}
        </p>
      ) : (
        <>
          <LeadGraph edges={edges} />
          <TickLeadTable edges={edges} />
        </>
      )}
      <p className="analysis-note" data-mask="figure">
        {ticksText(answer)}
      </p>
    </div>
  );
}
