import { useState, type SubmitEvent } from 'react';
import type { Command } from '../../../protocol/commands.ts';
import type { HaltView } from '../../../protocol/halt.ts';
import type { HaltId } from '../../../protocol/units.ts';
import { CodeField } from '../../app/pages/CodeField.tsx';
import { useServices, useView } from '../../app/services.ts';
import { haltConsequence, type HaltSteps } from '../../state/halt-words.ts';
import { plural } from '../../ui/format.ts';

type Step = 'cancel-all' | 'take-back' | 'release';

/** The factor, and what it is for. Each button says what it does; the server decides again. */
export function HaltActions({
  halt,
  haltId,
  steps,
}: {
  readonly halt: HaltView;
  readonly haltId: HaltId;
  readonly steps: HaltSteps;
}) {
  const { stream, control } = useServices();
  const [code, setCode] = useState('');
  const [reason, setReason] = useState('');
  const [answer, setAnswer] = useState<{ readonly ok: boolean; readonly sentence: string } | null>(null);
  const [busy, setBusy] = useState(false);
  const orders = useView('control', (view) => view.state?.orders);
  if (!steps.cancelAll && !steps.takeBack && !steps.release) return null;
  const state = control.getState().state;
  const counted = state && orders ? haltConsequence(state) : null;
  const open = counted ? counted.ours + counted.foreign : 0;
  const needsReason = steps.takeBack || steps.release;

  const send = async (step: Step): Promise<void> => {
    const refusal = missing(step, code, reason);
    if (refusal !== null) {
      setAnswer({ ok: false, sentence: refusal });
      return;
    }
    setBusy(true);
    const reply = await stream.command(commandOf(step, haltId, code, reason));
    setBusy(false);
    setCode('');
    setAnswer(
      reply
        ? { ok: reply.ok, sentence: reply.sentence }
        : {
            ok: false,
            sentence:
              'Not delivered, or no answer in 5 s. Nothing is assumed: look at the rows, then try again.',
          },
    );
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    void send(steps.cancelAll ? 'cancel-all' : steps.release ? 'release' : 'take-back');
  };
  return (
    <form className="halt-form" onSubmit={submit} noValidate>
      <CodeField
        value={code}
        onChange={setCode}
        autoFocus
        label={
          halt.phase === 'blocked'
            ? 'Your 6-digit code: the gate is closed already, the code is for cancelling'
            : 'Your 6-digit code'
        }
      />
      {needsReason && (
        <label className="field">
          Reason{steps.cancelAll ? ' (for taking back or releasing)' : ''}
          <input
            className="input"
            value={reason}
            maxLength={500}
            onChange={(event) => setReason(event.target.value)}
          />
        </label>
      )}
      <div className="halt-form-buttons">
        {steps.cancelAll && (
          <button type="submit" className="button button-danger" disabled={busy}>
            Cancel {plural(open, 'open order')} and confirm zero
          </button>
        )}
        {steps.takeBack && (
          <button type="button" className="button" disabled={busy} onClick={() => void send('take-back')}>
            Take back: open the gate again
          </button>
        )}
        {steps.release && (
          <button
            type={steps.cancelAll ? 'button' : 'submit'}
            className="button"
            disabled={busy}
            {...(steps.cancelAll ? { onClick: () => void send('release') } : {})}
          >
            Release: back to trading
          </button>
        )}
      </div>
      <p role="alert" className={answer && !answer.ok ? 'refusal' : 'second'}>
        {answer?.sentence}
      </p>
    </form>
  );
}

function missing(step: Step, code: string, reason: string): string | null {
  if (!/^\d{6}$/.test(code)) return 'Enter the six digits of your authenticator first.';
  if (step !== 'cancel-all' && reason.trim() === '') return 'Give a reason first: it goes into the record.';
  return null;
}

function commandOf(step: Step, haltId: HaltId, code: string, reason: string): Command {
  const factor = { kind: 'totp', code } as const;
  switch (step) {
    case 'cancel-all':
      return { type: 'halt.cancel-all', haltId, factor };
    case 'take-back':
      return { type: 'halt.take-back', haltId, factor, reason: reason.trim() };
    case 'release':
      return { type: 'halt.release', haltId, factor, reason: reason.trim() };
  }
}
