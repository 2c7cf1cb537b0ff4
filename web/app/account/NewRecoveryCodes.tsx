import { useState } from 'react';
import type { PersonView } from '../../../protocol/people.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { RecoveryCodes } from '../pages/RecoveryCodes.tsx';
import { useAccountAct } from './use-account-act.ts';

export function NewRecoveryCodes({
  account,
  onClose,
}: {
  readonly account: PersonView;
  readonly onClose: () => void;
}) {
  const act = useAccountAct();
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  if (codes) {
    return (
      // Shown once, it must not vanish by a slip.
      <Dialog title="Your new recovery codes" onClose={null}>
        <RecoveryCodes user={account.user} codes={codes} done="Done" onDone={onClose} />
      </Dialog>
    );
  }
  const make = async (): Promise<void> => {
    const made = await act.recoveryCodes();
    if (made) setCodes(made);
  };
  return (
    <Dialog title="New recovery codes" onClose={onClose}>
      <p>
        You have {account.recoveryCodesLeft} of 10 left. New ones replace them all: the old sheet is then good
        for nothing.
      </p>
      <div className="row">
        <button type="button" className="button button-main" autoFocus onClick={() => void make()}>
          Make ten new codes
        </button>
        <button type="button" className="button" onClick={onClose}>
          Keep those
        </button>
      </div>
    </Dialog>
  );
}
