/**
 * A fold of the log as it was behind one record, so that a restart reads only what is newer. The
 * log stays the truth: a snapshot that does not fit it, or another build wrote, is passed over.
 *
 *     {"v":1,"seq":…,"root":"…","code":"…"}      the tree's root behind that record; the build
 *     …                                          the fold's own parts, one a line
 *     {"signature":"…"}                          over SHA-256 of all lines before, by the log's key
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { LogFiles } from './files.ts';
import { REMOVED_FILE } from './removed.ts';
import type { Head, HeadSigner } from './signer.ts';

const NAME = /^snapshot-(\d{16})\.jsonl$/;
const PURPOSE = 'cwts-snapshot-v1';
const KEPT = 2;
const CHUNK_CHARACTERS = 64 * 1024;

const headerSchema = z.strictObject({
  v: z.literal(1),
  seq: z.number().int().positive(),
  root: z.string().regex(/^[0-9a-f]{64}$/),
  code: z.string(),
});
const footerSchema = z.strictObject({ signature: z.base64() });

export interface Snapshot {
  readonly seq: number;
  readonly root: Buffer;
  readonly parts: readonly unknown[];
}

/** Writes a snapshot behind `head` whole or not at all, and removes older ones but one. */
export async function writeSnapshot(
  files: LogFiles,
  signer: HeadSigner,
  head: Pick<Head, 'size' | 'root'>,
  code: string,
  parts: Iterable<unknown>,
): Promise<void> {
  const name = `snapshot-${String(head.size).padStart(16, '0')}.jsonl`;
  const draft = `${name}.new`;
  if ((await files.size(draft)) !== null) await files.remove(draft);
  const file = await files.create(draft);
  const hash = createHash('sha256');
  let position = 0;
  const write = async (text: string): Promise<void> => {
    const bytes = Buffer.from(text);
    hash.update(bytes);
    await file.write(bytes, position);
    position += bytes.length;
  };
  try {
    const root = Buffer.from(head.root).toString('hex');
    let text = `${JSON.stringify({ v: 1, seq: head.size, root, code })}\n`;
    for (const part of parts) {
      text += `${JSON.stringify(part)}\n`;
      // A write is where others get their turn.
      if (text.length < CHUNK_CHARACTERS) continue;
      await write(text);
      text = '';
    }
    await write(text);
    const signature = signer.signFor(PURPOSE, hash.copy().digest()).toString('base64');
    await write(`${JSON.stringify({ signature })}\n`);
    await file.datasync();
  } finally {
    await file.close();
  }
  await files.rename(draft, name);
  await files.syncDirectory();
  for (const old of (await snapshotNames(files)).slice(KEPT)) await files.remove(old);
}

/**
 * The newest snapshot that this key signed and this build wrote; `passedOver` is told of any other.
 * Of a log that retention removed records from, another build's too: no whole read could replace it.
 */
export async function readSnapshot(
  files: LogFiles,
  signer: HeadSigner,
  code: string,
  passedOver: (sentence: string) => void,
): Promise<Snapshot | null> {
  const build = (await files.size(REMOVED_FILE)) === null ? code : null;
  for (const name of await snapshotNames(files)) {
    const read = parse(await files.read(name), signer, build);
    if (typeof read !== 'string') return read;
    passedOver(`${name} ${read}.`);
  }
  return null;
}

async function snapshotNames(files: LogFiles): Promise<string[]> {
  return (await files.list())
    .filter((name) => NAME.test(name))
    .sort()
    .reverse();
}

/** A string says what is wrong with it. */
function parse(bytes: Buffer, signer: HeadSigner, code: string | null): Snapshot | string {
  const end = bytes.lastIndexOf(0x0a, bytes.length - 2) + 1;
  const footer = footerSchema.safeParse(parseLine(bytes.toString('utf8', end))).data;
  if (!footer) return 'is not whole';
  const body = bytes.subarray(0, end);
  const hash = createHash('sha256').update(body).digest();
  if (!signer.isSignedFor(PURPOSE, hash, Buffer.from(footer.signature, 'base64'))) {
    return 'is not signed by this log’s key';
  }
  const [first, ...parts] = body.toString('utf8').slice(0, -1).split('\n').map(parseLine);
  const header = headerSchema.safeParse(first).data;
  if (!header) return 'is of another version';
  if (code !== null && header.code !== code) return `was written by another build (${header.code})`;
  return { seq: header.seq, root: Buffer.from(header.root, 'hex'), parts };
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
