import { generateSync, generateURI, verifySync } from 'otplib';

/** Time-based one-time passwords, RFC 6238 as authenticator apps speak it: SHA-1, 6 digits, 30 s. */
const PERIOD = 30;
const SECRET_BYTES = 20;
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/**
 * The time step whose code this is, the current one or one beside it (± 1, RFC 6238 §5.2); null
 * when it is none of them. Compared in constant time by otplib.
 */
export function matchStep(secret: string, code: string, epochSeconds: number): number | null {
  if (!/^\d{6}$/.test(code)) return null;
  const result = verifySync({
    secret,
    token: code,
    epoch: Math.floor(epochSeconds),
    period: PERIOD,
    epochTolerance: PERIOD,
  });
  return result.valid && 'timeStep' in result ? result.timeStep : null;
}

/** Whole seconds until an authenticator whose clock is right shows the code after this step's; 0 = it does. */
export function nextCodeIn(step: number, epochSeconds: number): number {
  return Math.max(0, Math.ceil((step + 1) * PERIOD - epochSeconds));
}

/** The code of one moment; what an authenticator app would show. */
export function codeAt(secret: string, epochSeconds: number): string {
  return generateSync({ secret, epoch: Math.floor(epochSeconds), period: PERIOD });
}

/** A new secret in base32 from 20 random bytes. */
export function newSecret(randomBytes: (count: number) => Uint8Array): string {
  let text = '';
  let bits = 0;
  let value = 0;
  for (const byte of randomBytes(SECRET_BYTES)) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += BASE32[(value >>> bits) & 31] ?? '';
    }
    value &= (1 << bits) - 1;
  }
  return text;
}

/** The address that authenticator apps read from a QR code. */
export function otpauthUri(user: string, secret: string): string {
  return generateURI({ issuer: 'CWTS Ultra Console', label: user, secret, period: PERIOD });
}
