/** Effects: the log as reports read it, straight from its folder. */
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseCheckpoint, type Checkpoint } from '../../protocol/checkpoint.ts';
import { CHECKPOINT_FILE } from '../audit/head-files.ts';
import { HASH_BYTES } from '../audit/hash.ts';
import { inclusionProof, type ReadHashes } from '../audit/proofs.ts';
import { readRecords } from '../audit/reader.ts';
import { decodeRecord, type AuditRecord } from '../audit/record.ts';
import { folderSegments } from '../audit/segment-source.ts';

/** The newest signed head; null before the first. */
export async function newestCheckpoint(
  auditDir: string,
): Promise<{ readonly note: string; readonly head: Checkpoint } | null> {
  const note = await readFile(join(auditDir, CHECKPOINT_FILE), 'utf8').catch(() => null);
  const head = note === null ? null : parseCheckpoint(note);
  return note !== null && head?.ok ? { note, head: head.value } : null;
}

/** Every record from `from` to `to` that this version can read, in the order of the log. */
export async function eachRecord(
  auditDir: string,
  range: { readonly from: number; readonly to: number },
  take: (record: AuditRecord) => void,
): Promise<void> {
  for await (const { payload } of readRecords(folderSegments(auditDir), range)) {
    const record = decodeRecord(payload);
    if (record) take(record);
  }
}

/** The canonical bytes of one record with its proof under the tree of `size`. */
export async function citation(
  auditDir: string,
  seq: number,
  size: number,
): Promise<{ readonly seq: number; readonly record: string; readonly proof: string[] }> {
  const proof = await inclusionProof(treeHashes(auditDir), seq - 1, size);
  for await (const { payload } of readRecords(folderSegments(auditDir), { from: seq, to: seq })) {
    return {
      seq,
      record: payload.toString('utf8'),
      proof: proof.map((hash) => Buffer.from(hash).toString('hex')),
    };
  }
  throw new Error(`record ${seq} is not in the log`);
}

/** The tree's kept hashes: good up to the newest head. */
const treeHashes =
  (auditDir: string): ReadHashes =>
  async (tileLevel, from, count) => {
    const name = `level-${String(tileLevel * 8).padStart(2, '0')}`;
    const file = await open(join(auditDir, 'tree', name));
    try {
      const bytes = Buffer.alloc(count * HASH_BYTES);
      const { bytesRead } = await file.read(bytes, 0, bytes.length, from * HASH_BYTES);
      return bytes.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  };
