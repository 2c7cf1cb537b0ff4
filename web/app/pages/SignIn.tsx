import { useCallback, useState, type SubmitEvent } from 'react';
import type { Assertion } from '../../../protocol/factors.ts';
import type { SessionView } from '../../../protocol/session.ts';
import type { Answer } from '../api/call.ts';
import { finishPasskeySignIn, signIn, startPasskeySignIn } from '../api/session.ts';
import { passkeysWork, askPasskey } from '../passkey.ts';
import { Attempted } from './Attempted.tsx';
import { CodeField, RecoveryField } from './CodeField.tsx';
import { PasswordField } from './PasswordField.tsx';
import { Plain } from './Plain.tsx';
import { useAttempt } from './use-attempt.ts';
import { usePasskeyAutofill } from './use-passkey-autofill.ts';

const REFUSAL = 'sign-in-refusal';

/** Password and a second factor, or a passkey alone. `sentence`: why who was here is signed out. */
export function SignIn({
  sentence,
  onSignedIn,
}: {
  readonly sentence: string | null;
  readonly onSignedIn: (session: SessionView) => void;
}) {
  const attempt = useAttempt();
  const { go } = attempt;
  const [asking, setAsking] = useState(false);
  const [user, setUser] = useState('');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [second, setSecond] = useState<'totp' | 'recovery'>('totp');

  const given = useCallback(
    (challenge: string, assertion: Assertion) => {
      void go(() => finishPasskeySignIn(challenge, assertion), onSignedIn);
    },
    [go, onSignedIn],
  );
  usePasskeyAutofill(asking || attempt.busy, given);

  const byPassword = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const factor = { kind: second, code: code.trim() };
    const done = await go(() => signIn(user.trim().toLowerCase(), password, factor), onSignedIn);
    // The password may well be right: only what is good once is asked for again.
    if (!done) setCode('');
  };
  const byPasskey = async (): Promise<void> => {
    setAsking(true);
    await go(signInByPasskey, onSignedIn);
    setAsking(false);
  };
  const describedBy = attempt.refusal === null ? undefined : REFUSAL;
  const Code = second === 'totp' ? CodeField : RecoveryField;
  return (
    <Plain title="Sign in">
      {sentence !== null && (
        <p className="signed-out" role="status">
          {sentence}
        </p>
      )}
      <form className="stack" onSubmit={(event) => void byPassword(event)}>
        <label className="field">
          User
          <input
            className="input"
            name="username"
            autoComplete="username webauthn"
            autoCapitalize="none"
            spellCheck={false}
            required
            maxLength={64}
            value={user}
            onChange={(event) => setUser(event.target.value)}
          />
        </label>
        <PasswordField kind="current" value={password} onChange={setPassword} describedBy={describedBy} />
        <div className="row code-row">
          <Code value={code} onChange={setCode} describedBy={describedBy} />
          <button
            type="button"
            className="button button-plain"
            onClick={() => {
              setSecond(second === 'totp' ? 'recovery' : 'totp');
              setCode('');
            }}
          >
            {second === 'totp' ? 'Use a recovery code' : 'Use the authenticator'}
          </button>
        </div>
        <Attempted attempt={attempt} id={REFUSAL} busyWords="Signing in…">
          Sign in
        </Attempted>
      </form>
      {passkeysWork() && (
        <>
          <p className="or quiet small">or</p>
          <button
            type="button"
            className="button card-button card-wide"
            disabled={attempt.busy || attempt.wait > 0}
            onClick={() => void byPasskey()}
          >
            Sign in with a passkey
          </button>
        </>
      )}
      <p className="quiet small">
        First time here? Open the one-time link that your administrator gave you. On the server itself{' '}
        <span className="mono">npm run link -- --user NAME</span> makes one.
      </p>
    </Plain>
  );
}

async function signInByPasskey(): Promise<Answer<SessionView>> {
  const asked = await startPasskeySignIn();
  if (!asked.ok) return asked;
  const assertion = await askPasskey(asked.value.options);
  if (!assertion.ok) return assertion;
  return finishPasskeySignIn(asked.value.challenge, assertion.value);
}
