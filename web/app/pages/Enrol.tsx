import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { SignedInReply } from '../../../protocol/account.ts';
import type { EnrolmentView, SessionView } from '../../../protocol/session.ts';
import { startEnrolment } from '../api/enrol.ts';
import { useServices } from '../services.ts';
import { EnrolKnown } from './EnrolKnown.tsx';
import { EnrolNew } from './EnrolNew.tsx';
import { Starting } from './Failures.tsx';
import { Plain } from './Plain.tsx';
import { RecoveryCodes } from './RecoveryCodes.tsx';

interface EnrolProps {
  readonly token: string;
  readonly onSignedIn: (session: SessionView) => void;
  readonly onAbandon: () => void;
}

/** A one-time link: it enrols who has no factor yet, and signs in who has. */
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

/** Signed in at the end; with new factors the recovery codes come before the console. */
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
  const [signedIn, setSignedIn] = useState<SignedInReply | null>(null);
  const done = (reply: SignedInReply): void => {
    if (reply.recoveryCodes.length === 0) {
      onSignedIn(reply.session);
      return;
    }
    halt.presser({ kind: 'user', user: reply.session.user });
    setSignedIn(reply);
  };
  if (signedIn) {
    return (
      <Plain title="Your recovery codes">
        <RecoveryCodes
          user={signedIn.session.user}
          codes={signedIn.recoveryCodes}
          done="Open the console"
          onDone={() => onSignedIn(signedIn.session)}
        />
      </Plain>
    );
  }
  return enrolment.enrolled ? (
    <EnrolKnown token={token} enrolment={enrolment} onDone={done} />
  ) : (
    <EnrolNew token={token} enrolment={enrolment} onDone={done} />
  );
}

function Unusable({ sentence, onAbandon }: { readonly sentence: string; readonly onAbandon: () => void }) {
  return (
    <Plain title="This link cannot be used" tone="caution">
      <p role="alert">{sentence}</p>
      <p className="second">
        A link works once and for 15 minutes. Ask an administrator for a new one; on the server itself{' '}
        <span className="mono">npm run link -- --user NAME</span> makes one.
      </p>
      <button type="button" className="button card-button" onClick={onAbandon}>
        Sign in instead
      </button>
    </Plain>
  );
}
