/**
 * Where signed heads lie: `heads.log` has every one of them, oldest first, framed as records are
 * (frame.ts) behind a header of its own; `checkpoint` is the newest alone.
 */
import { ok, refuse, type Result } from '../../protocol/result.ts';
import type { LogFiles } from './files.ts';
import { FRAME_BYTES, frameAt, HEADER_BYTES, readFrames } from './frame.ts';
import type { Head, HeadSigner } from './signer.ts';

export const HEADS_FILE = 'heads.log';
export const CHECKPOINT_FILE = 'checkpoint';
export const VERIFIER_FILE = 'verifier';

const MAGIC = 'CWTSHEAD';
const FORMAT = 1n;
/** A head is some 250 bytes: the newest whole one is in here. */
const TAIL_BYTES = 64 * 1024;

export function encodeHeadsHeader(): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.write(MAGIC, 0, 'latin1');
  header.writeBigUInt64LE(FORMAT, 8);
  return header;
}

/** Whether these are the first bytes of a `heads.log` of a format that this version reads. */
export function isHeadsHeader(bytes: Buffer): boolean {
  return bytes.length >= HEADER_BYTES && encodeHeadsHeader().equals(bytes.subarray(0, HEADER_BYTES));
}

/** Every whole head of `heads.log`, as signed notes, oldest first; `end`: bytes up to the last's end. */
export function readHeads(bytes: Buffer): { readonly notes: readonly string[]; readonly end: number } {
  const { payloads, end } = readFrames(bytes);
  return { notes: payloads.map((payload) => payload.toString('utf8')), end };
}

export interface NewestHead {
  readonly head: Head | null;
  /** Bytes of `heads.log` up to the end of its last whole head; 0 when it is to be begun. */
  readonly length: number;
}

/** The newest head of the folder. Refused when it is none of this key's. */
export async function readNewestHead(files: LogFiles, signer: HeadSigner): Promise<Result<NewestHead>> {
  const size = (await files.size(HEADS_FILE)) ?? 0;
  let found: NewestHead = { head: null, length: 0 };
  if (size >= HEADER_BYTES) {
    if (!isHeadsHeader(await files.readAt(HEADS_FILE, 0, HEADER_BYTES))) {
      return refuse('audit-damaged', 'The audit log’s heads.log does not begin as one of this version.');
    }
    const last = await lastNote(files, size, signer.origin);
    if (last.note !== null) {
      const head = signer.headOf(last.note);
      if (!head.ok) return refuse('audit-damaged', `The newest head in heads.log ${head.error.sentence}.`);
      found = { head: head.value, length: last.end };
    } else found = { head: null, length: HEADER_BYTES };
  }
  if ((await files.size(CHECKPOINT_FILE)) === null) return ok(found);
  const head = signer.headOf((await files.read(CHECKPOINT_FILE)).toString('utf8'));
  // A power cut may have emptied it; then heads.log speaks.
  if (!head.ok) {
    if (found.head !== null) return ok(found);
    return refuse('audit-damaged', `The audit log’s checkpoint ${head.error.sentence}.`);
  }
  if (head.value.size <= (found.head?.size ?? 0)) return ok(found);
  return ok({ head: head.value, length: found.length });
}

async function lastNote(
  files: LogFiles,
  size: number,
  origin: string,
): Promise<{ readonly note: string | null; readonly end: number }> {
  const from = Math.max(HEADER_BYTES, size - TAIL_BYTES);
  const tail = await files.readAt(HEADS_FILE, from, size - from);
  // Every note of this log begins with its name.
  const mark = Buffer.from(`${origin}\n`);
  for (let at = tail.lastIndexOf(mark); at >= FRAME_BYTES; at = tail.lastIndexOf(mark, at - 1)) {
    const payload = frameAt(tail, at - FRAME_BYTES);
    if (payload) return { note: payload.toString('utf8'), end: from + at + payload.length };
  }
  const { notes, end } = readHeads(await files.read(HEADS_FILE));
  return { note: notes.at(-1) ?? null, end };
}
