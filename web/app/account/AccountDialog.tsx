import { useServices, useView } from '../services.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { signOutHere } from '../sign-out.ts';
import { RoleName } from '../../ui/role-name.tsx';
import { Factors } from './Factors.tsx';
import { OwnSessions } from './OwnSessions.tsx';
import { SessionLine } from './SessionLine.tsx';

/** One's own account: factors, sessions, signing out. */
export function AccountDialog({ onClose }: { readonly onClose: () => void }) {
  const services = useServices();
  const session = useView('sessions', (view) => view.session);
  return (
    <Dialog title="Account" onClose={onClose} wide>
      {session === null ? (
        <p className="quiet">Nobody is signed in.</p>
      ) : (
        <>
          <div className="row spread account-who">
            <div>
              <p className="account-name">{session.name}</p>
              <p className="second">
                {session.user} · <RoleName role={session.role} />
              </p>
            </div>
            <button type="button" className="button" onClick={() => signOutHere(services)}>
              Sign out
            </button>
          </div>
          <SessionLine />
          <Factors />
          <OwnSessions />
        </>
      )}
    </Dialog>
  );
}
