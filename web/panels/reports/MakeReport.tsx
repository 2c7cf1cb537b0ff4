import { useQueryClient } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { REPORT_KINDS, type ReportView } from '../../../protocol/reports.ts';
import { useServices, useView } from '../../app/services.ts';
import { utcDate } from '../../ui/format.ts';
import { useCommand } from '../orders/use-command.ts';
import { ABOUT, KIND_WORDS, wrongAbout } from './report-words.ts';

/** Asks for a report by hand: what about, and why. */
export function MakeReport({ onDone }: { readonly onDone: () => void }) {
  const { clock } = useServices();
  const queries = useQueryClient();
  const halt = useView('control', (view) => view.state?.halt.haltId ?? null);
  const online = useView('link', (view) => view.link.kind === 'online');
  const [kind, setKind] = useState<ReportView['kind']>('incident');
  const [about, setAbout] = useState(halt ?? '');
  const [reason, setReason] = useState('');
  const [sending, setSending] = useState(false);
  const run = useCommand();
  const wrong = about === '' ? null : wrongAbout(kind, about);
  const isReady = about !== '' && wrong === null && reason.trim() !== '';
  const choose = (chosen: ReportView['kind']): void => {
    setKind(chosen);
    const today = utcDate(clock.getState().estimatedNow);
    setAbout(chosen === 'incident' ? (halt ?? '') : chosen === 'daily' ? today : today.slice(0, 4));
  };
  const submit = async (): Promise<void> => {
    setSending(true);
    const reply = await run({ type: 'report.make', report: kind, about, reason: reason.trim() });
    setSending(false);
    if (!reply?.ok) return;
    await queries.invalidateQueries({ queryKey: ['reports'] });
    onDone();
  };
  return (
    <form
      className="note-form"
      onSubmit={(event: SubmitEvent) => {
        event.preventDefault();
        void submit();
      }}
    >
      <div className="row report-fields">
        <label className="field">
          Report
          <select
            className="input"
            value={kind}
            onChange={({ target }) => {
              const chosen = REPORT_KINDS.find((each) => each === target.value);
              if (chosen) choose(chosen);
            }}
          >
            {REPORT_KINDS.map((each) => (
              <option key={each} value={each}>
                {KIND_WORDS[each]}
              </option>
            ))}
          </select>
        </label>
        <label className="field report-about">
          {ABOUT[kind].label}
          <input
            className="input mono"
            required
            placeholder={ABOUT[kind].example}
            aria-invalid={wrong !== null}
            value={about}
            onChange={(event) => setAbout(event.target.value.trim())}
          />
        </label>
      </div>
      {wrong !== null && <p className="refusal small">{wrong}</p>}
      <label className="field">
        Reason (it stands in the log)
        <input
          className="input"
          required
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      </label>
      <div className="row">
        <button className="button button-main" disabled={!online || sending || !isReady}>
          {sending ? 'Asking…' : 'Make the report'}
        </button>
        <button type="button" className="button button-plain" onClick={onDone}>
          Close
        </button>
        {!online && <span className="refusal small">No connection: it would not be delivered.</span>}
      </div>
    </form>
  );
}
