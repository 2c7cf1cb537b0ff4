import { useState, type SubmitEvent } from 'react';
import type { SignedInReply } from '../../../protocol/account.ts';
import type { Answer } from '../api/call.ts';
import { finishEnrolment, startEnrolmentPasskey } from '../api/enrol.ts';
import { deviceName } from '../device-name.ts';
import { makePasskey } from '../passkey.ts';
import { Attempted } from './Attempted.tsx';
import { BackButton } from './BackButton.tsx';
import type { NewEnrolmentProps } from './new-enrolment.ts';
import { PasskeyName } from './PasskeyName.tsx';
import { useAttempt } from './use-attempt.ts';

const REFUSAL = 'enrol-refusal';

export function EnrolPasskey({
  token,
  onDone,
  onBack,
}: NewEnrolmentProps & { readonly onBack: (() => void) | null }) {
  const attempt = useAttempt();
  const [name, setName] = useState(() => deviceName(navigator.userAgent));
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    void attempt.go(() => enrol(token, name.trim()), onDone);
  };
  return (
    <form className="stack" onSubmit={submit}>
      <p className="second">
        Your browser asks where to keep it, and then for your touch, face or PIN. It is made for this console
        and works nowhere else.
      </p>
      <PasskeyName value={name} onChange={setName} describedBy={attempt.refusal ? REFUSAL : undefined} />
      <Attempted attempt={attempt} id={REFUSAL} busyWords="Waiting for your device…">
        Make a passkey
      </Attempted>
      <BackButton onBack={onBack} />
    </form>
  );
}

async function enrol(token: string, name: string): Promise<Answer<SignedInReply>> {
  const asked = await startEnrolmentPasskey(token);
  if (!asked.ok) return asked;
  const { challenge, options } = asked.value;
  const made = await makePasskey(options);
  if (!made.ok) return made;
  return finishEnrolment(token, { kind: 'passkey', challenge, attestation: made.value, name });
}
