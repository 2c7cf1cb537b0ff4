import { plural, utcTime } from '../../ui/format.ts';
import { StatusMark } from '../../ui/status-mark.tsx';
import { useRenew } from '../account/use-renew.ts';
import { useView } from '../services.ts';

const ENDING_MINUTES = 15;

/** Before a session ends, while it is locked, and when it only watches: what still works, and the way on. */
export function SessionBanner() {
  const session = useView('sessions', (view) => view.session);
  const life = useView('sessions', (view) => view.life);
  const minutesLeft = useView('sessions', (view) => view.minutesLeft);
  const renew = useRenew();
  if (session === null || life === 'full') return null;
  const tone = life === 'ending' ? 'advisory' : 'caution';
  return (
    <div className={`banner banner-${tone}`}>
      <StatusMark tone={tone} />
      <div className="banner-text">
        {life === 'ending' && (
          <>
            <strong>
              This session ends in <span data-mask="age">{plural(minutesLeft, 'minute')}</span>
            </strong>
            , at <span data-mask="clock">{utcTime(session.expiresAt).slice(0, 5)} UTC</span>. Then it only
            watches, halts, cancels and reduces.
          </>
        )}
        {life === 'idle' && (
          <>
            <strong>Locked: nobody acted for 30 minutes.</strong> What raises risk asks for a factor.
            Watching, halting, cancelling and reducing go on.
            {minutesLeft <= ENDING_MINUTES && (
              <>
                {' '}
                This session ends in <span data-mask="age">{plural(minutesLeft, 'minute')}</span>.
              </>
            )}
          </>
        )}
        {life === 'watching' && (
          <>
            <strong>Watching only: the 12 hours of this session are over.</strong> Halting, cancelling,
            reducing and acknowledging go on. You are signed out at{' '}
            <span data-mask="clock">{utcTime(session.endsAt).slice(0, 5)} UTC</span>.
          </>
        )}{' '}
        <button
          type="button"
          className="button button-small"
          onClick={() => renew(life === 'idle' ? 'Unlock' : 'Renew')}
        >
          {life === 'idle' ? 'Unlock…' : 'Renew…'}
        </button>
      </div>
    </div>
  );
}
