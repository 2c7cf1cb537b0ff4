import { useEffect, useEffectEvent, useId, useRef, useState, type SubmitEvent } from 'react';
import type { FactorQuestion } from '../../state/step-up.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { missingFactor, takeFactor } from '../factors.ts';
import { dropPasskeyQuestion, REPLACED } from '../passkey.ts';
import { useServices, useView } from '../services.ts';
import { FactorFields } from './FactorFields.tsx';
import { Differences } from './Differences.tsx';
import { useFactorChoice } from './use-factor-choice.ts';

/** The standing question for a factor, if there is one. */
export function StepUpDialog() {
  const asked = useView('stepUp', (view) => view.asked);
  const [count, setCount] = useState({ asked, key: 0 });
  // Each question begins with empty fields, also one that replaces another.
  if (count.asked !== asked) setCount({ asked, key: count.key + 1 });
  return asked && <Question key={count.key} question={asked} />;
}

function Question({ question }: { readonly question: FactorQuestion }) {
  const { stepUp } = useServices();
  const fields = useFactorChoice();
  const [refusal, setRefusal] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const alert = useId();
  const main = useRef<HTMLButtonElement>(null);
  const { choice } = fields;
  const byPasskey = choice.kind === 'passkey';
  const isDueAtOnce = useRef(question.atOnce === true);

  const confirm = async (): Promise<void> => {
    const missing = missingFactor(choice);
    if (missing !== null) {
      setRefusal(missing);
      return;
    }
    setBusy(true);
    setRefusal(null);
    const factor = await takeFactor(choice, question.action);
    // Let be while the device was asking: what it signed afterwards is for nothing.
    if (stepUp.getState().asked !== question) return;
    const done = factor.ok && question.perform ? await question.perform(factor.value) : factor;
    setBusy(false);
    if (factor.ok && done.ok) {
      stepUp.getState().asked?.answer(factor.value);
      return;
    }
    if (!done.ok && done.error.code !== REPLACED) setRefusal(done.error.sentence);
    fields.clear();
  };
  const confirmAtOnce = useEffectEvent(() => void confirm());
  useEffect(() => {
    if (!byPasskey) return;
    main.current?.focus();
    if (!isDueAtOnce.current) return;
    isDueAtOnce.current = false;
    confirmAtOnce();
  }, [byPasskey]);
  useEffect(() => dropPasskeyQuestion, []);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (!busy) void confirm();
  };
  return (
    <Dialog title={question.title} onClose={() => stepUp.abandon()}>
      <p>{question.sentence}</p>
      {question.differences && <Differences of={question.differences} />}
      <form className="stack" onSubmit={submit} noValidate>
        <FactorFields state={fields} codeLabel="Your 6-digit code" autoFocus describedBy={alert} />
        <p id={alert} role="alert" className="refusal">
          {refusal}
        </p>
        <div className="row">
          <button ref={main} className="button button-main" disabled={busy}>
            {busy ? 'Confirming…' : words(question.verb ?? 'Confirm', byPasskey)}
          </button>
          <button type="button" className="button" onClick={() => stepUp.abandon()}>
            Let it be
          </button>
        </div>
      </form>
    </Dialog>
  );
}

const words = (verb: string, byPasskey: boolean): string => (byPasskey ? `${verb} with a passkey` : verb);
