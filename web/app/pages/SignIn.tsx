import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { SessionView } from '../../../protocol/session.ts';
import { signIn } from '../api.ts';
import { useServices } from '../services.ts';
import { CodeField } from './CodeField.tsx';
import { Plain } from './Plain.tsx';

export function SignIn({
  sentence,
  onSignedIn,
}: {
  readonly sentence: string | null;
  readonly onSignedIn: (session: SessionView) => void;
}) {
  const { halt } = useServices();
  const [user, setUser] = useState('');
  const [code, setCode] = useState('');
  const attempt = useMutation({
    // A press that waits must not go out in the name of whoever signs in now.
    onMutate: () => halt.presser({ kind: 'changing' }),
    onError: () => halt.presser({ kind: 'nobody' }),
    mutationFn: () => signIn(user.trim().toLowerCase(), code),
    onSuccess: (reply) => {
      if (reply.ok) onSignedIn(reply.value);
      else {
        halt.presser({ kind: 'nobody' });
        setCode('');
      }
    },
  });
  const refusal =
    attempt.data?.ok === false
      ? attempt.data.error.sentence
      : attempt.isError
        ? 'The server cannot be reached. Nothing was sent twice; try again.'
        : null;
  return (
    <Plain title="Sign in">
      {sentence !== null && <p className="second">{sentence}</p>}
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          attempt.mutate();
        }}
      >
        <label className="field">
          User
          <input
            className="input"
            name="username"
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            required
            maxLength={64}
            value={user}
            onChange={(event) => setUser(event.target.value)}
          />
        </label>
        <CodeField
          value={code}
          onChange={setCode}
          describedBy={refusal === null ? undefined : 'sign-in-refusal'}
        />
        <p id="sign-in-refusal" role="alert" className="refusal">
          {refusal}
        </p>
        <button className="button button-main card-button" disabled={attempt.isPending}>
          {attempt.isPending ? 'Signing in…' : 'Sign in'}
        </button>
      </form>
      <p className="quiet small">
        First time here? Open the one-time link that your administrator gave you. It is made with{' '}
        <span className="mono">npm run link -- --user NAME</span>.
      </p>
    </Plain>
  );
}
