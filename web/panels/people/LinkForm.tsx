import { useState } from 'react';
import type { PersonView } from '../../../protocol/people.ts';
import { FormDialog, ReasonField } from './fields.tsx';
import { useAct } from './use-act.ts';
import { factorWords, isEnrolled } from './words.ts';

/** A one-time link: to enrol, to sign in, or to begin anew with other factors. */
export function LinkForm({ person, onClose }: { readonly person: PersonView; readonly onClose: () => void }) {
  const { prove } = useAct();
  const enrolled = isEnrolled(person);
  const [kind, setKind] = useState<'sign-in' | 'reset'>('sign-in');
  const [reason, setReason] = useState('');
  const reset = kind === 'reset';
  const make = (): Promise<boolean> =>
    prove(
      {
        title: reset ? `Reset ${person.user}` : `A link for ${person.user}`,
        sentence: reset
          ? `Whoever opens the link becomes ${person.name}: they choose new factors, and every session of ${person.user} ends.`
          : enrolled
            ? `The link signs ${person.name} in with one of the factors that they have.`
            : `${person.name} enrols with the link: whoever opens it first chooses the factors.`,
        verb: 'Make the link',
        shownTitle: `The link of ${person.user}`,
        ...(reset
          ? {
              differences: [{ name: 'Factors', before: factorWords(person), after: 'those chosen anew' }],
            }
          : {}),
      },
      { type: 'user.link', user: person.user, reset, reason: reason.trim() },
    );
  return (
    <FormDialog title={`A link for ${person.user}`} button="Go on" onSubmit={make} onClose={onClose}>
      {enrolled && (
        <fieldset className="choices">
          <legend>What it is for</legend>
          <label className="check">
            <input type="radio" name="link-kind" checked={!reset} onChange={() => setKind('sign-in')} />
            To sign in, with a factor that they have
          </label>
          <label className="check">
            <input type="radio" name="link-kind" checked={reset} onChange={() => setKind('reset')} />
            To begin anew: it replaces all their factors
          </label>
        </fieldset>
      )}
      <ReasonField value={reason} onChange={setReason} autoFocus />
      <p className="quiet small">It works once, for 15 minutes.</p>
    </FormDialog>
  );
}
