import { useQueryClient } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import type { ReportView } from '../../../protocol/reports.ts';
import { postCommand } from '../../app/api/commands.ts';
import { useServices, useView } from '../../app/services.ts';
import { useAskFactor } from '../../app/step-up/use-ask-factor.ts';
import { NOT_DELIVERED } from '../orders/use-command.ts';
import { CERTIFICATION } from './report-words.ts';

/** The chief executive certifies a yearly pack: their words, and a factor bound to these very words. */
export function CertifyReview({
  review,
  onDone,
}: {
  readonly review: ReportView;
  readonly onDone: () => void;
}) {
  const { clock, link } = useServices();
  const queries = useQueryClient();
  const ask = useAskFactor();
  const online = useView('link', (view) => view.link.kind === 'online');
  const [statement, setStatement] = useState(CERTIFICATION);
  const [asking, setAsking] = useState(false);
  const words = statement.trim();
  const submit = async (): Promise<void> => {
    const command = { type: 'review.certify', report: review.reportId, statement: words } as const;
    setAsking(true);
    const factor = await ask({
      title: `Certify ${review.title}`,
      sentence: `You sign, in the audit log: “${words}”`,
      verb: 'Certify',
      action: command,
      perform: async (given) => {
        const now = clock.getState().estimatedNow || Date.now() * 1000;
        const reply = await postCommand({ ...command, factor: given }, now);
        if (!reply?.ok) return { ok: false, error: reply ?? { code: 'lost', sentence: NOT_DELIVERED } };
        link.notice(reply.sentence, 'done');
        return { ok: true };
      },
    });
    setAsking(false);
    if (factor === null) return;
    await queries.invalidateQueries({ queryKey: ['reports'] });
    onDone();
  };
  return (
    <form
      className="note-form"
      aria-label={`Certify ${review.title}`}
      onSubmit={(event: SubmitEvent) => {
        event.preventDefault();
        void submit();
      }}
    >
      <label className="field">
        Statement (it stands in the log under your name; read the pack first)
        <textarea
          className="input"
          required
          rows={5}
          autoFocus
          maxLength={2000}
          value={statement}
          onChange={(event) => setStatement(event.target.value)}
        />
      </label>
      <div className="row">
        <button className="button button-main" disabled={!online || asking || words === ''}>
          Certify…
        </button>
        <button type="button" className="button button-plain" onClick={onDone}>
          Close
        </button>
        {!online && <span className="refusal small">No connection: it would not be delivered.</span>}
      </div>
    </form>
  );
}
