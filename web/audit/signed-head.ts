import type { HeadReply } from '../../protocol/audit.ts';
import { keyHashOf, parseCheckpoint, parseVerifier, signedAtOf } from '../../protocol/checkpoint.ts';
import { ok, refuse, type Result } from '../../protocol/result.ts';
import { fingerprint, sha256, toHex, utf8 } from './bytes.ts';

/** A head whose signature this page checked itself. */
export interface SignedHead {
  readonly origin: string;
  readonly size: number;
  /** 64 hex digits. */
  readonly root: string;
  /** µs since 1970, as signed; null when the head does not say. */
  readonly signedAt: number | null;
  readonly checkpoint: string;
  readonly verifier: string;
  readonly fingerprint: string;
}

/** Ed25519. Throws where the browser cannot. */
export type VerifySignature = (
  publicKey: Uint8Array,
  signature: Uint8Array,
  signed: Uint8Array,
) => Promise<boolean>;

/**
 * Reads a head and checks its signature with the key that came with it; whether that key is the
 * right one is for `followHead` to say. Refused with the code `head-unreadable`, `head-signature`,
 * `head-contradicts` or `no-ed25519`.
 */
export async function checkHead(
  reply: Pick<HeadReply, 'checkpoint' | 'verifier' | 'size' | 'root'>,
  verify: VerifySignature,
): Promise<Result<SignedHead>> {
  const note = parseCheckpoint(reply.checkpoint);
  if (!note.ok) return refuse('head-unreadable', `The head is no checkpoint: ${note.error.sentence}`);
  const key = parseVerifier(reply.verifier);
  if (!key.ok) return refuse('head-unreadable', `The log’s key cannot be read: ${key.error.sentence}`);
  const { origin, size, root, signatures, signedText } = note.value;
  const { name, keyHash, publicKey } = key.value;
  if (keyHash !== keyHashOf(sha256, name, publicKey)) {
    return refuse('head-unreadable', 'The log’s key does not have the hash that it is named by.');
  }
  const signature = signatures.find((each) => each.name === name && each.keyHash === keyHash);
  if (!signature) return refuse('head-signature', `The head carries no signature of the key ${name}.`);
  try {
    if (!(await verify(publicKey, signature.signature, utf8(signedText)))) {
      return refuse(
        'head-signature',
        `The head’s signature is not by the key ${name}, or the head was changed.`,
      );
    }
  } catch {
    return refuse(
      'no-ed25519',
      'This browser cannot check Ed25519 signatures, so nothing can be proven in it.',
    );
  }
  const rootText = toHex(root);
  if (size !== reply.size || rootText !== reply.root) {
    return refuse('head-contradicts', 'The server names another head than the one that is signed.');
  }
  return ok({
    origin,
    size,
    root: rootText,
    signedAt: signedAtOf(note.value),
    checkpoint: reply.checkpoint,
    verifier: reply.verifier,
    fingerprint: fingerprint(publicKey),
  });
}

export const webCryptoVerify: VerifySignature = async (publicKey, signature, signed) => {
  const { subtle } = globalThis.crypto;
  const key = await subtle.importKey('raw', publicKey.slice(), 'Ed25519', false, ['verify']);
  return subtle.verify('Ed25519', key, signature.slice(), signed.slice());
};
