/** A wall display: its session is bound to a key that never leaves the device. */
import { signedInReplySchema, wallChallengeReplySchema } from '../../../protocol/account.ts';
import { ok } from '../../../protocol/result.ts';
import type { SessionView } from '../../../protocol/session.ts';
import { tryCall, type Answer } from './call.ts';

export async function claimWall(token: string, publicKey: JsonWebKey): Promise<Answer<SessionView>> {
  const { kty, crv, x, y } = publicKey;
  const reply = await tryCall('/auth/wall/start', signedInReplySchema, {
    token,
    publicKey: { kty, crv, x, y },
  });
  return reply.ok ? ok(reply.value.session) : reply;
}

export async function wallNonce(): Promise<Answer<string>> {
  const reply = await tryCall('/auth/wall/challenge', wallChallengeReplySchema, {});
  return reply.ok ? ok(reply.value.nonce) : reply;
}

export async function proveWall(nonce: string, signature: string): Promise<Answer<SessionView>> {
  const reply = await tryCall('/auth/wall/prove', signedInReplySchema, { nonce, signature });
  return reply.ok ? ok(reply.value.session) : reply;
}
