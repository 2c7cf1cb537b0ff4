import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js';

export const sha256 = (bytes: Uint8Array): Uint8Array => nobleSha256(bytes);

const encoder = new TextEncoder();
/** UTF-8. A lone surrogate never gets here: canonical JSON refuses it. */
export const utf8 = (text: string): Uint8Array => encoder.encode(text);

export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}

/** Of a text that a schema found to be whole bytes in hex. */
export function fromHex(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length / 2);
  for (let at = 0; at < bytes.length; at++) bytes[at] = Number.parseInt(text.slice(2 * at, 2 * at + 2), 16);
  return bytes;
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}

/** A key's fingerprint as people compare it aloud: SHA-256 in groups of four. */
export function fingerprint(publicKey: Uint8Array): string {
  return (toHex(sha256(publicKey)).match(/.{4}/g) ?? []).join(' ');
}
