import { createHash, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromBase64, toBase64 } from './base64.ts';
import {
  checkpointText,
  formatCheckpoint,
  formatVerifier,
  keyHashOf,
  parseCheckpoint,
  parseVerifier,
  signedAtOf,
} from './checkpoint.ts';

const sha = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();
const keyOf = (raw: Uint8Array) =>
  createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(raw).toString('base64url') },
    format: 'jwk',
  });

describe('a signed note', () => {
  // The example of Go's golang.org/x/mod/sumdb/note.
  const vkey = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
  const text =
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
  const signature =
    'x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=';

  it('has the key hash and the signature of other implementations', () => {
    const verifier = parseVerifier(vkey);
    if (!verifier.ok) throw new Error(verifier.error.sentence);
    const { name, keyHash, publicKey } = verifier.value;
    expect(keyHashOf(sha, name, publicKey)).toBe(keyHash);
    expect(formatVerifier(verifier.value)).toBe(vkey);
    const bytes = fromBase64(signature) ?? new Uint8Array();
    expect(Buffer.from(bytes.slice(0, 4)).readUInt32BE()).toBe(keyHash);
    expect(verify(null, Buffer.from(text), keyOf(publicKey), bytes.slice(4))).toBe(true);
  });

  it('that is no checkpoint is refused', () => {
    expect(parseCheckpoint(`${text}\n\u2014 PeterNeumann ${signature}\n`)).toMatchObject({
      error: { code: 'checkpoint-malformed' },
    });
    expect(parseCheckpoint(text)).toMatchObject({ error: { code: 'note-unsigned' } });
    expect(parseCheckpoint('a\n1\nb\n\nno signature\n')).toMatchObject({ error: { code: 'note-malformed' } });
  });
});

describe('a checkpoint', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = Buffer.from(String(publicKey.export({ format: 'jwk' }).x), 'base64url');
  const name = 'cwts-audit-test';
  const keyHash = keyHashOf(sha, name, raw);
  const note = (size: number, root: Uint8Array, at: number): string => {
    const body = { origin: name, size, root, extensions: [`time ${at}`] };
    const signature = sign(null, Buffer.from(checkpointText(body)), privateKey);
    return formatCheckpoint(body, [{ name, keyHash, signature }]);
  };

  it('is read back as it was written, with its signature over exactly its text', () => {
    fc.assert(
      fc.property(
        fc.maxSafeNat(),
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        fc.nat(),
        (size, root, at) => {
          const parsed = parseCheckpoint(note(size, root, at));
          if (!parsed.ok) throw new Error(parsed.error.sentence);
          const { value } = parsed;
          expect(value).toMatchObject({ origin: name, size, root });
          expect(signedAtOf(value)).toBe(at);
          const [one] = value.signatures;
          expect(one).toMatchObject({ name, keyHash });
          const is = one && verify(null, Buffer.from(value.signedText), publicKey, one.signature);
          expect(is).toBe(true);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('R-45: no changed byte of it passes as the same head', () => {
    const good = note(1234, sha(Buffer.from('root')), 1_767_614_400_000_000);
    for (let i = 0; i < good.length; i++) {
      for (const other of ['0', 'A', ' ', '\n']) {
        if (good[i] === other) continue;
        const parsed = parseCheckpoint(good.slice(0, i) + other + good.slice(i + 1));
        if (!parsed.ok) continue;
        const own = parsed.value.signatures.find((one) => one.name === name && one.keyHash === keyHash);
        const passes = own && verify(null, Buffer.from(parsed.value.signedText), publicKey, own.signature);
        expect(passes ?? false, `byte ${i} as ${JSON.stringify(other)}`).toBe(false);
      }
    }
  });
});

it('base64 has one way of writing bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
      expect(fromBase64(toBase64(bytes))).toEqual(bytes);
    }),
  );
  for (const text of ['A', 'AA=', 'AB==', 'AAB=', 'A===', 'AA==AAAA', '-_==', 'AA\n=']) {
    expect(fromBase64(text), text).toBeNull();
  }
});
