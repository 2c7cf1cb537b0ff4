import { createCipheriv, createDecipheriv, createHash, timingSafeEqual } from 'node:crypto';

/** SHA-256, hex: tokens and keys are 32 random bytes, so that a plain hash is enough to keep. */
export function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

export function sameHash(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}

const NONCE = 12;
const TAG = 16;

/** AES-256-GCM: `v1.` + base64url(nonce, tag, text). `owner` is bound in: a moved secret won't open. */
export function seal(text: string, owner: string, key: Uint8Array, nonce: Uint8Array): string {
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(Buffer.from(owner));
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return `v1.${Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url')}`;
}

/** The sealed text; null when it was changed, belongs to another, or the key is another. */
export function unseal(sealed: string, owner: string, key: Uint8Array): string | null {
  if (!sealed.startsWith('v1.')) return null;
  const bytes = Buffer.from(sealed.slice(3), 'base64url');
  if (bytes.length < NONCE + TAG) return null;
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE));
    decipher.setAAD(Buffer.from(owner));
    decipher.setAuthTag(bytes.subarray(NONCE, NONCE + TAG));
    return Buffer.concat([decipher.update(bytes.subarray(NONCE + TAG)), decipher.final()]).toString('utf8');
  } catch {
    return null;
  }
}
