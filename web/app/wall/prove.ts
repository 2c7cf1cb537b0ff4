import { wallProofText } from '../../../protocol/account.ts';
import type { SessionView } from '../../../protocol/session.ts';
import type { Answer } from '../api/call.ts';
import { proveWall, wallNonce } from '../api/wall.ts';
import { forgetDeviceKey, readDeviceKey } from './device-key.ts';

/** A proof is good for 5 minutes. */
export const PROVEN_EVERY_MS = 4 * 60_000;

/** Shows that this device still holds its key; null when this browser is no wall display. */
export async function proveDevice(): Promise<Answer<SessionView> | null> {
  const key = await readDeviceKey().catch(() => null);
  if (!key) return null;
  const nonce = await wallNonce();
  if (!nonce.ok) {
    // Its 30 days are over, it was revoked, or a person signed in here instead: a display no more.
    // Any other refusal (a server that starts, a limit) passes; the key would not come back.
    if (nonce.error.code === 'not-signed-in') await forgetDeviceKey();
    return nonce;
  }
  return proveWall(nonce.value, await key.sign(wallProofText(nonce.value)));
}
