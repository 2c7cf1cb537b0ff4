import { StatusMark } from '../../ui/status-mark.tsx';

/** Why something is not known now. */
export function Trouble({
  sentence,
  isKnown,
}: {
  readonly sentence: string | null;
  readonly isKnown: boolean;
}) {
  if (sentence === null) return null;
  return (
    <p role="status">
      <StatusMark tone="caution" /> {sentence}
      {isKnown && ' Below is what was last known.'}
    </p>
  );
}
