import { useRef, useState, type SubmitEvent } from 'react';
import { NOTE_CHARACTERS, type Note } from '../../../protocol/notes.ts';
import { useServices, useView } from '../../app/services.ts';
import { useCommand } from '../orders/use-command.ts';
import { HANDOVER_FORM, standingFacts } from './handover.ts';

/** A note as it is being written. What was typed stays until the server has it. */
export function NoteForm({ kind, onDone }: { readonly kind: Note['kind']; readonly onDone: () => void }) {
  const { control, clock } = useServices();
  const name = useView('control', (view) => view.session?.name ?? 'nobody');
  const online = useView('link', (view) => view.link.kind === 'online');
  const [text, setText] = useState(kind === 'handover' ? HANDOVER_FORM : '');
  const [sending, setSending] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const run = useCommand();
  const insert = (): void => {
    const { state } = control.getState();
    if (!state) return;
    const facts = standingFacts(state, clock.getState().estimatedNow);
    setText((before) =>
      (before.trim() === '' ? facts : `${before.trimEnd()}\n\n${facts}`).slice(0, NOTE_CHARACTERS),
    );
    field.current?.focus();
  };
  const submit = async (): Promise<void> => {
    setSending(true);
    const reply = await run({ type: 'note.add', kind, text: text.trim() });
    setSending(false);
    if (reply?.ok) onDone();
  };
  const onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    void submit();
  };
  return (
    <form className="note-form" onSubmit={onSubmit}>
      <label className="field">
        {kind === 'handover' ? 'What the next shift has to know' : 'Note'}
        <textarea
          ref={field}
          className="input note-input"
          autoFocus
          required
          rows={kind === 'handover' ? 10 : 3}
          maxLength={NOTE_CHARACTERS}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
            event.preventDefault();
            event.currentTarget.form?.requestSubmit();
          }}
        />
      </label>
      <div className="row note-buttons">
        <button className="button button-main" disabled={!online || sending || text.trim() === ''}>
          {sending ? 'Sending…' : `${kind === 'handover' ? 'Hand over' : 'Write'} as ${name}`}
        </button>
        <button type="button" className="button" onClick={insert}>
          Insert what stands now
        </button>
        <button type="button" className="button button-plain" onClick={onDone}>
          Close
        </button>
        {!online && <span className="refusal small">No connection: it would not be delivered.</span>}
      </div>
    </form>
  );
}
