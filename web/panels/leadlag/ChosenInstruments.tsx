import type { Instrument } from '../../../protocol/instrument.ts';
import { TICK_INSTRUMENTS_MAX } from '../../../protocol/ticks.ts';

/** Which instruments are compared: each can be left out, and another added while there is room. */
export function ChosenInstruments({
  all,
  chosen,
  label,
  onChoose,
}: {
  readonly all: readonly Instrument[];
  readonly chosen: readonly Instrument[];
  readonly label: (instrument: Instrument) => string;
  readonly onChoose: (indexes: readonly number[]) => void;
}) {
  const indexes = chosen.map(({ index }) => index);
  const isFull = chosen.length >= TICK_INSTRUMENTS_MAX;
  return (
    <details className="chosen">
      <summary>
        {chosen.length} of {TICK_INSTRUMENTS_MAX} instruments
      </summary>
      <div className="chosen-list">
        {chosen.map((each) => (
          <button
            key={each.index}
            type="button"
            className="toggle"
            aria-label={`Leave out ${label(each)}`}
            onClick={() => onChoose(indexes.filter((index) => index !== each.index))}
          >
            {label(each)} <span aria-hidden>×</span>
          </button>
        ))}
        <label className="toolbar-label">
          Add
          <select
            className="input input-small"
            value=""
            disabled={isFull}
            onChange={(event) => onChoose([...indexes, Number(event.currentTarget.value)])}
          >
            <option value="">{isFull ? 'there is no room' : 'instrument'}</option>
            {all.flatMap((each) =>
              indexes.includes(each.index)
                ? []
                : [
                    <option key={each.index} value={each.index}>
                      {label(each)}
                    </option>,
                  ],
            )}
          </select>
        </label>
      </div>
    </details>
  );
}
