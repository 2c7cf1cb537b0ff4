/** One-time recovery codes: ten, shown once, kept as keyed hashes. Pure. */
import { createHmac } from 'node:crypto';
import type { UserId } from '../../protocol/units.ts';

export const RECOVERY_CODES = 10;
const BYTES = 10;
/** Crockford's base32: no I, L, O or U to mistake. */
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** 80 random bits as `XXXX-XXXX-XXXX-XXXX`. */
export function newRecoveryCode(randomBytes: (count: number) => Uint8Array): string {
  let bits = 0n;
  for (const byte of randomBytes(BYTES)) bits = (bits << 8n) | BigInt(byte);
  const digits = Array.from({ length: 16 }, (_, i) => DIGITS[Number((bits >> BigInt(75 - 5 * i)) & 31n)]);
  return [0, 4, 8, 12].map((at) => digits.slice(at, at + 4).join('')).join('-');
}

/** The code as it was made, however it was typed; null when it can't be one. */
export function readRecoveryCode(typed: string): string | null {
  const plain = typed.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');
  return /^[0-9A-HJKMNP-TV-Z]{16}$/.test(plain) ? plain : null;
}

/** What is kept: 80 bits are enough for a fast hash, and without the key nothing can be tried at all. */
export function recoveryHash(user: UserId, code: string, key: Uint8Array): string {
  const plain = readRecoveryCode(code) ?? '';
  return createHmac('sha256', key).update(`recovery\0${user}\0${plain}`).digest('hex');
}
