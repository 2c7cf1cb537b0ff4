import { PAIR_TESTS, type HeatmapOptions, type PairTest } from '../../compute/port.ts';

const THRESHOLDS = [0, 0.1, 0.2, 0.3, 0.5] as const;
const TESTS: Readonly<Record<PairTest, string>> = {
  size: 'size',
  fisher: 'Fisher, FDR 5 %',
  bootstrap: 'bootstrap, FDR 5 %',
};

type Dimming = Pick<HeatmapOptions, 'threshold' | 'test' | 'compared'>;

/** What is dimmed: pairs weaker than c, or those of which it can not be said that they are stronger. */
export function DimChoice({
  options,
  onChange,
}: {
  readonly options: Dimming;
  readonly onChange: (part: Partial<Dimming>) => void;
}) {
  const { threshold } = options;
  // A resample of one window says nothing of the other.
  const tests: readonly PairTest[] = options.compared
    ? PAIR_TESTS.filter((test) => test !== 'bootstrap')
    : PAIR_TESTS;
  const next = THRESHOLDS.find((each) => each > threshold) ?? 0;
  return (
    <span className="dim-choice">
      <button
        type="button"
        className="toggle"
        aria-pressed={threshold > 0}
        aria-label={`Dim weak pairs: ${thresholdText(options)}. Next: ${thresholdText({ ...options, threshold: next })}`}
        onClick={() => onChange({ threshold: next })}
      >
        {thresholdText(options)}
      </button>
      <select
        className="input input-small"
        aria-label="Dim by"
        value={tests.includes(options.test) ? options.test : 'size'}
        onChange={({ target }) => {
          const test = PAIR_TESTS.find((each) => each === target.value);
          if (test) onChange({ test });
        }}
      >
        {tests.map((test) => (
          <option key={test} value={test}>
            by {TESTS[test]}
          </option>
        ))}
      </select>
    </span>
  );
}

function thresholdText({ threshold, test, compared }: Dimming): string {
  if (compared) return threshold === 0 ? 'all Δρ' : `|Δρ| ≥ ${threshold}`;
  if (test !== 'size') return threshold === 0 ? 'ρ ≠ 0' : `|ρ| > ${threshold}`;
  return threshold === 0 ? 'all ρ' : `|ρ| ≥ ${threshold}`;
}
