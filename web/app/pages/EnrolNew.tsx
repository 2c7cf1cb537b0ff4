import { useState } from 'react';
import { passkeysWork } from '../passkey.ts';
import { EnrolPasskey } from './EnrolPasskey.tsx';
import { EnrolTotp } from './EnrolTotp.tsx';
import type { NewEnrolmentProps } from './new-enrolment.ts';
import { Plain } from './Plain.tsx';

type Way = 'choose' | 'passkey' | 'totp';

/** How this person will sign in: a passkey, or a password with an authenticator. */
export function EnrolNew(props: NewEnrolmentProps) {
  const canPasskey = passkeysWork();
  const [way, setWay] = useState<Way>(canPasskey ? 'choose' : 'totp');
  const { name, reset } = props.enrolment;
  const back = canPasskey ? () => setWay('choose') : null;
  return (
    <Plain title={`Welcome, ${name}`}>
      {reset && (
        <p className="says-caution">
          This link replaces your password, authenticator, passkeys and recovery codes: those of before are
          good for nothing once you finish here, and every session of yours ends.
        </p>
      )}
      {way === 'choose' && <Choose onChoose={setWay} />}
      {way === 'passkey' && <EnrolPasskey {...props} onBack={back} />}
      {way === 'totp' && <EnrolTotp {...props} onBack={back} />}
    </Plain>
  );
}

function Choose({ onChoose }: { readonly onChoose: (way: Way) => void }) {
  return (
    <>
      <p className="second">
        Choose how you sign in and confirm what is dangerous. You can add the other later.
      </p>
      <div className="ways">
        <button type="button" className="way" autoFocus onClick={() => onChoose('passkey')}>
          <span className="way-name">
            Passkey <span className="way-tag">recommended</span>
          </span>
          <span className="second">
            The touch, face or PIN of this device, a phone or a security key. Nothing to type, nothing that
            can be phished.
          </span>
        </button>
        <button type="button" className="way" onClick={() => onChoose('totp')}>
          <span className="way-name">Password and authenticator app</span>
          <span className="second">A password of 12 characters or more, and six digits from an app.</span>
        </button>
      </div>
    </>
  );
}
