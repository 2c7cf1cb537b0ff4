import { useMemo, useState } from 'react';
import type { PersonView } from '../../../protocol/people.ts';
import { useView } from '../../app/services.ts';
import { StatusMark } from '../../ui/status-mark.tsx';
import { Table, type Column } from '../../ui/table.tsx';
import { ROLE_NAMES } from '../../ui/role-name.tsx';
import { LinkForm } from './LinkForm.tsx';
import { RemoveUser } from './RemoveUser.tsx';
import { ActButton, Section } from './Section.tsx';
import { usePeople } from './use-people.ts';
import { ChangeUser, CreateUser } from './UserForms.tsx';
import { factorWords, isEnrolled, stamp } from './words.ts';

type Open =
  | { readonly kind: 'none' | 'create' }
  | { readonly kind: 'change' | 'link' | 'remove'; readonly person: PersonView };
const NONE: Open = { kind: 'none' };
const NOBODY: readonly PersonView[] = [];

export function UsersTable() {
  const reply = usePeople();
  const self = useView('sessions', (view) => view.session?.user ?? null);
  const [open, setOpen] = useState<Open>(NONE);
  const people = reply?.ok ? reply.value.people : NOBODY;
  const lastAdministrator = onlyAdministrator(people);
  const columns = useMemo(
    () => columnsOf({ self, lastAdministrator, onOpen: setOpen }),
    [self, lastAdministrator],
  );
  const close = (): void => setOpen(NONE);
  return (
    <Section
      refusal={reply?.ok === false ? reply.error.sentence : null}
      add={
        <ActButton permission="user.manage" onClick={() => setOpen({ kind: 'create' })}>
          New user…
        </ActButton>
      }
    >
      <Table
        label="Users"
        columns={columns}
        rows={people}
        rowKey={(person) => person.user}
        empty={reply ? 'No users.' : 'Reading the users…'}
      />
      {open.kind === 'create' && <CreateUser onClose={close} />}
      {open.kind === 'change' && <ChangeUser person={open.person} onClose={close} />}
      {open.kind === 'link' && <LinkForm person={open.person} onClose={close} />}
      {open.kind === 'remove' && <RemoveUser person={open.person} onClose={close} />}
    </Section>
  );
}

/** The one administrator who is left among those who can sign in; null when there are more. */
function onlyAdministrator(people: readonly PersonView[]): string | null {
  const able = people.filter((person) => person.role === 'administrator' && isEnrolled(person));
  return able.length === 1 ? (able[0]?.user ?? null) : null;
}

function columnsOf({
  self,
  lastAdministrator,
  onOpen,
}: {
  readonly self: string | null;
  readonly lastAdministrator: string | null;
  readonly onOpen: (open: Open) => void;
}): readonly Column<PersonView>[] {
  return [
    { id: 'user', title: 'User', track: 'minmax(80px, 1fr)', cell: (p) => p.user, order: (p) => p.user },
    { id: 'name', title: 'Name', track: 'minmax(90px, 1.2fr)', cell: (p) => p.name, order: (p) => p.name },
    {
      id: 'role',
      title: 'Role',
      track: '104px',
      cell: (p) => ROLE_NAMES[p.role],
      order: (p) => ROLE_NAMES[p.role],
    },
    {
      id: 'factors',
      title: 'Factors',
      track: 'minmax(120px, 2fr)',
      from: 620,
      cell: (p) => (
        <span className={isEnrolled(p) ? 'second' : 'quiet'}>
          {!isEnrolled(p) && <StatusMark tone="unknown" />} {factorWords(p)}
        </span>
      ),
      order: factorWords,
    },
    {
      id: 'last',
      title: 'Last sign-in, UTC',
      track: '132px',
      from: 760,
      mask: 'clock',
      cell: (p) => <span className="quiet">{stamp(p.lastSignInAt)}</span>,
      order: (p) => p.lastSignInAt ?? 0,
    },
    {
      id: 'acts',
      title: '',
      track: '186px',
      align: 'right',
      cell: (p) => (
        <Acts
          person={p}
          refused={refusedFor(p, self, lastAdministrator)}
          onOpen={(kind) => onOpen({ kind, person: p })}
        />
      ),
    },
  ];
}

/** What the server would refuse anyway, said before. */
function refusedFor(person: PersonView, self: string | null, last: string | null): string | null {
  if (person.user === self) return 'Nobody changes or removes themselves: ask another administrator.';
  return person.user === last ? 'The last administrator stays one.' : null;
}

function Acts({
  person,
  refused,
  onOpen,
}: {
  readonly person: PersonView;
  readonly refused: string | null;
  readonly onOpen: (kind: 'change' | 'link' | 'remove') => void;
}) {
  return (
    <>
      <ActButton
        row
        permission="user.manage"
        label={`Link for ${person.user}`}
        onClick={() => onOpen('link')}
      >
        link…
      </ActButton>
      <ActButton
        row
        permission="user.manage"
        refused={refused}
        label={`Change ${person.user}`}
        onClick={() => onOpen('change')}
      >
        change…
      </ActButton>
      <ActButton
        row
        permission="user.manage"
        refused={refused}
        label={`Remove ${person.user}`}
        onClick={() => onOpen('remove')}
      >
        remove…
      </ActButton>
    </>
  );
}
