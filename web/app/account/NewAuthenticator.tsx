import { useQuery } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import type { PersonView } from '../../../protocol/people.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { startNewTotp } from '../api/account.ts';
import { CodeField } from '../pages/CodeField.tsx';
import { TotpSecret } from '../pages/TotpSecret.tsx';
import { useAccountAct } from './use-account-act.ts';

/** Shows a new secret, takes a code of it, then a factor of before. */
export function NewAuthenticator({
  account,
  onClose,
}: {
  readonly account: PersonView;
  readonly onClose: () => void;
}) {
  const act = useAccountAct();
  const [code, setCode] = useState('');
  const started = useQuery({
    queryKey: ['new-authenticator'],
    queryFn: startNewTotp,
    staleTime: Infinity,
    gcTime: 0,
  });
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if ((await act.totp(code)) !== null) onClose();
    else setCode('');
  };
  const shown = started.data;
  return (
    <Dialog title={account.totp ? 'Replace the authenticator' : 'Set up an authenticator'} onClose={onClose}>
      {!shown && <p className="quiet">Making a secret…</p>}
      {shown?.ok === false && (
        <p role="alert" className="refusal">
          {shown.error.sentence}
        </p>
      )}
      {shown?.ok && (
        <form className="stack" onSubmit={(event) => void submit(event)}>
          <p className="second">Scan this with an authenticator app. It is shown this once.</p>
          <TotpSecret user={account.user} {...shown.value} />
          <CodeField value={code} onChange={setCode} label="A code of the new authenticator" autoFocus />
          <div className="row">
            <button className="button button-main">Go on</button>
          </div>
        </form>
      )}
    </Dialog>
  );
}
