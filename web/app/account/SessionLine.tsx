import { utcTime } from '../../ui/format.ts';
import { useView } from '../services.ts';
import { useRenew } from './use-renew.ts';

/** What this session may still do and until when, and how to go on. */
export function SessionLine() {
  const session = useView('sessions', (view) => view.session);
  const life = useView('sessions', (view) => view.life);
  const renew = useRenew();
  if (session === null) return null;
  const words = {
    full: 'This session may do all that your role may.',
    ending: 'This session may do all that your role may, but not for long.',
    idle: 'Locked: nobody acted for 30 minutes. What raises risk asks for a factor; watching, halting, cancelling and reducing go on.',
    watching:
      'Its 12 hours are over: it watches, halts, cancels, reduces and acknowledges. Renew it for everything else.',
  }[life];
  return (
    <section className="account-section" aria-label="This session">
      <p>{words}</p>
      <div className="row spread">
        <p className="quiet small">
          Signed in at <span data-mask="clock">{utcTime(session.signedInAt)} UTC</span> · full until{' '}
          <span data-mask="clock">{utcTime(session.expiresAt)}</span> · signed out at{' '}
          <span data-mask="clock">{utcTime(session.endsAt)}</span>
        </p>
        <button
          type="button"
          className="button button-small"
          onClick={() => renew(life === 'idle' ? 'Unlock' : 'Renew')}
        >
          {life === 'idle' ? 'Unlock…' : 'Renew…'}
        </button>
      </div>
    </section>
  );
}
