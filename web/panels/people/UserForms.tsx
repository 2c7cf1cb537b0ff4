import { useState } from 'react';
import type { PersonView } from '../../../protocol/people.ts';
import { roleSchema, type Role } from '../../../protocol/roles.ts';
import type { UserId } from '../../../protocol/units.ts';
import { aRole, ROLE_NAMES } from '../../ui/role-name.tsx';
import { FormDialog, ReasonField, TextField } from './fields.tsx';
import { useAct } from './use-act.ts';
import { roleChangeWords, roleWords, userDifferences } from './words.ts';

export function CreateUser({ onClose }: { readonly onClose: () => void }) {
  const { prove } = useAct();
  const [user, setUser] = useState('');
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const id = user.trim().toLowerCase();
  const create = (): Promise<boolean> =>
    prove(
      {
        title: 'Create a user',
        sentence: `${name.trim()} (${id}) becomes ${aRole(role)}: they may ${roleWords(role)}. A one-time link to enrol with is shown once.`,
        verb: 'Create them',
        shownTitle: `The link of ${id}`,
      },
      { type: 'user.create', user: id as UserId, name: name.trim(), role },
    );
  return (
    <FormDialog title="New user" button="Go on" onSubmit={create} onClose={onClose}>
      <TextField
        label="User"
        value={user}
        onChange={setUser}
        autoFocus
        pattern="[A-Za-z0-9._\-]{1,64}"
        hint="Letters, digits, dot, dash and underscore. It is what they sign in as, and never changes."
      />
      <TextField label="Name" value={name} onChange={setName} />
      <RoleField value={role} onChange={setRole} />
    </FormDialog>
  );
}

export function ChangeUser({
  person,
  onClose,
}: {
  readonly person: PersonView;
  readonly onClose: () => void;
}) {
  const { prove } = useAct();
  const [name, setName] = useState(person.name);
  const [role, setRole] = useState<Role>(person.role);
  const [reason, setReason] = useState('');
  const after = { name: name.trim(), role };
  const differences = userDifferences(person, after);
  const change = async (): Promise<boolean> => {
    if (differences.length === 0) return false;
    const words = roleChangeWords(person.role, role);
    return prove(
      {
        title: `Change ${person.user}`,
        sentence:
          words === null
            ? `${person.name} (${person.user}) keeps their role.`
            : `${words} Their sessions end, and they sign in anew.`,
        verb: 'Change them',
        differences,
      },
      { type: 'user.change', user: person.user, ...after, reason: reason.trim() },
    );
  };
  return (
    <FormDialog title={`Change ${person.user}`} button="Go on" onSubmit={change} onClose={onClose}>
      <TextField label="Name" value={name} onChange={setName} />
      <RoleField value={role} onChange={setRole} />
      <ReasonField value={reason} onChange={setReason} />
      {differences.length === 0 && <p className="quiet">Nothing is changed yet.</p>}
    </FormDialog>
  );
}

function RoleField({ value, onChange }: { readonly value: Role; readonly onChange: (role: Role) => void }) {
  return (
    <label className="field">
      Role
      <select
        className="input"
        value={value}
        onChange={(event) => {
          const role = roleSchema.safeParse(event.target.value);
          if (role.success) onChange(role.data);
        }}
      >
        {roleSchema.options.map((role) => (
          <option key={role} value={role}>
            {ROLE_NAMES[role]}
          </option>
        ))}
      </select>
      <span className="quiet small">They may {roleWords(value)}.</span>
    </label>
  );
}
