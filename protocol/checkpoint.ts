/**
 * Signed tree heads as C2SP has them: a signed note (c2sp.org/signed-note) whose text is a tlog
 * checkpoint (c2sp.org/tlog-checkpoint), so that other people's witnesses and tools read ours.
 *
 *     cwts-audit-1a2b3c4d          origin: names the log
 *     1234                         size: records in it
 *     qINS1GRFhWHwdkUeqLEoP4yEMk…  root, base64
 *     time 1767614400000000        extension: when it was signed, µs since 1970
 *                                  an empty line
 *     — cwts-audit-1a2b3c4d …      signature: name, base64(key hash, 4 bytes ‖ Ed25519 signature)
 *
 * Pure: what a signature covers is `signedText` in UTF-8, and whoever calls checks it.
 */
import { fromBase64, toBase64 } from './base64.ts';
import { HASH_BYTES, type Sha256 } from './merkle.ts';
import { ok, refuse, type Result } from './result.ts';

const DASH = '\u2014';
const ED25519 = 1;
const NAME = /^[^\s+]+$/;

export interface NoteSignature {
  readonly name: string;
  readonly keyHash: number;
  readonly signature: Uint8Array;
}

export interface CheckpointBody {
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
  readonly extensions: readonly string[];
}

export interface Checkpoint extends CheckpointBody {
  readonly signatures: readonly NoteSignature[];
  readonly signedText: string;
}

export interface Verifier {
  readonly name: string;
  readonly keyHash: number;
  /** Ed25519, 32 bytes. */
  readonly publicKey: Uint8Array;
}

/** What is signed: the note's text with its last newline. */
export function checkpointText({ origin, size, root, extensions }: CheckpointBody): string {
  return [origin, String(size), toBase64(root), ...extensions, ''].join('\n');
}

export function formatCheckpoint(body: CheckpointBody, signatures: readonly NoteSignature[]): string {
  const lines = signatures.map(({ name, keyHash, signature }) => {
    const bytes = new Uint8Array(4 + signature.length);
    bytes.set(bytesOf(keyHash));
    bytes.set(signature, 4);
    return `${DASH} ${name} ${toBase64(bytes)}\n`;
  });
  return `${checkpointText(body)}\n${lines.join('')}`;
}

export function parseCheckpoint(note: string): Result<Checkpoint> {
  const end = note.lastIndexOf('\n\n');
  if (end < 0) return refuse('note-unsigned', 'The checkpoint has no signatures.');
  const signedText = note.slice(0, end + 1);
  const signatures = parseSignatures(note.slice(end + 2));
  if (!signatures) return refuse('note-malformed', 'The checkpoint has a line that is no signature.');
  const [origin = '', size = '', root = '', ...extensions] = signedText.slice(0, -1).split('\n');
  const hash = fromBase64(root);
  const isSize = /^(0|[1-9]\d{0,15})$/.test(size) && Number.isSafeInteger(Number(size));
  if (origin === '' || !isSize || hash?.length !== HASH_BYTES || extensions.includes('')) {
    return refuse('checkpoint-malformed', 'The note is signed, but it is not a checkpoint of a log.');
  }
  return ok({ origin, size: Number(size), root: hash, extensions, signatures, signedText });
}

/** When a checkpoint of ours was signed, µs since 1970; null when it does not say. */
export function signedAtOf({ extensions }: CheckpointBody): number | null {
  const [, micros] =
    /^time (\d{1,16})$/.exec(extensions.find((line) => line.startsWith('time ')) ?? '') ?? [];
  return micros === undefined ? null : Number(micros);
}

/** The key's own name for itself in 4 bytes: what tells two keys of one name apart. */
export function keyHashOf(sha: Sha256, name: string, publicKey: Uint8Array): number {
  const head = utf8(`${name}\n`);
  const input = new Uint8Array(head.length + 1 + publicKey.length);
  input.set(head);
  input[head.length] = ED25519;
  input.set(publicKey, head.length + 1);
  return readHash(sha(input));
}

/** `name+hash+base64(0x01 ‖ key)`: how a note's verifier key is handed on. */
export function formatVerifier({ name, keyHash, publicKey }: Verifier): string {
  const key = new Uint8Array(1 + publicKey.length);
  key[0] = ED25519;
  key.set(publicKey, 1);
  return `${name}+${keyHash.toString(16).padStart(8, '0')}+${toBase64(key)}`;
}

export function parseVerifier(vkey: string): Result<Verifier> {
  const [, name = '', hash = '', key = ''] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(vkey.trim()) ?? [];
  const bytes = fromBase64(key);
  if (!NAME.test(name) || bytes?.length !== 33 || bytes[0] !== ED25519) {
    return refuse('verifier-malformed', 'This is not the verifier key of a log (name+hash+key).');
  }
  return ok({ name, keyHash: Number.parseInt(hash, 16), publicKey: bytes.slice(1) });
}

function parseSignatures(text: string): NoteSignature[] | null {
  if (!text.endsWith('\n')) return null;
  const signatures: NoteSignature[] = [];
  for (const line of text.slice(0, -1).split('\n')) {
    const [dash, name = '', encoded = '', ...more] = line.split(' ');
    const bytes = fromBase64(encoded);
    if (dash !== DASH || !NAME.test(name) || !bytes || bytes.length < 5 || more.length > 0) return null;
    signatures.push({ name, keyHash: readHash(bytes), signature: bytes.slice(4) });
  }
  return signatures;
}

const bytesOf = (hash: number): number[] => [24, 16, 8, 0].map((shift) => (hash >>> shift) & 255);

function readHash(bytes: Uint8Array): number {
  return bytes.slice(0, 4).reduce((hash, byte) => hash * 256 + byte, 0);
}

/** There is no encoder in the language itself; percent-encoding is UTF-8 in disguise. */
function utf8(text: string): Uint8Array {
  const bytes = encodeURIComponent(text).replace(/%([0-9A-F]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Uint8Array.from(bytes, (char) => char.charCodeAt(0));
}
