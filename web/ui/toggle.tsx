/** One choice of a toolbar, pressed or not. */
export function Toggle({
  on,
  name,
  onChoose,
}: {
  readonly on: boolean;
  readonly name: string;
  readonly onChoose: () => void;
}) {
  return (
    <button type="button" className="toggle" aria-pressed={on} onClick={onChoose}>
      {name}
    </button>
  );
}
