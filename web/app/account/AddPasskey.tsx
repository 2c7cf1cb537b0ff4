import { useState, type SubmitEvent } from 'react';
import { Dialog } from '../../ui/dialog.tsx';
import { startNewPasskey } from '../api/account.ts';
import { deviceName } from '../device-name.ts';
import { PasskeyName } from '../pages/PasskeyName.tsx';
import { makePasskey } from '../passkey.ts';
import { useAccountAct } from './use-account-act.ts';

/** Names it, makes it on the device, then confirms with a factor one has. */
export function AddPasskey({ onClose }: { readonly onClose: () => void }) {
  const act = useAccountAct();
  const [name, setName] = useState(() => deviceName(navigator.userAgent));
  const [refusal, setRefusal] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const make = async (): Promise<void> => {
    setBusy(true);
    setRefusal(null);
    const asked = await startNewPasskey();
    const made = asked.ok ? await makePasskey(asked.value.options) : asked;
    setBusy(false);
    if (!asked.ok || !made.ok) {
      setRefusal(made.ok ? null : made.error.sentence);
      return;
    }
    await act.addPasskey({
      challenge: asked.value.challenge,
      attestation: made.value,
      name: name.trim(),
    });
    onClose();
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    void make();
  };
  return (
    <Dialog title="Add a passkey" onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        <p className="second">
          Your browser asks where to keep it. Then you confirm with a factor that you have already.
        </p>
        <PasskeyName value={name} onChange={setName} />
        <p role="alert" className="refusal">
          {refusal}
        </p>
        <div className="row">
          <button className="button button-main" disabled={busy}>
            {busy ? 'Waiting for your device…' : 'Make a passkey'}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
