import { useState } from 'react';
import type { PersonView } from '../../../protocol/people.ts';
import { aRole, ROLE_NAMES } from '../../ui/role-name.tsx';
import { FormDialog, ReasonField } from './fields.tsx';
import { useAct } from './use-act.ts';

export function RemoveUser({
  person,
  onClose,
}: {
  readonly person: PersonView;
  readonly onClose: () => void;
}) {
  const { prove } = useAct();
  const [reason, setReason] = useState('');
  const remove = (): Promise<boolean> =>
    prove(
      {
        title: `Remove ${person.user}`,
        sentence: `${person.name} (${person.user}), ${ROLE_NAMES[person.role]}, cannot sign in any more: their sessions, links and factors are over. What they did stays in the record.`,
        verb: 'Remove them',
      },
      { type: 'user.remove', user: person.user, reason: reason.trim() },
    );
  return (
    <FormDialog title={`Remove ${person.user}`} button="Go on" onSubmit={remove} onClose={onClose}>
      <p>
        {person.name} is removed as {aRole(person.role)}.
      </p>
      <ReasonField value={reason} onChange={setReason} autoFocus />
    </FormDialog>
  );
}
