import { useState } from 'react';
import { useView } from '../../app/services.ts';
import { compact } from '../../ui/format.ts';
import { Toggle } from '../../ui/toggle.tsx';
import { AnalysisPanel } from '../analysis/AnalysisPanel.tsx';
import { useAnalysis } from '../analysis/use-analysis.ts';
import { orderExposure, type WhatIf } from './book.ts';
import { PartsList } from './PartsList.tsx';
import { RiskTable } from './RiskTable.tsx';
import { useBook } from './use-book.ts';
import { WhatIfFields } from './WhatIfFields.tsx';

const HELD = [
  { name: '1 min', bars: 60 },
  { name: '10 min', bars: 600 },
  { name: '1 h', bars: 3600 },
] as const;
/** Of Student's t: fat tails as returns of seconds have them, with a variance still. */
const DEGREES = 4;
const EVERY_S = 10;
const ALL = { horizon: '1s', window: 512, everyS: EVERY_S, live: true } as const;
const ASKED = { levels: [0.95, 0.99], scenarios: 20_000, seed: 1 } as const;

const HOW_TO_READ = [
  'Held for the chosen time, the book loses more than its value at risk in 5 (or 1) of 100 scenarios, and then the expected shortfall on average; the span under each figure is the 95 % interval of the sampling alone.',
  'Scenarios are drawn from the sizes and the shrunk correlations of the last 512 returns of one second and stretched by the square root of time, so a calm window says little of a wild hour; Student’s t has the fatter tails.',
  'A part is what an instrument or a cluster adds to the shortfall at 99 %, and less than nothing where it hedges; the what-if order is valued at the mid, and neither its price nor its fees are in it.',
] as const;

/** What the present book may lose, and what an order would change. */
export function RiskPanel() {
  const [bars, setBars] = useState<number>(600);
  const [fat, setFat] = useState(true);
  const selected = useView('preferences', (view) => view.selected);
  const [picked, setPicked] = useState<WhatIf>({ side: 'buy', index: null, size: '' });
  const whatIf = { ...picked, index: picked.index ?? selected ?? 0 };
  const { book, unknown, old, market } = useBook();
  const order = orderExposure(whatIf, market);
  const isKnown = unknown.length === 0;
  const view = useAnalysis(
    'risk',
    isKnown
      ? { ...ASKED, bars, book, order: order.ok ? order.value : null, degrees: fat ? DEGREES : null }
      : null,
    ALL,
  );
  const uncovered = view.isCurrent ? (view.answered?.answer.uncovered ?? []) : [];
  const missing = isKnown
    ? uncovered.map(({ name }) => `${name} has too few returns in this window.`)
    : unknown;
  return (
    <AnalysisPanel
      title={() => 'Risk of the book'}
      view={view}
      everyS={EVERY_S}
      howToRead={HOW_TO_READ}
      missing={missing.length > 0 ? `The risk of the book is not known. ${missing.join(' ')}` : null}
      toolbar={
        <>
          {HELD.map((each) => (
            <Toggle
              key={each.bars}
              on={each.bars === bars}
              name={each.name}
              onChoose={() => setBars(each.bars)}
            />
          ))}
          <span className="toolbar-gap" />
          <Toggle on={!fat} name="Gaussian" onChoose={() => setFat(false)} />
          <Toggle on={fat} name={`Student-t ${DEGREES}`} onChoose={() => setFat(true)} />
          <WhatIfFields
            whatIf={whatIf}
            market={market}
            refusal={order.ok ? null : order.error.sentence}
            onChange={setPicked}
          />
        </>
      }
    >
      {({ answer }) => (
        <div className="risk">
          {old.length > 0 && (
            <p className="analysis-note">Valued at the last known price: {old.join(', ')}.</p>
          )}
          <RiskTable risk={answer} />
          <PartsList risk={answer} />
          <p className="analysis-note">
            Valued at mids of the last 10 s; {compact(ASKED.scenarios)} scenarios; correlations drawn{' '}
            {(100 * answer.shrinkage).toFixed(0)} % towards none
            {answer.lifted > 0 ? `, ${answer.lifted} eigenvalues lifted` : ''}.
          </p>
        </div>
      )}
    </AnalysisPanel>
  );
}
