import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import type { Assertion } from '../../protocol/factors.ts';

const PRESENT = 0x01;
const VERIFIED = 0x04;
const BACKUP_ELIGIBLE = 0x08;
const BACKED_UP = 0x10;
const ATTESTED = 0x40;

/** What a test makes wrong on purpose. */
export interface Lies {
  readonly origin?: string;
  readonly rpId?: string;
  readonly challenge?: string;
  readonly type?: string;
  readonly counter?: number;
  readonly unverified?: boolean;
  readonly synced?: boolean;
  readonly userHandle?: string;
  readonly key?: KeyObject;
}

interface Asked {
  readonly challenge: string;
  readonly origin: string;
  readonly rpId: string;
}

/** A software authenticator with one discoverable passkey (ES256, attestation "none"), as WebAuthn has it. */
export class SoftwareAuthenticator {
  readonly id = randomBytes(16).toString('base64url');
  readonly #keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  #counter: number;
  #handle = '';

  /** `counts`: a counter that grows; synced passkeys always say 0. */
  constructor({ counts }: { readonly counts: boolean } = { counts: true }) {
    this.#counter = counts ? 1 : NaN;
  }

  /** What `navigator.credentials.create` gives. */
  register(options: object, at: { readonly origin: string }, lies: Lies = {}): Attested {
    const { challenge, rp, user } = options as {
      challenge: string;
      rp: { id: string };
      user: { id: string };
    };
    this.#handle = user.id;
    const asked = { challenge, origin: at.origin, rpId: rp.id };
    const id = Buffer.from(this.id, 'base64url');
    const length = Buffer.alloc(2);
    length.writeUInt16BE(id.length);
    const attested = Buffer.concat([Buffer.alloc(16), length, id, this.#cose()]);
    const data = this.#data(asked, { ...lies, counter: lies.counter ?? this.#next() }, attested);
    const object = Buffer.concat([
      Buffer.from([0xa3]),
      text('fmt'),
      text('none'),
      text('attStmt'),
      Buffer.from([0xa0]),
      text('authData'),
      bytes(data),
    ]);
    const clientDataJSON = clientData('webauthn.create', asked, lies);
    const response = {
      clientDataJSON: b64(clientDataJSON),
      attestationObject: b64(object),
      transports: ['internal'],
    };
    return { id: this.id, rawId: this.id, type: 'public-key', clientExtensionResults: {}, response };
  }

  /** What `navigator.credentials.get` gives. */
  answer(options: object, at: { readonly origin: string }, lies: Lies = {}): Assertion {
    const { challenge, rpId } = options as { challenge: string; rpId: string };
    const asked = { challenge, origin: at.origin, rpId };
    const clientDataJSON = clientData('webauthn.get', asked, lies);
    const data = this.#data(asked, { ...lies, counter: lies.counter ?? this.#next() }, null);
    const signed = Buffer.concat([data, createHash('sha256').update(clientDataJSON).digest()]);
    const signature = sign('sha256', signed, lies.key ?? this.#keys.privateKey);
    return {
      id: this.id,
      rawId: this.id,
      type: 'public-key',
      clientExtensionResults: {},
      response: {
        clientDataJSON: b64(clientDataJSON),
        authenticatorData: b64(data),
        signature: b64(signature),
        userHandle: lies.userHandle ?? this.#handle,
      },
    };
  }

  #next(): number {
    return Number.isNaN(this.#counter) ? 0 : this.#counter++;
  }

  #data(asked: Asked, lies: Lies & { readonly counter: number }, attested: Buffer | null): Buffer {
    const flags =
      PRESENT |
      (lies.unverified ? 0 : VERIFIED) |
      (lies.synced ? BACKUP_ELIGIBLE | BACKED_UP : 0) |
      (attested ? ATTESTED : 0);
    const head = Buffer.alloc(5);
    head.writeUInt8(flags, 0);
    head.writeUInt32BE(lies.counter, 1);
    const rpIdHash = createHash('sha256')
      .update(lies.rpId ?? asked.rpId)
      .digest();
    return Buffer.concat([rpIdHash, head, attested ?? Buffer.alloc(0)]);
  }

  #cose(): Buffer {
    const { x, y } = this.#keys.publicKey.export({ format: 'jwk' }) as { x: string; y: string };
    // { 1: 2 (EC2), 3: -7 (ES256), -1: 1 (P-256), -2: x, -3: y }
    return Buffer.concat([
      Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21]),
      bytes(Buffer.from(x, 'base64url')),
      Buffer.from([0x22]),
      bytes(Buffer.from(y, 'base64url')),
    ]);
  }
}

interface Attested {
  readonly id: string;
  readonly rawId: string;
  readonly type: 'public-key';
  readonly clientExtensionResults: object;
  readonly response: {
    readonly clientDataJSON: string;
    readonly attestationObject: string;
    readonly transports: string[];
  };
}

function clientData(type: string, asked: Asked, lies: Lies): Buffer {
  const { challenge, origin } = { ...asked, ...lies };
  return Buffer.from(JSON.stringify({ type: lies.type ?? type, challenge, origin, crossOrigin: false }));
}

const b64 = (buffer: Buffer): string => buffer.toString('base64url');

/** CBOR: a short text, and bytes of up to 65,535. */
const text = (word: string): Buffer => Buffer.concat([Buffer.from([0x60 | word.length]), Buffer.from(word)]);
const bytes = (buffer: Buffer): Buffer =>
  Buffer.concat([
    buffer.length < 256
      ? Buffer.from([0x58, buffer.length])
      : Buffer.from([0x59, buffer.length >> 8, buffer.length & 0xff]),
    buffer,
  ]);
