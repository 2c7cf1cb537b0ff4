import { QrCode } from './QrCode.tsx';

/** An authenticator's secret, to scan or to type. It is shown this once. */
export function TotpSecret({
  user,
  secret,
  otpauth,
}: {
  readonly user: string;
  readonly secret: string;
  readonly otpauth: string;
}) {
  return (
    <div className="enrol-secret">
      <QrCode text={otpauth} label="QR code of your authenticator's secret" />
      <dl className="stack">
        <div>
          <dt className="quiet small">User</dt>
          <dd>{user}</dd>
        </div>
        <div>
          <dt className="quiet small">Or type this secret</dt>
          <dd className="mono secret" data-testid="totp-secret">
            {secret.replace(/(.{4})(?=.)/g, '$1 ')}
          </dd>
        </div>
      </dl>
    </div>
  );
}
