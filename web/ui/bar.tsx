/** Utilisation against soft marks and the hard limit; the colour changes with the warning reached. */
export function Bar({
  label,
  fraction,
  marks = [],
}: {
  readonly label: string;
  /** null = unknown: an empty, hatched bar. */
  readonly fraction: number | null;
  readonly marks?: readonly number[];
}) {
  const percent = fraction === null ? null : Math.round(fraction * 1000) / 10;
  const tone =
    fraction === null ? 'unknown' : fraction >= 0.95 ? 'warning' : fraction >= 0.75 ? 'caution' : 'calm';
  return (
    <div
      className={`bar bar-${tone}`}
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.min(100, percent ?? 0)}
      aria-valuetext={percent === null ? 'unknown' : `${percent} % of the limit`}
    >
      <span className="bar-fill" style={{ width: `${Math.min(100, percent ?? 0)}%` }} />
      {marks.map((mark) => (
        <span key={mark} className="bar-mark" style={{ left: `${mark * 100}%` }} />
      ))}
    </div>
  );
}
