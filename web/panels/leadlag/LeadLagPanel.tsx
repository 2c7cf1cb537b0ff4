import { useState } from 'react';
import { Toggle } from '../../ui/toggle.tsx';
import { FromBars } from './FromBars.tsx';
import { FromTicks } from './FromTicks.tsx';

/** Who moves first: of hundreds by their bars, or of a few by each of their trades. */
export function LeadLagPanel() {
  const [ofTicks, setOfTicks] = useState(false);
  const modes = (
    <>
      <Toggle on={!ofTicks} name="from bars" onChoose={() => setOfTicks(false)} />
      <Toggle on={ofTicks} name="from ticks" onChoose={() => setOfTicks(true)} />
      <span className="toolbar-gap" />
    </>
  );
  return ofTicks ? <FromTicks modes={modes} /> : <FromBars modes={modes} />;
}
