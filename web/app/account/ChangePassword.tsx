import { useState, type SubmitEvent } from 'react';
import { Dialog } from '../../ui/dialog.tsx';
import { PASSWORD_LEAST, PasswordField } from '../pages/PasswordField.tsx';
import { useAccountAct } from './use-account-act.ts';

export function ChangePassword({ user, onClose }: { readonly user: string; readonly onClose: () => void }) {
  const act = useAccountAct();
  const [password, setPassword] = useState('');
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if ((await act.password(password)) !== null) onClose();
  };
  return (
    <Dialog title="Change your password" onClose={onClose}>
      <form className="stack" onSubmit={(event) => void submit(event)}>
        <input
          className="for-readers"
          name="username"
          autoComplete="username"
          tabIndex={-1}
          aria-hidden
          readOnly
          value={user}
        />
        <PasswordField
          kind="new"
          label={`The new password, ${PASSWORD_LEAST} characters or more`}
          autoFocus
          value={password}
          onChange={setPassword}
        />
        <div className="row">
          <button className="button button-main">Go on</button>
        </div>
      </form>
    </Dialog>
  );
}
