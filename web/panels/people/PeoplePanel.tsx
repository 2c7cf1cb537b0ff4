import { useState } from 'react';
import type { Permission } from '../../../protocol/permissions.ts';
import { useView } from '../../app/services.ts';
import { may } from '../../state/session.ts';
import { Panel } from '../../ui/panel.tsx';
import { ROLE_NAMES } from '../../ui/role-name.tsx';
import { AccountsTable } from './AccountsTable.tsx';
import { RestrictedTable } from './RestrictedTable.tsx';
import { SessionsTable } from './SessionsTable.tsx';
import { ShownOnce } from './ShownOnce.tsx';
import { ShownContext, type Shown } from './use-act.ts';
import { UsersTable } from './UsersTable.tsx';

const SECTIONS = ['Users', 'Sessions', 'Service accounts', 'Restricted'] as const;
type Section = (typeof SECTIONS)[number];

/** Any of these opens a section to look at; changing it takes the first. */
const NEEDS: Readonly<Record<Section, readonly [Permission, ...Permission[]]>> = {
  Users: ['user.manage', 'session.manage'],
  Sessions: ['session.manage'],
  'Service accounts': ['service-account.manage', 'user.manage', 'session.manage'],
  Restricted: ['restriction.manage', 'user.manage', 'session.manage', 'service-account.manage'],
};

/** Users, sessions, service accounts and the restricted list, for who may manage them. */
export function PeoplePanel() {
  const session = useView('sessions', (view) => view.session);
  const [chosen, setChosen] = useState<Section | null>(null);
  const [shown, setShown] = useState<Shown | null>(null);
  const open = SECTIONS.filter((section) => NEEDS[section].some((permission) => may(session, permission)));
  const section = chosen ?? open[0] ?? null;
  return (
    <Panel
      title="People"
      tools={
        <div className="row" role="group" aria-label="What to manage">
          {SECTIONS.map((each) => (
            <button
              key={each}
              type="button"
              className="toggle"
              aria-pressed={each === section}
              disabled={!open.includes(each)}
              title={open.includes(each) ? undefined : mayNot(session?.role)}
              onClick={() => setChosen(each)}
            >
              {each}
            </button>
          ))}
        </div>
      }
      provenance="from the log · read every 5 s"
    >
      <ShownContext value={setShown}>
        {section === null && <p className="empty">{mayNot(session?.role)}</p>}
        {section === 'Users' && <UsersTable />}
        {section === 'Sessions' && <SessionsTable />}
        {section === 'Service accounts' && <AccountsTable />}
        {section === 'Restricted' && <RestrictedTable />}
      </ShownContext>
      {shown && <ShownOnce shown={shown} onClose={() => setShown(null)} />}
    </Panel>
  );
}

function mayNot(role: keyof typeof ROLE_NAMES | undefined): string {
  const who = role === undefined ? 'Nobody is signed in' : `Your role, ${ROLE_NAMES[role]}, does not have it`;
  return `This is for administrators, risk managers and compliance. ${who}.`;
}
