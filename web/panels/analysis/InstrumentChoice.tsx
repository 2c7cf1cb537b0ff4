import { useMemo } from 'react';

/** One of the listed instruments, by name. */
export function InstrumentChoice({
  label,
  names,
  chosen,
  onChoose,
}: {
  readonly label: string;
  readonly names: readonly string[];
  readonly chosen: string | null;
  readonly onChoose: (name: string) => void;
}) {
  // Thousands may be imported: they are not made anew with each step of an answer's progress.
  const options = useMemo(
    () =>
      names.map((name) => (
        <option key={name} value={name}>
          {name}
        </option>
      )),
    [names],
  );
  return (
    <label className="toolbar-label">
      {label}
      <select
        className="input input-small"
        value={chosen ?? ''}
        onChange={(event) => onChoose(event.currentTarget.value)}
      >
        {options}
      </select>
    </label>
  );
}
