import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto';
import {
  checkpointText,
  formatCheckpoint,
  formatVerifier,
  keyHashOf,
  parseCheckpoint,
  signedAtOf,
} from '../../protocol/checkpoint.ts';
import { ok, refuse, type Result } from '../../protocol/result.ts';
import type { Micros } from '../../protocol/units.ts';
import { sha256 } from './hash.ts';

/** A signed tree head: the log had `size` records under `root` when this was signed. */
export interface Head {
  readonly size: number;
  readonly root: Uint8Array;
  /** The signed note itself (C2SP checkpoint). */
  readonly checkpoint: string;
  readonly signedAt: Micros;
}

/** The log's own key: it names the log, signs its heads and knows its own signatures again. */
export class HeadSigner {
  readonly #privateKey: KeyObject;
  readonly #publicKey: KeyObject;
  readonly #keyHash: number;
  /** Names log and key: a log that is signed by another key is another log. */
  readonly origin: string;
  /** The verifier key (`name+hash+key`) to hand to whoever checks the log. */
  readonly verifier: string;

  constructor(privateKey: KeyObject) {
    this.#privateKey = privateKey;
    this.#publicKey = createPublicKey(privateKey);
    const raw = Buffer.from(String(this.#publicKey.export({ format: 'jwk' }).x), 'base64url');
    this.origin = `cwts-audit-${sha256(raw).toString('hex', 0, 4)}`;
    this.#keyHash = keyHashOf(sha256, this.origin, raw);
    this.verifier = formatVerifier({ name: this.origin, keyHash: this.#keyHash, publicKey: raw });
  }

  static generate(): HeadSigner {
    return new HeadSigner(generateKeyPairSync('ed25519').privateKey);
  }

  static fromPem(pem: string): Result<HeadSigner> {
    try {
      const key = createPrivateKey(pem);
      if (key.asymmetricKeyType === 'ed25519') return ok(new HeadSigner(key));
    } catch {
      // Said below: what the library says of a key is nothing to print.
    }
    return refuse('audit-key-malformed', 'is not an Ed25519 key in PEM form');
  }

  toPem(): string {
    return this.#privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  }

  sign(size: number, root: Uint8Array, signedAt: Micros): Head {
    const body = { origin: this.origin, size, root, extensions: [`time ${signedAt}`] };
    const signature = sign(null, Buffer.from(checkpointText(body)), this.#privateKey);
    const checkpoint = formatCheckpoint(body, [{ name: this.origin, keyHash: this.#keyHash, signature }]);
    return { size, root, checkpoint, signedAt };
  }

  /** The head that a checkpoint says, if this key signed it. */
  headOf(checkpoint: string): Result<Head> {
    const parsed = parseCheckpoint(checkpoint);
    if (!parsed.ok) return parsed;
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

  /** For what else the log keeps beside its records (snapshots). `purpose` keeps one kind from passing as another. */
  signFor(purpose: string, bytes: Uint8Array): Buffer {
    return sign(null, purposed(purpose, bytes), this.#privateKey);
  }

  isSignedFor(purpose: string, bytes: Uint8Array, signature: Uint8Array): boolean {
    return verify(null, purposed(purpose, bytes), this.#publicKey, signature);
  }
}

const purposed = (purpose: string, bytes: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from(`${purpose}\0`), bytes]);
