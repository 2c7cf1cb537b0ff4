import { useMemo, useState } from 'react';
import type { Restriction } from '../../../protocol/people.ts';
import { Table, type Column } from '../../ui/table.tsx';
import { FormDialog, ReasonField, TextField } from './fields.tsx';
import { ActButton, Section } from './Section.tsx';
import { useAct } from './use-act.ts';
import { usePeople } from './use-people.ts';
import { stamp } from './words.ts';

const NONE: readonly Restriction[] = [];

/** What no order may raise a position in, whoever sends it. */
export function RestrictedTable() {
  const reply = usePeople();
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<Restriction | null>(null);
  const columns = useMemo(() => columnsOf(setRemoving), []);
  return (
    <Section
      refusal={reply?.ok === false ? reply.error.sentence : null}
      add={
        <ActButton permission="restriction.manage" onClick={() => setAdding(true)}>
          Restrict…
        </ActButton>
      }
    >
      <Table
        label="Restricted list"
        columns={columns}
        rows={reply?.ok ? reply.value.restrictions : NONE}
        rowKey={(restriction) => restriction.name}
        empty={reply ? 'Nothing is restricted.' : 'Reading the restricted list…'}
      />
      {adding && <Restrict onClose={() => setAdding(false)} />}
      {removing && <Lift restriction={removing} onClose={() => setRemoving(null)} />}
    </Section>
  );
}

function columnsOf(onLift: (restriction: Restriction) => void): readonly Column<Restriction>[] {
  return [
    { id: 'name', title: 'Instrument or asset', track: '140px', cell: (r) => r.name, order: (r) => r.name },
    {
      id: 'reason',
      title: 'Reason',
      track: 'minmax(140px, 2fr)',
      cell: (r) => <span className="second">{r.reason}</span>,
    },
    { id: 'by', title: 'By', track: '96px', from: 520, cell: (r) => r.by, order: (r) => r.by },
    {
      id: 'since',
      title: 'Since, UTC',
      track: '132px',
      from: 620,
      mask: 'clock',
      cell: (r) => <span className="quiet">{stamp(r.at)}</span>,
      order: (r) => r.at,
    },
    {
      id: 'acts',
      title: '',
      track: '74px',
      align: 'right',
      cell: (r) => (
        <ActButton
          row
          permission="restriction.manage"
          label={`Lift the restriction of ${r.name}`}
          onClick={() => onLift(r)}
        >
          lift…
        </ActButton>
      ),
    },
  ];
}

/** Lowers risk: it holds at once, with a reason and no factor. */
function Restrict({ onClose }: { readonly onClose: () => void }) {
  const { plain } = useAct();
  const [name, setName] = useState('');
  const [reason, setReason] = useState('');
  const add = (): Promise<boolean> =>
    plain({ type: 'restriction.add', name: name.trim().toUpperCase(), reason: reason.trim() });
  return (
    <FormDialog title="Restrict" button="Restrict it" onSubmit={add} onClose={onClose}>
      <p className="second">
        From then on no order may raise a position in it. Reducing and cancelling go on.
      </p>
      <TextField
        label="Instrument or asset"
        value={name}
        onChange={setName}
        autoFocus
        maxLength={40}
        pattern="[A-Za-z0-9._\-]{1,40}"
        hint="A symbol (XRPUSDT), a name (XRP-USDT), or an asset (XRP) for all of its instruments."
      />
      <ReasonField value={reason} onChange={setReason} />
    </FormDialog>
  );
}

function Lift({ restriction, onClose }: { readonly restriction: Restriction; readonly onClose: () => void }) {
  const { prove } = useAct();
  const [reason, setReason] = useState('');
  const lift = (): Promise<boolean> =>
    prove(
      {
        title: `Lift the restriction of ${restriction.name}`,
        sentence: `Orders may raise positions in ${restriction.name} again. ${restriction.by} restricted it: ${restriction.reason}`,
        verb: 'Lift it',
        differences: [{ name: restriction.name, before: 'restricted', after: 'tradable' }],
      },
      { type: 'restriction.remove', name: restriction.name, reason: reason.trim() },
    );
  return (
    <FormDialog
      title={`Lift the restriction of ${restriction.name}`}
      button="Go on"
      onSubmit={lift}
      onClose={onClose}
    >
      <ReasonField value={reason} onChange={setReason} autoFocus />
    </FormDialog>
  );
}
