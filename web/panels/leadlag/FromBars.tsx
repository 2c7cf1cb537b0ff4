import { useState, type ReactNode } from 'react';
import { Toggle } from '../../ui/toggle.tsx';
import { plural } from '../../ui/format.ts';
import { HORIZON_NAMES } from '../analysis/analysis-words.ts';
import { AnalysisPanel } from '../analysis/AnalysisPanel.tsx';
import { useAnalysis } from '../analysis/use-analysis.ts';
import { LeadGraph } from './LeadGraph.tsx';
import { LeadTable } from './LeadTable.tsx';

const LAGS = [1, 3, 5] as const;
const EVERY_S = 15;
const ALL = { horizon: '1s', window: 512, everyS: EVERY_S } as const;
/** 19 markets in which nobody leads: one in twenty would show an edge that is none. */
const ASKED = { falseDiscovery: 0.05, far: 1.5, most: 16, shifts: 19, seed: 1 } as const;

const HOW_TO_READ = [
  'An arrow goes from who moves first to who moves the same way some bars later, or the opposite way where it is dashed; ρ is the correlation of the one’s return with the other’s so many bars later.',
  'What is shown is stronger than everything found in 19 copies of the same market in which each series was turned by an offset of its own, so that nobody leads (the tick), and passes a false-discovery control of 5 % over all pairs.',
  'A lead of one bar may be a slower quote or a slower feed and not a slower market, and it may be gone before an order arrives: compare how often large moves really followed with how often they would by chance.',
] as const;

/** Who moves first by some bars, of every instrument. */
export function FromBars({ modes }: { readonly modes: ReactNode }) {
  const [lags, setLags] = useState<(typeof LAGS)[number]>(3);
  const view = useAnalysis('leadlag', { ...ASKED, lags }, ALL);
  return (
    <AnalysisPanel
      title={() => 'Lead-lag'}
      view={view}
      everyS={EVERY_S}
      howToRead={HOW_TO_READ}
      toolbar={
        <>
          {modes}
          {LAGS.map((each) => (
            <Toggle
              key={each}
              on={each === lags}
              name={`up to ${plural(each, 'bar')}`}
              onChoose={() => setLags(each)}
            />
          ))}
        </>
      }
    >
      {({ answer, provenance }) => (
        <div className="leadlag">
          <dl className="analysis-figures">
            <div>
              <dt>Leads found</dt>
              <dd data-mask="figure">
                <strong>{answer.found}</strong>{' '}
                <span className="basis">of {answer.tested} ordered pairs</span>
              </dd>
            </div>
            {answer.chance !== null && (
              <div>
                <dt>Chance reaches</dt>
                <dd data-mask="figure">
                  <strong>{answer.chance.toFixed(2)}</strong>{' '}
                  <span className="basis">the largest |ρ| in {ASKED.shifts} turned markets</span>
                </dd>
              </div>
            )}
          </dl>
          {answer.edges.length === 0 ? (
            <p className="analysis-note">
              Nobody is seen to move first: no pair is stronger than what chance reaches in this window.
            </p>
          ) : (
            <>
              <LeadGraph edges={answer.edges} />
              <LeadTable leadlag={answer} barS={HORIZON_NAMES[provenance.horizon]} />
            </>
          )}
        </div>
      )}
    </AnalysisPanel>
  );
}
