/** What a passkey is called in the list of one's factors. */
export function PasskeyName({
  value,
  onChange,
  describedBy,
}: {
  readonly value: string;
  readonly onChange: (name: string) => void;
  readonly describedBy?: string | undefined;
}) {
  return (
    <label className="field">
      Its name, for your list
      <input
        className="input"
        required
        maxLength={60}
        autoComplete="off"
        value={value}
        aria-describedby={describedBy}
        onChange={(event) => onChange(event.target.value)}
      />
    </label>
  );
}
