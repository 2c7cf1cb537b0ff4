import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { Note } from '../../../protocol/notes.ts';
import { readNotes } from '../../app/notes-api.ts';
import { useView } from '../../app/services.ts';
import { plural, utcDate, utcTime } from '../../ui/format.ts';
import { Panel } from '../../ui/panel.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { useLastKnown } from '../selected.ts';
import { allNotes } from './handover.ts';
import { NoteForm } from './NoteForm.tsx';

const NONE: readonly Note[] = [];

/** The operator's log: what people wrote, newest first. Each note is a record of the audit log. */
export function NotesPanel() {
  const snapshots = useView('link', (view) => view.snapshots);
  const live = useView('control', (view) => view.notes);
  const mayWrite = useView('control', (view) => view.session?.permissions.includes('note.write') ?? false);
  const [writing, setWriting] = useState<Note['kind'] | null>(null);
  const lastKnown = useLastKnown();
  // Pushes are lost in a gap: what was written meanwhile is read with each new snapshot.
  const read = useQuery({
    queryKey: ['notes', snapshots],
    queryFn: async () => {
      const notes = await readNotes();
      if (!notes.ok) throw new Error(notes.error.sentence);
      return notes.value;
    },
    staleTime: Infinity,
    retry: 3,
    placeholderData: (before: readonly Note[] | undefined) => before,
  });
  const notes = useMemo(() => allNotes(read.data ?? NONE, live), [read.data, live]);
  return (
    <Panel
      title="Log book"
      provenance={`${lastKnown ? 'last known · ' : ''}${plural(notes.length, 'note')} · each a record of the audit log`}
    >
      <div className="notes">
        <div className="toolbar">
          <button
            type="button"
            className="toggle"
            aria-pressed={writing === 'note'}
            disabled={!mayWrite}
            onClick={() => setWriting(writing === 'note' ? null : 'note')}
          >
            Add a note
          </button>
          <button
            type="button"
            className="toggle"
            aria-pressed={writing === 'handover'}
            disabled={!mayWrite}
            onClick={() => setWriting(writing === 'handover' ? null : 'handover')}
          >
            Hand over
          </button>
          {!mayWrite && <span className="small quiet">This session may read, not write.</span>}
        </div>
        {writing !== null && <NoteForm key={writing} kind={writing} onDone={() => setWriting(null)} />}
        <div
          className={lastKnown ? 'panel-scroll stale' : 'panel-scroll'}
          tabIndex={0}
          role="region"
          aria-label="Notes"
        >
          {read.error && (
            <p className="audit-state" role="status">
              <StatusMark tone="caution" /> {read.error.message}{' '}
              <button type="button" className="button button-small" onClick={() => void read.refetch()}>
                Ask again
              </button>
            </p>
          )}
          {notes.length === 0 && !read.error && (
            <p className="empty">{read.isPending ? 'Reading…' : 'Nobody has written anything yet.'}</p>
          )}
          <ol className="notes-list">
            {notes.map((note) => (
              <NoteRow key={note.note} note={note} />
            ))}
          </ol>
        </div>
      </div>
    </Panel>
  );
}

function NoteRow({ note }: { readonly note: Note }) {
  return (
    <li className="note" data-kind={note.kind}>
      <p className="note-head small">
        <span className="quiet" data-mask="clock">
          {utcDate(note.at)} {utcTime(note.at)} UTC
        </span>{' '}
        <strong>{note.by}</strong>
        {note.role !== null && <span className="quiet"> · {note.role}</span>}
        {note.kind === 'handover' && <span className="note-kind">Hand-over</span>}
      </p>
      <p className="note-text">{note.text}</p>
    </li>
  );
}
