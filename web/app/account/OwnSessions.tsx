import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { utcDate, utcTime } from '../../ui/format.ts';
import { listSessions, revokeOwnSession } from '../api/session.ts';
import { useServices, useView } from '../services.ts';

const SESSIONS = ['own-sessions'] as const;
const AGAIN_MS = 10_000;

/** Where one is signed in; any of them can be ended, at once. */
export function OwnSessions() {
  const { queryClient, link } = useServices();
  const user = useView('sessions', (view) => view.session?.user);
  const asked = useQuery({ queryKey: SESSIONS, queryFn: listSessions, refetchInterval: AGAIN_MS });
  const [busy, setBusy] = useState<string | null>(null);
  const end = async (session: string): Promise<void> => {
    setBusy(session);
    const ended = await revokeOwnSession(session);
    setBusy(null);
    link.notice(ended.ok ? 'That session was ended.' : ended.error.sentence, ended.ok ? 'done' : 'refused');
    void queryClient.invalidateQueries({ queryKey: SESSIONS });
  };
  const reply = asked.data;
  // Who may see everybody's sees them in the People panel; here are one's own.
  const own = reply?.ok ? reply.value.filter((session) => session.user === user) : [];
  return (
    <section className="account-section" aria-label="Your sessions">
      <h3 className="account-title">Your sessions</h3>
      {!reply && <p className="quiet">Reading your sessions…</p>}
      {reply?.ok === false && <p className="refusal">{reply.error.sentence}</p>}
      <ul className="factor-list">
        {own.map((session) => (
          <li key={session.session} className="factor-row">
            <span data-mask="id">
              {session.device || 'unknown device'} <span className="quiet">{session.address}</span>
            </span>
            <span className="quiet" data-mask="clock">
              {session.kind === 'wall' ? 'wall display · ' : ''}since {utcDate(session.signedInAt)}{' '}
              {utcTime(session.signedInAt).slice(0, 5)} · seen {utcTime(session.lastSeenAt).slice(0, 5)}
            </span>
            {session.current ? (
              <span className="this-one">this one</span>
            ) : (
              <button
                type="button"
                className="button button-small"
                disabled={busy === session.session}
                onClick={() => void end(session.session)}
              >
                End it
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
