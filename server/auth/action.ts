/** What a factor is bound to: an action's hash, and a passkey's challenge. Pure but for SHA-256. */
import { createHash } from 'node:crypto';
import { canonicalJson } from '../../protocol/canonical.ts';
import type { Micros, UserId } from '../../protocol/units.ts';

/** So that a signature over one of these says nothing in any other protocol or version. */
const DOMAIN = 'cwts-action-v1\0';

/** What a person is asked to sign: the action whole, good once, until then, theirs. */
export interface Statement {
  readonly action: object;
  readonly nonce: string;
  readonly expiry: Micros;
  readonly user: UserId;
}

/** The challenge of a passkey's signature: SHA-256 over the domain's tag and the statement (RFC 8785). */
export function challengeOf({ action, nonce, expiry, user }: Statement): Buffer {
  return createHash('sha256')
    .update(DOMAIN + canonicalJson({ action, nonce, expiry, user }))
    .digest();
}

/** Names an action in a record, whatever factor was given for it. Hex. */
export function actionHash(action: object): string {
  return createHash('sha256')
    .update(DOMAIN + canonicalJson({ action }))
    .digest('hex');
}

export function sameAction(a: object, b: object): boolean {
  return canonicalJson(a) === canonicalJson(b);
}
