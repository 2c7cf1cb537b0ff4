import { ROLE_NAMES } from '../../ui/role-name.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { useServices, useView } from '../services.ts';

/** Who is signed in, and what their session may still do: it opens the account. */
export function UserFigure() {
  const { preferences } = useServices();
  const session = useView('sessions', (view) => view.session);
  const life = useView('sessions', (view) => view.life);
  const words = {
    full: 'signed in',
    ending: 'ends soon',
    idle: 'locked',
    watching: 'watching only',
  }[life];
  const name = session?.name ?? 'nobody';
  const caption = session ? `${ROLE_NAMES[session.role]} · ${words}` : 'not signed in';
  if (session?.kind !== 'person') {
    return (
      <div className="figure figure-user">
        <dd className="figure-value">{name}</dd>
        <dt className="figure-name">{session ? 'watches only' : caption}</dt>
      </div>
    );
  }
  return (
    <div className="figure figure-user">
      <dd className="figure-value">
        <button
          type="button"
          className="figure-button"
          onClick={() => preferences.setState({ dialog: 'account' })}
          aria-label={`${name}, ${caption}. Open your account.`}
        >
          {life !== 'full' && <StatusMark tone={life === 'ending' ? 'advisory' : 'caution'} />}
          <span className="figure-user-name">{name}</span>
        </button>
      </dd>
      <dt className="figure-name">{caption}</dt>
    </div>
  );
}
