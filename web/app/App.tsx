import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { NotDelivered } from '../panels/halt/NotDelivered.tsx';
import { ensureNever } from '../../protocol/assert.ts';
import type { SessionView } from '../../protocol/session.ts';
import { readSession } from './api/session.ts';
import type { LinkToken } from './link-token.ts';
import { Enrol } from './pages/Enrol.tsx';
import { Refused, Starting, Unreachable, WrongVersion } from './pages/Failures.tsx';
import { SignIn } from './pages/SignIn.tsx';
import { presserOf, screenFor, type SessionKnowledge } from './screen.ts';
import { useServices, useView } from './services.ts';
import { Shell } from './shell/Shell.tsx';
import { ClaimWall } from './wall/ClaimWall.tsx';
import { proveDevice } from './wall/prove.ts';

const SESSION = ['session'] as const;
const RETRY_MS = 1000;

/** One page at a time, and over every one of them a press that is not delivered. */
export function App({ link }: { readonly link: LinkToken | null }) {
  return (
    <>
      <Page given={link} />
      <NotDelivered />
    </>
  );
}

/** Chooses the page; everything below takes data and draws. */
function Page({ given }: { readonly given: LinkToken | null }) {
  const { stream, layout, halt, sessions } = useServices();
  const queries = useQueryClient();
  const [token, setToken] = useState(given);
  const link = useView('link', (view) => view.link);
  const hasState = useView('control', (view) => view.state !== null);
  const asked = useQuery({
    queryKey: SESSION,
    queryFn: askSession,
    enabled: token === null,
    refetchInterval: (query) => (query.state.status === 'error' ? RETRY_MS : false),
  });
  const session = useMemo<SessionKnowledge>(() => {
    if (asked.status === 'pending') return { kind: 'asking' };
    if (asked.status === 'error') return { kind: 'unreachable', since: asked.errorUpdatedAt };
    if (asked.data.ok) return { kind: 'signed-in', session: asked.data.value };
    return { kind: 'nobody', sentence: null };
  }, [asked.status, asked.data, asked.errorUpdatedAt]);
  const known = session.kind === 'signed-in' ? session.session : null;
  const user = known?.user ?? null;
  const isWall = known?.kind === 'wall';

  useEffect(() => {
    if (known) sessions.set(known);
  }, [known, sessions]);
  useEffect(() => {
    if (user === null) return;
    // A display's layout is the preset, whatever its owner made of theirs.
    if (!isWall) layout.of(user);
    stream.connect();
  }, [user, isWall, layout, stream]);

  const presser = presserOf(link, user);
  useEffect(() => {
    halt.presser(presser === null ? { kind: 'nobody' } : { kind: 'user', user: presser });
  }, [halt, presser]);

  const signedIn = useCallback(
    (view: SessionView): void => {
      setToken(null);
      halt.presser({ kind: 'user', user: view.user });
      if (location.pathname !== '/') history.replaceState(null, '', '/');
      queries.setQueryData(SESSION, { ok: true, value: view });
      // The same person again (an expired session) changes no state above, so connect here.
      stream.connect();
    },
    [halt, queries, stream],
  );
  const abandon = (): void => {
    setToken(null);
    history.replaceState(null, '', '/');
  };

  const screen = screenFor(token, session, link, hasState);
  switch (screen.kind) {
    case 'starting':
      return <Starting />;
    case 'enrol':
      return <Enrol token={screen.token} onSignedIn={signedIn} onAbandon={abandon} />;
    case 'wall':
      return <ClaimWall token={screen.token} onClaimed={signedIn} onAbandon={abandon} />;
    case 'sign-in':
      return <SignIn sentence={screen.sentence} onSignedIn={signedIn} />;
    case 'unreachable':
      return <Unreachable />;
    case 'version':
      return <WrongVersion older={screen.older} sentence={screen.sentence} />;
    case 'refused':
      return <Refused sentence={screen.sentence} onRetry={() => stream.connect()} />;
    case 'console':
      return <Shell />;
    default:
      return ensureNever(screen);
  }
}

/** A wall display shows first that it still is the device it was set up as. */
async function askSession(): ReturnType<typeof readSession> {
  const proven = await proveDevice();
  return proven?.ok ? proven : readSession();
}
