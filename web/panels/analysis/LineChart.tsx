import { pathOf, type Scale } from './line-path.ts';

interface Line {
  readonly name: string;
  readonly values: ArrayLike<number>;
  /** The one that is looked at first is drawn strong, the others dashed. */
  readonly strong: boolean;
}

/**
 * Lines over one axis, with the ends of both axes written beside them. `label` is all that a reader who
 * does not see it is told, so it says what the picture says.
 */
export function LineChart({
  label,
  lines,
  scale,
  ends,
  format,
}: {
  readonly label: string;
  readonly lines: readonly Line[];
  readonly scale: Scale;
  /** What stands under the first and the last point. */
  readonly ends: readonly [string, string];
  readonly format: (value: number) => string;
}) {
  return (
    <figure className="line-chart" role="img" aria-label={label}>
      <span className="line-chart-high" aria-hidden>
        {format(scale.high)}
      </span>
      <span className="line-chart-low" aria-hidden>
        {format(scale.low)}
      </span>
      <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden>
        {lines.map(({ name, values, strong }) => (
          <path key={name} className={strong ? 'line-strong' : 'line-weak'} d={pathOf(values, scale)} />
        ))}
      </svg>
      <span className="line-chart-from" aria-hidden data-mask="clock">
        {ends[0]}
      </span>
      <span className="line-chart-to" aria-hidden data-mask="clock">
        {ends[1]}
      </span>
    </figure>
  );
}
