import { useEffect, useRef, useState, type SubmitEvent } from 'react';
import type { SignedInReply } from '../../../protocol/account.ts';
import type { EnrolmentView } from '../../../protocol/session.ts';
import type { Answer } from '../api/call.ts';
import { finishEnrolment, startEnrolmentPasskey } from '../api/enrol.ts';
import { passkeysWork, askPasskey } from '../passkey.ts';
import { Attempted } from './Attempted.tsx';
import { CodeField } from './CodeField.tsx';
import { Plain } from './Plain.tsx';
import { useAttempt } from './use-attempt.ts';

const REFUSAL = 'enrol-refusal';

/** A link of somebody who has factors: it signs in, with one of them. */
export function EnrolKnown({
  token,
  enrolment,
  onDone,
}: {
  readonly token: string;
  readonly enrolment: Extract<EnrolmentView, { enrolled: true }>;
  readonly onDone: (reply: SignedInReply) => void;
}) {
  const byCode = enrolment.methods.includes('code');
  const byPasskey = enrolment.methods.includes('passkey') && passkeysWork();
  return (
    <Plain title={`Welcome, ${enrolment.name}`}>
      <p className="second">
        You are enrolled already: this link signs you in.{' '}
        {byCode ? 'Enter the present code of your authenticator' : 'Use one of your passkeys'}
        {byCode && byPasskey ? ', or use a passkey.' : '.'}
      </p>
      {byPasskey && <ByPasskey token={token} onDone={onDone} />}
      {byCode && byPasskey && <p className="or quiet small">or</p>}
      {byCode && <ByCode token={token} onDone={onDone} />}
    </Plain>
  );
}

interface WayProps {
  readonly token: string;
  readonly onDone: (reply: SignedInReply) => void;
}

function ByCode({ token, onDone }: WayProps) {
  const attempt = useAttempt();
  const [code, setCode] = useState('');
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const done = await attempt.go(() => finishEnrolment(token, { kind: 'code', code }), onDone);
    if (!done) setCode('');
  };
  return (
    <form className="stack" onSubmit={(event) => void submit(event)}>
      <CodeField
        value={code}
        onChange={setCode}
        autoFocus
        describedBy={attempt.refusal ? REFUSAL : undefined}
      />
      <Attempted attempt={attempt} id={REFUSAL} busyWords="Checking…">
        Open the console
      </Attempted>
    </form>
  );
}

function ByPasskey({ token, onDone }: WayProps) {
  const attempt = useAttempt();
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector('button')?.focus(), []);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    void attempt.go(() => signIn(token), onDone);
  };
  return (
    <form ref={form} className="stack" onSubmit={submit}>
      <Attempted attempt={attempt} id={`${REFUSAL}-passkey`} busyWords="Waiting for your device…">
        Open the console with a passkey
      </Attempted>
    </form>
  );
}

async function signIn(token: string): Promise<Answer<SignedInReply>> {
  const asked = await startEnrolmentPasskey(token);
  if (!asked.ok) return asked;
  const { challenge, options } = asked.value;
  const assertion = await askPasskey(options);
  if (!assertion.ok) return assertion;
  return finishEnrolment(token, { kind: 'passkey-sign-in', challenge, assertion: assertion.value });
}
