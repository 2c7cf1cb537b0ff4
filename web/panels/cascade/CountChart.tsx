import type { Cascade } from '../../../shaders/analyses/cascade.ts';
import { percent, plusMinus } from '../analysis/analysis-words.ts';
import { LineChart } from '../analysis/LineChart.tsx';

const SCALE = { low: 0, high: 1 };

/** P(at least k of the others down), given the one down and whatever it does. */
export function CountChart({ cascade: { given, counts } }: { readonly cascade: Cascade }) {
  const half = counts[Math.ceil(counts.length / 2) - 1];
  const said = (k: number, estimate: (typeof counts)[number]['given']): string =>
    estimate === null
      ? `at least ${k}: seen too seldom`
      : `at least ${k}: ${percent(estimate.value)} ${plusMinus(estimate.error)}`;
  const values = (of: 'given' | 'always'): Float64Array =>
    Float64Array.from(counts, (count) => count[of]?.value ?? Number.NaN);
  return (
    <div className="count-chart">
      {half && (
        <p>
          Half of them at once, {said(half.k, half.given)} <span className="quiet">given {given} down,</span>{' '}
          {half.always ? percent(half.always.value) : 'seldom'} <span className="quiet">anyway.</span>
        </p>
      )}
      <LineChart
        label={`Probability that at least so many of ${counts.length} are down at once, given ${given} down: ${counts.map(({ k, given: estimate }) => said(k, estimate)).join(', ')}.`}
        lines={[
          { name: 'given', values: values('given'), strong: true },
          { name: 'always', values: values('always'), strong: false },
        ]}
        scale={SCALE}
        ends={['P(≥ 1 down)', `P(≥ ${counts.length} down)`]}
        format={percent}
      />
    </div>
  );
}
