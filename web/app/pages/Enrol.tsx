import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { EnrolmentView, SessionView } from '../../../protocol/session.ts';
import { finishEnrolment, startEnrolment } from '../api.ts';
import { useServices } from '../services.ts';
import { CodeField } from './CodeField.tsx';
import { Starting } from './Failures.tsx';
import { Plain } from './Plain.tsx';
import { QrCode } from './QrCode.tsx';

interface EnrolProps {
  readonly token: string;
  readonly onSignedIn: (session: SessionView) => void;
  readonly onAbandon: () => void;
}

/** A one-time link: the first visit shows the authenticator's secret once, a later one signs in. */
export function Enrol({ token, onSignedIn, onAbandon }: EnrolProps) {
  const started = useQuery({
    queryKey: ['enrolment'],
    queryFn: () => startEnrolment(token),
    staleTime: Infinity,
    gcTime: 0,
    retry: 3,
    enabled: token !== '',
  });
  if (token === '') {
    return <Unusable sentence="This address has no one-time link in it." onAbandon={onAbandon} />;
  }
  if (started.isError) {
    return (
      <Unusable sentence="The server cannot be reached, so the link was not used up." onAbandon={onAbandon} />
    );
  }
  if (!started.data) return <Starting />;
  if (!started.data.ok) return <Unusable sentence={started.data.error.sentence} onAbandon={onAbandon} />;
  return <Finish token={token} enrolment={started.data.value} onSignedIn={onSignedIn} />;
}

function Finish({
  token,
  enrolment,
  onSignedIn,
}: {
  readonly token: string;
  readonly enrolment: EnrolmentView;
  readonly onSignedIn: (session: SessionView) => void;
}) {
  const { halt } = useServices();
  const [code, setCode] = useState('');
  const attempt = useMutation({
    onMutate: () => halt.presser({ kind: 'changing' }),
    onError: () => halt.presser({ kind: 'nobody' }),
    mutationFn: () => finishEnrolment(token, code),
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
        ? 'The server cannot be reached. Try again.'
        : null;
  return (
    <Plain title={`Welcome, ${enrolment.name}`}>
      {enrolment.enrolled ? (
        <p className="second">You have an authenticator already. Enter its present code.</p>
      ) : (
        <>
          <p className="second">
            Scan this with an authenticator app. It is shown this once; the codes it makes are what you sign
            in and halt with.
          </p>
          <div className="enrol-secret">
            <QrCode text={enrolment.otpauth} label="QR code of your authenticator's secret" />
            <dl className="stack">
              <div>
                <dt className="quiet small">User</dt>
                <dd>{enrolment.user}</dd>
              </div>
              <div>
                <dt className="quiet small">Or type this secret</dt>
                <dd className="mono secret" data-testid="totp-secret">
                  {enrolment.secret.replace(/(.{4})(?=.)/g, '$1 ')}
                </dd>
              </div>
            </dl>
          </div>
        </>
      )}
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          attempt.mutate();
        }}
      >
        <CodeField
          value={code}
          onChange={setCode}
          autoFocus
          describedBy={refusal ? 'enrol-refusal' : undefined}
        />
        <p id="enrol-refusal" role="alert" className="refusal">
          {refusal}
        </p>
        <button className="button button-main card-button" disabled={attempt.isPending}>
          {attempt.isPending ? 'Checking…' : 'Open the console'}
        </button>
      </form>
    </Plain>
  );
}

function Unusable({ sentence, onAbandon }: { readonly sentence: string; readonly onAbandon: () => void }) {
  return (
    <Plain title="This link cannot be used" tone="caution">
      <p role="alert">{sentence}</p>
      <p className="second">
        A link works once and for 15 minutes. Ask for a new one; it is made on the server with{' '}
        <span className="mono">npm run link -- --user NAME</span>.
      </p>
      <button type="button" className="button card-button" onClick={onAbandon}>
        Sign in with a code instead
      </button>
    </Plain>
  );
}
