/**
 * A passkey's signature over an action, kept with all that it takes to check it again: offline, with
 * node:crypto alone, by somebody who trusts neither this server nor its packages.
 */
import { createHash, createPublicKey, verify } from 'node:crypto';
import { z } from 'zod';
import { unitSchema } from '../../protocol/units.ts';
import { challengeOf } from './action.ts';

const text = z.string().max(8000);
export const storedAssertionSchema = z.object({
  v: z.literal(1),
  /** Credential id, and its public key as SPKI DER: as `auth.passkey` recorded them. base64url. */
  credential: text,
  spki: text,
  rpId: text,
  origin: text,
  clientDataJSON: text,
  authenticatorData: text,
  signature: text,
  /** What was signed; the challenge is made from these again. */
  action: z.record(z.string(), z.unknown()),
  nonce: text,
  expiry: unitSchema.micros,
  user: unitSchema.user,
});
export type StoredAssertion = z.infer<typeof storedAssertionSchema>;

const clientDataSchema = z.object({ type: z.string(), challenge: z.string(), origin: z.string() });
const FLAGS_AT = 32;
const PRESENT = 0x01;
const VERIFIED = 0x04;

/**
 * Whether this user's passkey signed this action, at this origin, with the user verified (WebAuthn
 * level 3, §7.2). That the key is the user's says `auth.passkey` in the log: compare `credential` and
 * `spki` with it. Null when it holds; else what does not, in a sentence.
 */
export function verifyStoredAssertion(stored: unknown): string | null {
  const parsed = storedAssertionSchema.safeParse(stored);
  if (!parsed.success) return 'This is not an assertion of this version.';
  const assertion = parsed.data;
  const clientDataBytes = bytes(assertion.clientDataJSON);
  const authenticatorData = bytes(assertion.authenticatorData);
  const clientData = clientDataSchema.safeParse(parseJson(clientDataBytes));
  if (!clientData.success) return 'The client data are not well formed.';
  const { type, challenge, origin } = clientData.data;
  if (type !== 'webauthn.get') return 'It was not made to sign an action.';
  if (challenge !== challengeOf(assertion).toString('base64url')) return 'It signs another action.';
  if (origin !== assertion.origin) return 'It was made at another origin.';
  if (!originHas(origin, assertion.rpId)) return 'Its origin is not of the name it was made for.';
  if (authenticatorData.length < FLAGS_AT + 5) return 'The authenticator’s data are cut short.';
  if (!authenticatorData.subarray(0, FLAGS_AT).equals(sha256(Buffer.from(assertion.rpId)))) {
    return 'It was made for another name.';
  }
  const flags = authenticatorData[FLAGS_AT] ?? 0;
  if ((flags & PRESENT) === 0 || (flags & VERIFIED) === 0) return 'The user was not verified.';
  const signed = Buffer.concat([authenticatorData, sha256(clientDataBytes)]);
  return isSigned(signed, bytes(assertion.spki), bytes(assertion.signature))
    ? null
    : 'The signature is not this key’s.';
}

function isSigned(signed: Buffer, spki: Buffer, signature: Buffer): boolean {
  try {
    const key = createPublicKey({ key: spki, format: 'der', type: 'spki' });
    return verify(key.asymmetricKeyType === 'ed25519' ? null : 'sha256', signed, key, signature);
  } catch {
    return false;
  }
}

function originHas(origin: string, rpId: string): boolean {
  if (!URL.canParse(origin)) return false;
  const { hostname } = new URL(origin);
  return hostname === rpId || hostname.endsWith(`.${rpId}`);
}

function parseJson(buffer: Buffer): unknown {
  try {
    return JSON.parse(buffer.toString('utf8'));
  } catch {
    return null;
  }
}

const bytes = (base64url: string): Buffer => Buffer.from(base64url, 'base64url');
const sha256 = (buffer: Buffer): Buffer => createHash('sha256').update(buffer).digest();
