import { useMemo, useState } from 'react';
import type { ListedSession } from '../../../protocol/people.ts';
import { Table, type Column } from '../../ui/table.tsx';
import { FormDialog, ReasonField, TextField } from './fields.tsx';
import { ActButton, Section } from './Section.tsx';
import { useAct } from './use-act.ts';
import { useSessions } from './use-people.ts';
import { sessionDevice, stamp } from './words.ts';

const NONE: readonly ListedSession[] = [];

/** Everybody who is signed in, and the displays on walls. */
export function SessionsTable() {
  const reply = useSessions();
  const [ending, setEnding] = useState<ListedSession | null>(null);
  const [wall, setWall] = useState(false);
  const columns = useMemo(() => columnsOf(setEnding), []);
  return (
    <Section
      refusal={reply?.ok === false ? reply.error.sentence : null}
      add={
        <ActButton permission="session.manage" onClick={() => setWall(true)}>
          Wall display…
        </ActButton>
      }
    >
      <Table
        label="Sessions"
        columns={columns}
        rows={reply?.ok ? reply.value : NONE}
        rowKey={(session) => session.session}
        empty={reply ? 'No sessions.' : 'Reading the sessions…'}
      />
      {ending && <EndSession session={ending} onClose={() => setEnding(null)} />}
      {wall && <NewWall onClose={() => setWall(false)} />}
    </Section>
  );
}

function columnsOf(onEnd: (session: ListedSession) => void): readonly Column<ListedSession>[] {
  return [
    { id: 'user', title: 'User', track: 'minmax(80px, 1fr)', cell: (s) => s.user, order: (s) => s.user },
    {
      id: 'device',
      title: 'Device',
      track: 'minmax(110px, 1.6fr)',
      mask: 'id',
      cell: sessionDevice,
      order: sessionDevice,
    },
    {
      id: 'address',
      title: 'Address',
      track: '112px',
      from: 620,
      cell: (s) => <span className="quiet">{s.address}</span>,
      order: (s) => s.address,
    },
    {
      id: 'since',
      title: 'Signed in, UTC',
      track: '132px',
      mask: 'clock',
      cell: (s) => <span className="quiet">{stamp(s.signedInAt)}</span>,
      order: (s) => s.signedInAt,
    },
    {
      id: 'seen',
      title: 'Last seen',
      track: '132px',
      from: 760,
      mask: 'clock',
      cell: (s) => <span className="quiet">{stamp(s.lastSeenAt)}</span>,
      order: (s) => s.lastSeenAt,
    },
    {
      id: 'acts',
      title: '',
      track: '84px',
      align: 'right',
      cell: (s) =>
        s.current ? (
          <span className="this-one">this one</span>
        ) : (
          <ActButton
            row
            permission="session.manage"
            label={`End the session of ${s.user}`}
            onClick={() => onEnd(s)}
          >
            end it…
          </ActButton>
        ),
    },
  ];
}

/** Lowers what somebody may do: a reason, and no factor. */
function EndSession({ session, onClose }: { readonly session: ListedSession; readonly onClose: () => void }) {
  const { plain } = useAct();
  const [reason, setReason] = useState('');
  const end = (): Promise<boolean> =>
    plain({ type: 'session.revoke', session: session.session, reason: reason.trim() });
  return (
    <FormDialog title="End a session" button="End it" onSubmit={end} onClose={onClose}>
      <p>
        The session of {session.user} ({sessionDevice(session)}, {session.address}) ends at once, with every
        window of it.
      </p>
      <ReasonField value={reason} onChange={setReason} autoFocus />
    </FormDialog>
  );
}

function NewWall({ onClose }: { readonly onClose: () => void }) {
  const { prove } = useAct();
  const [name, setName] = useState('');
  const make = (): Promise<boolean> =>
    prove(
      {
        title: 'Set up a wall display',
        sentence: `Whoever opens the link first makes their browser the display “${name.trim()}”. It watches for 30 days and can do nothing else, bound to a key that never leaves it.`,
        verb: 'Make the link',
        shownTitle: `The link of the display ${name.trim()}`,
      },
      { type: 'wall.link', name: name.trim() },
    );
  return (
    <FormDialog title="Wall display" button="Go on" onSubmit={make} onClose={onClose}>
      <TextField label="Name, or where it hangs" value={name} onChange={setName} autoFocus />
    </FormDialog>
  );
}
