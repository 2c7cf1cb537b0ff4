import { useState, type SubmitEvent } from 'react';
import { finishEnrolment } from '../api/enrol.ts';
import { Attempted } from './Attempted.tsx';
import { BackButton } from './BackButton.tsx';
import { CodeField } from './CodeField.tsx';
import type { NewEnrolmentProps } from './new-enrolment.ts';
import { PASSWORD_LEAST, PasswordField } from './PasswordField.tsx';
import { TotpSecret } from './TotpSecret.tsx';
import { useAttempt } from './use-attempt.ts';

const REFUSAL = 'enrol-refusal';

export function EnrolTotp({
  token,
  enrolment,
  onDone,
  onBack,
}: NewEnrolmentProps & { readonly onBack: (() => void) | null }) {
  const attempt = useAttempt();
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const describedBy = attempt.refusal ? REFUSAL : undefined;
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const done = await attempt.go(
      () => finishEnrolment(token, { kind: 'totp', password, code }),
      (reply) => onDone(reply),
    );
    if (!done) setCode('');
  };
  return (
    <form className="stack" onSubmit={(event) => void submit(event)}>
      <p className="second">Scan this with an authenticator app. It is shown this once.</p>
      <TotpSecret user={enrolment.user} secret={enrolment.secret} otpauth={enrolment.otpauth} />
      {/* So that a password manager keeps the password under this name. */}
      <input
        className="for-readers"
        name="username"
        autoComplete="username"
        tabIndex={-1}
        aria-hidden
        readOnly
        value={enrolment.user}
      />
      <PasswordField
        kind="new"
        label={`A new password, ${PASSWORD_LEAST} characters or more`}
        autoFocus
        value={password}
        onChange={setPassword}
        describedBy={describedBy}
      />
      <CodeField value={code} onChange={setCode} describedBy={describedBy} />
      <Attempted attempt={attempt} id={REFUSAL} busyWords="Checking…">
        Finish
      </Attempted>
      <BackButton onBack={onBack} />
    </form>
  );
}
