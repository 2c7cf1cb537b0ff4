import { useMemo, useState } from 'react';
import { grouped, plural } from '../../ui/format.ts';
import { StatusMark } from '../../ui/status-mark.tsx';
import { FormDialog, ReasonField } from '../people/fields.tsx';
import { ActButton } from '../people/Section.tsx';
import { useAct } from '../people/use-act.ts';
import { recordsWords, stretchDays, stretchesOf, stretchState, type Stretch } from './retention-words.ts';
import { Trouble } from './Trouble.tsx';
import { RETENTION, usePlan } from './use-retention.ts';

const NOTHING_DUE = 'Nothing is past its time.';

/** The log's whole segments: which may go, which stay and why, which are gone. */
export function PlanSection() {
  const { known, trouble } = usePlan();
  const [removing, setRemoving] = useState<readonly Stretch[] | null>(null);
  const stretches = useMemo(() => (known ? stretchesOf(known) : null), [known]);
  const due = (stretches ?? []).filter(({ kept }) => kept === 'due');
  return (
    <section className="stack proofs-part" aria-label="Segments">
      <h3 className="record-heading row">
        What may go, and when
        <ActButton
          permission="retention.manage"
          refused={due.length === 0 ? NOTHING_DUE : null}
          onClick={() => setRemoving(due)}
        >
          Remove what is due…
        </ActButton>
      </h3>
      <Trouble sentence={trouble} isKnown={known !== null} />
      {!known && trouble === null && <p className="quiet">Reading the segments…</p>}
      {stretches && <Stretches stretches={stretches} />}
      {removing && <RemoveDue due={removing} onClose={() => setRemoving(null)} />}
    </section>
  );
}

function Stretches({ stretches }: { readonly stretches: readonly Stretch[] }) {
  const last = stretches.at(-1)?.last ?? 0;
  return (
    <>
      {stretches.length > 0 && (
        <table className="plain-table retention-table" aria-label="Segments">
          <thead>
            <tr>
              <th scope="col" className="right">
                Records
              </th>
              <th scope="col" className="right">
                Segments
              </th>
              <th scope="col">Written (UTC)</th>
              <th scope="col">Time over (UTC)</th>
              <th scope="col">State</th>
            </tr>
          </thead>
          <tbody>
            {stretches.map((stretch) => (
              <Row key={stretch.first} stretch={stretch} />
            ))}
          </tbody>
        </table>
      )}
      <p className="quiet small">
        {last === 0
          ? 'The whole log is one segment, which is still being written: nothing of it goes.'
          : `From record ${grouped(String(last + 1))} on, the segment is still being written: nothing of it goes.`}
      </p>
    </>
  );
}

function Row({ stretch }: { readonly stretch: Stretch }) {
  const { written, until } = stretchDays(stretch);
  const { tone, words } = stretchState(stretch);
  return (
    <tr>
      <th scope="row" className="right mono">
        {recordsWords(stretch)}
      </th>
      <td className="right mono">{stretch.segments.length === 0 ? '–' : stretch.segments.length}</td>
      <td>{written}</td>
      <td>{until}</td>
      <td className="retention-words">
        <StatusMark tone={tone} /> {words}
      </td>
    </tr>
  );
}

/** Exactly what was shown when this was opened, or nothing: the server refuses if it changed meanwhile. */
function RemoveDue({ due, onClose }: { readonly due: readonly Stretch[]; readonly onClose: () => void }) {
  const { prove } = useAct(RETENTION);
  const [reason, setReason] = useState('');
  const what = due.map(recordsWords).join(', ');
  const segments = due.reduce((sum, stretch) => sum + stretch.segments.length, 0);
  const remove = (): Promise<boolean> =>
    prove(
      {
        title: 'Remove what is past its time',
        sentence: `Records ${what} (${plural(segments, 'segment')}) go from this log for good. Their hashes stay, so that all the others can still be proven; a record says who removed them and why.`,
        verb: 'Remove them',
        differences: [{ name: `Records ${what}`, before: 'in the log', after: 'their hashes only' }],
      },
      {
        type: 'retention.prune',
        ranges: due.map(({ first, last }) => ({ first, last })),
        reason: reason.trim(),
      },
    );
  return (
    <FormDialog title="Remove what is past its time" button="Go on" onSubmit={remove} onClose={onClose}>
      <p className="second">Records {what}. A copy elsewhere keeps what it has.</p>
      <ReasonField value={reason} onChange={setReason} autoFocus />
    </FormDialog>
  );
}
