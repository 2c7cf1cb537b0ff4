import { useEffect, useId, useRef, useState, type SubmitEvent } from 'react';
import type { Command } from '../../../protocol/commands.ts';
import type { LenientFactor } from '../../../protocol/factors.ts';
import type { HaltView } from '../../../protocol/halt.ts';
import type { HaltId } from '../../../protocol/units.ts';
import type { Answer } from '../../app/api/call.ts';
import { missingFactor, OF_SESSION, takeFactor, type FactorChoice } from '../../app/factors.ts';
import { REPLACED } from '../../app/passkey.ts';
import { useServices, useView } from '../../app/services.ts';
import { FactorFields } from '../../app/step-up/FactorFields.tsx';
import { useFactorChoice } from '../../app/step-up/use-factor-choice.ts';
import { hasFreshFactor } from '../../state/session.ts';
import { haltConsequence, type HaltSteps } from '../../state/halt-words.ts';
import { plural } from '../../ui/format.ts';

type Step = 'cancel-all' | 'take-back' | 'release';
type Action =
  | { readonly type: 'halt.cancel-all'; readonly haltId: HaltId }
  | { readonly type: 'halt.take-back' | 'halt.release'; readonly haltId: HaltId; readonly reason: string };

const UNKNOWN_EFFECT =
  'Not delivered, or no answer in 5 s. Nothing is assumed: look at the rows, then try again.';

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
  const fields = useFactorChoice();
  const { choice } = fields;
  const [reason, setReason] = useState('');
  const [answer, setAnswer] = useState<{ readonly ok: boolean; readonly sentence: string } | null>(null);
  const [busy, setBusy] = useState(false);
  const answered = useId();
  const main = useRef<HTMLButtonElement>(null);
  const orders = useView('control', (view) => view.state?.orders);
  const isFresh = useFreshFactor();
  const byPasskey = choice.kind === 'passkey';
  useEffect(() => {
    if (byPasskey) main.current?.focus();
  }, [byPasskey]);
  if (!steps.cancelAll && !steps.takeBack && !steps.release) return null;
  const state = control.getState().state;
  const counted = state && orders ? haltConsequence(state) : null;
  const open = counted ? counted.ours + counted.foreign : 0;
  const needsReason = steps.takeBack || steps.release;

  const send = async (step: Step): Promise<void> => {
    const relies = step === 'cancel-all' && isFresh && isUntouched(choice);
    const missing = relies ? null : (missingFactor(choice) ?? missingReason(step, reason));
    if (missing !== null) {
      setAnswer({ ok: false, sentence: missing });
      return;
    }
    setBusy(true);
    const action = actionOf(step, haltId, reason.trim());
    const factor: Answer<LenientFactor> = relies
      ? { ok: true, value: OF_SESSION }
      : await takeFactor(choice, action);
    const reply = factor.ok ? await stream.command(commandOf(action, factor.value)) : null;
    setBusy(false);
    fields.clear();
    if (factor.ok) setAnswer(reply ?? { ok: false, sentence: UNKNOWN_EFFECT });
    else if (factor.error.code !== REPLACED) setAnswer({ ok: false, sentence: factor.error.sentence });
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (!busy) void send(steps.cancelAll ? 'cancel-all' : steps.release ? 'release' : 'take-back');
  };
  return (
    <form className="halt-form" onSubmit={submit} noValidate>
      {steps.cancelAll && isFresh && (
        <p className="second">Cancelling needs no factor now: you gave one less than 5 minutes ago.</p>
      )}
      <FactorFields
        state={fields}
        autoFocus
        codeLabel={codeLabel(halt, steps, isFresh)}
        describedBy={answered}
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
          <button ref={main} type="submit" className="button button-danger" disabled={busy}>
            Cancel {plural(open, 'open order')} and confirm zero
            {isFresh ? ', no code needed' : byPasskey ? ' with a passkey' : ''}
          </button>
        )}
        {steps.takeBack && (
          <button type="button" className="button" disabled={busy} onClick={() => void send('take-back')}>
            Take back: open the gate again
          </button>
        )}
        {steps.release && (
          <button
            {...(steps.cancelAll ? { onClick: () => void send('release') } : { ref: main })}
            type={steps.cancelAll ? 'button' : 'submit'}
            className="button"
            disabled={busy}
          >
            Release: back to trading
          </button>
        )}
      </div>
      <p id={answered} role="alert" className={answer && !answer.ok ? 'refusal' : 'second'}>
        {answer?.sentence}
      </p>
    </form>
  );
}

/** Whether the session's own factor is young enough for what lowers risk; it ages by itself. */
function useFreshFactor(): boolean {
  const session = useView('sessions', (view) => view.session);
  return useView('clock', (view) => hasFreshFactor(session, view.estimatedNow));
}

/** Nothing was typed: the factor of the session will do. A code that was typed is what is meant. */
const isUntouched = (choice: FactorChoice): boolean => choice.kind === 'passkey' || choice.code === '';

function codeLabel(halt: HaltView, steps: HaltSteps, isFresh: boolean): string {
  if (!steps.cancelAll) return 'Your 6-digit code';
  if (isFresh) return 'Your 6-digit code (for taking back or releasing)';
  return halt.phase === 'blocked'
    ? 'Your 6-digit code: the gate is closed already, the code is for cancelling'
    : 'Your 6-digit code';
}

function missingReason(step: Step, reason: string): string | null {
  if (step === 'cancel-all' || reason.trim() !== '') return null;
  return 'Give a reason first: it goes into the record.';
}

function actionOf(step: Step, haltId: HaltId, reason: string): Action {
  switch (step) {
    case 'cancel-all':
      return { type: 'halt.cancel-all', haltId };
    case 'take-back':
      return { type: 'halt.take-back', haltId, reason };
    case 'release':
      return { type: 'halt.release', haltId, reason };
  }
}

function commandOf(action: Action, factor: LenientFactor): Command {
  if (action.type === 'halt.cancel-all') return { ...action, factor };
  if (factor.kind === 'session') throw new Error('a session’s factor opens no gate');
  return { ...action, factor };
}
