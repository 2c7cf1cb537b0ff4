import { useId } from 'react';
import { sizeUnit } from '../../../protocol/instrument.ts';
import { Toggle } from '../../ui/toggle.tsx';
import type { Market, WhatIf } from './book.ts';

/** An order that is only asked about: nothing here is sent anywhere. */
export function WhatIfFields({
  whatIf,
  market: { instruments, label },
  refusal,
  onChange,
}: {
  readonly whatIf: WhatIf;
  readonly market: Market;
  /** Why these fields are no order. */
  readonly refusal: string | null;
  readonly onChange: (whatIf: WhatIf) => void;
}) {
  const why = useId();
  const chosen = whatIf.index === null ? undefined : instruments[whatIf.index];
  return (
    <div className="what-if" role="group" aria-label="What if">
      <span className="toolbar-label">What if</span>
      {(['buy', 'sell'] as const).map((side) => (
        <Toggle
          key={side}
          on={side === whatIf.side}
          name={side}
          onChoose={() => onChange({ ...whatIf, side })}
        />
      ))}
      <input
        className="input input-small what-if-size"
        aria-label="Size"
        aria-invalid={refusal !== null}
        aria-describedby={refusal === null ? undefined : why}
        placeholder="size"
        inputMode="decimal"
        autoComplete="off"
        value={whatIf.size}
        onChange={(event) => onChange({ ...whatIf, size: event.currentTarget.value })}
      />
      <select
        className="input input-small what-if-instrument"
        aria-label="Instrument"
        value={whatIf.index ?? ''}
        onChange={(event) => onChange({ ...whatIf, index: Number(event.currentTarget.value) })}
      >
        {instruments.map((each) => (
          <option key={each.index} value={each.index}>
            {label(each)}
          </option>
        ))}
      </select>
      {chosen && <span className="quiet">{sizeUnit(chosen)}</span>}
      {refusal !== null && (
        <p id={why} className="what-if-refusal" role="status">
          {refusal}
        </p>
      )}
    </div>
  );
}
