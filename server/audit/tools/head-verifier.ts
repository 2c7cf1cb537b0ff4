import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { keyHashOf, parseCheckpoint, parseVerifier, signedAtOf } from '../../../protocol/checkpoint.ts';
import { ok, refuse, type Result } from '../../../protocol/result.ts';
import type { Micros } from '../../../protocol/units.ts';
import { sha256 } from '../hash.ts';
import type { Head } from '../signer.ts';

/** A log's public key: all that is needed, and all that is trusted, to know its heads again. */
export class HeadVerifier {
  readonly #publicKey: KeyObject;
  readonly #keyHash: number;
  /** Names log and key. */
  readonly origin: string;
  readonly verifier: string;

  private constructor(verifier: string, origin: string, keyHash: number, publicKey: KeyObject) {
    this.verifier = verifier;
    this.origin = origin;
    this.#keyHash = keyHash;
    this.#publicKey = publicKey;
  }

  /** From a note verifier key, `name+hash+key`. */
  static of(text: string): Result<HeadVerifier> {
    const parsed = parseVerifier(text);
    if (!parsed.ok) return parsed;
    const { name, keyHash, publicKey } = parsed.value;
    if (keyHashOf(sha256, name, publicKey) !== keyHash) {
      return refuse('verifier-malformed', 'The verifier key’s hash is not that of its key.');
    }
    const x = Buffer.from(publicKey).toString('base64url');
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
    return ok(new HeadVerifier(text.trim(), name, keyHash, key));
  }

  /** The head that a checkpoint says, if this key signed it; else what is wrong with it, as a predicate. */
  headOf(checkpoint: string): Result<Head> {
    const parsed = parseCheckpoint(checkpoint);
    if (!parsed.ok) return refuse(parsed.error.code, 'is no signed head');
    const { origin, size, root, signatures, signedText } = parsed.value;
    const isOwn = signatures.some(
      ({ name, keyHash, signature }) =>
        name === this.origin &&
        keyHash === this.#keyHash &&
        verify(null, Buffer.from(signedText), this.#publicKey, signature),
    );
    if (origin !== this.origin || !isOwn) return refuse('head-foreign', 'is not signed by this log’s key');
    return ok({ size, root, checkpoint, signedAt: (signedAtOf(parsed.value) ?? 0) as Micros });
  }
}
