import { useState } from 'react';
import type { PersonView } from '../../../protocol/people.ts';
import { utcDate } from '../../ui/format.ts';
import { AddPasskey } from './AddPasskey.tsx';
import { ChangePassword } from './ChangePassword.tsx';
import { NewAuthenticator } from './NewAuthenticator.tsx';
import { NewRecoveryCodes } from './NewRecoveryCodes.tsx';
import { useAccount } from './use-account.ts';
import { useAccountAct } from './use-account-act.ts';

type Open = 'none' | 'passkey' | 'password' | 'authenticator' | 'codes';
const FEW_CODES = 3;

/** What one signs in and confirms with. Each change takes a factor bound to it. */
export function Factors() {
  const { account, refusal } = useAccount();
  const [open, setOpen] = useState<Open>('none');
  const close = (): void => setOpen('none');
  if (!account) {
    return (
      <p role="status" className={refusal === null ? 'quiet' : 'refusal'}>
        {refusal ?? 'Reading your factors…'}
      </p>
    );
  }
  return (
    <section className="account-section" aria-label="Your factors">
      <h3 className="account-title">Your factors</h3>
      <ul className="factor-list">
        {account.passkeys.map((passkey) => (
          <PasskeyRow key={passkey.id} passkey={passkey} account={account} />
        ))}
        <li className="factor-row">
          <span>Authenticator app</span>
          <span className="quiet">{account.totp ? 'set up' : 'none'}</span>
          <span className="row">
            <button type="button" className="button button-small" onClick={() => setOpen('authenticator')}>
              {account.totp ? 'Replace…' : 'Set up…'}
            </button>
            {account.totp && account.passkeys.length > 0 && <RemoveAuthenticator />}
          </span>
        </li>
        <li className="factor-row">
          <span>Password</span>
          <span className="quiet">{account.password ? 'set' : 'none'}</span>
          <button type="button" className="button button-small" onClick={() => setOpen('password')}>
            {account.password ? 'Change…' : 'Set…'}
          </button>
        </li>
        <li className="factor-row">
          <span>Recovery codes</span>
          <span className={account.recoveryCodesLeft <= FEW_CODES ? 'tone-caution' : 'quiet'}>
            {account.recoveryCodesLeft} of 10 left
          </span>
          <button type="button" className="button button-small" onClick={() => setOpen('codes')}>
            New codes…
          </button>
        </li>
      </ul>
      <button type="button" className="button button-small account-add" onClick={() => setOpen('passkey')}>
        Add a passkey…
      </button>
      {open === 'passkey' && <AddPasskey onClose={close} />}
      {open === 'password' && <ChangePassword user={account.user} onClose={close} />}
      {open === 'authenticator' && <NewAuthenticator account={account} onClose={close} />}
      {open === 'codes' && <NewRecoveryCodes account={account} onClose={close} />}
    </section>
  );
}

function PasskeyRow({
  passkey,
  account,
}: {
  readonly passkey: PersonView['passkeys'][number];
  readonly account: PersonView;
}) {
  const { removePasskey } = useAccountAct();
  const isLast = account.passkeys.length === 1 && !(account.password && account.totp);
  return (
    <li className="factor-row">
      <span>
        Passkey <strong>{passkey.name}</strong>
      </span>
      <span className="quiet" data-mask="clock">
        made {utcDate(passkey.createdAt)} ·{' '}
        {passkey.lastUsedAt === null ? 'not used yet' : `used ${utcDate(passkey.lastUsedAt)}`}
        {passkey.backedUp ? ' · synced' : ' · this device only'}
      </span>
      <button
        type="button"
        className="button button-small"
        aria-label={`Remove the passkey ${passkey.name}`}
        disabled={isLast}
        title={isLast ? 'The last way to sign in cannot be removed: add another first.' : undefined}
        onClick={() => removePasskey(passkey.id, passkey.name)}
      >
        Remove…
      </button>
    </li>
  );
}

function RemoveAuthenticator() {
  const { removeTotp } = useAccountAct();
  return (
    <button
      type="button"
      className="button button-small"
      aria-label="Remove the authenticator"
      onClick={removeTotp}
    >
      Remove…
    </button>
  );
}
