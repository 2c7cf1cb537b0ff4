import { useView } from '../../app/services.ts';
import { checkSentence } from '../../state/check-words.ts';
import { StatusMark } from '../../ui/status-mark.tsx';

/**
 * Stands above the heatmap while this console does not compute what the server does. Its figures are others each
 * time: it is the server's alarm that is announced.
 */
export function CheckNote() {
  const check = useView('crossCheck', (view) => view);
  if (check.last?.comparison.kind !== 'disagreed') return null;
  return (
    <p className="check-note refusal" role="note">
      <StatusMark tone="warning" /> {checkSentence(check)}
    </p>
  );
}
