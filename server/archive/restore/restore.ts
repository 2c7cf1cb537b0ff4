/** Brings a lost log back from its copy, to the last record that the copy acknowledged. */
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ok, refuse, type Result } from '../../../protocol/result.ts';
import { nodeLogFiles, replaceFile } from '../../audit/files.ts';
import { HASH_BYTES, hashLeaf } from '../../audit/hash.ts';
import { pickLeaves } from '../../audit/left-leaves.ts';
import { rootAt } from '../../audit/proofs.ts';
import { AuditDamaged } from '../../audit/reader.ts';
import { decodeRecord } from '../../audit/record.ts';
import { mergeRanges, REMOVED_FILE, writeRemoved, type Range } from '../../audit/removed.ts';
import { HeadVerifier } from '../../audit/tools/head-verifier.ts';
import { removalIn, removedBy, type Removal } from '../../audit/tools/holes.ts';
import { HashTree } from '../../audit/tree.ts';
import { TreeFiles } from '../../audit/tree-files.ts';
import { FolderTarget } from '../copy/folder-target.ts';
import type { CopySource } from './source.ts';

export interface Restored {
  /** The last record; 0: the copy held none. */
  readonly seq: number;
  /** Records under the newest signed head that came back; 0 = no head. */
  readonly headSize: number;
  readonly headSignedAt: number | null;
  /** Wall time of the last record, ns; null for an empty log. */
  readonly wall: string | null;
  /** What retention had removed before it was copied: their hashes came back, and a record says so. */
  readonly removed: readonly Range[];
  /** Heads that were checked: their signature, and their root against the records. */
  readonly heads: number;
}

const FLUSH_HASHES = 200_000;
const HEADS_AT_ONCE = 1000;

/**
 * Restores into `dataDir`, which must be empty or not there. The log appears in it whole and checked,
 * or not at all: every record is read and hashed, and every head's signature and root compared.
 */
export async function restoreLog(source: CopySource, dataDir: string): Promise<Result<Restored>> {
  if (existsSync(dataDir) && readdirSync(dataDir).length > 0) {
    return refuse('restore-not-empty', `${dataDir} is not empty; give a folder that is not there yet.`);
  }
  const draft = join(dirname(dataDir), `.restore-${process.pid}-${Date.now().toString(36)}`);
  await mkdir(join(draft, 'audit'), { recursive: true, mode: 0o700 });
  try {
    const restored = await build(source, join(draft, 'audit'));
    if (!restored.ok) return restored;
    await rm(dataDir, { recursive: true, force: true });
    await rename(draft, dataDir);
    return restored;
  } catch (error) {
    if (!(error instanceof AuditDamaged)) throw error;
    return refuse('restore-damaged', `The copy is damaged: ${error.message}`);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function build(source: CopySource, auditDir: string): Promise<Result<Restored>> {
  const verifier = HeadVerifier.of(source.verifier);
  if (!verifier.ok) return refuse('restore-verifier', `The copy’s verifier ${verifier.error.sentence}.`);
  const target = new FolderTarget(auditDir);
  const opened = await target.open(source.verifier);
  if (!opened.ok) return opened;
  const files = await nodeLogFiles(auditDir);
  const treeFiles = await TreeFiles.open(files);
  try {
    const tree = new HashTree((level, hash) => treeFiles.push(level, hash));
    let wall: string | null = null;
    const left = await source.leaves();
    const holes: Range[] = [];
    const removals: Removal[] = [];
    for await (const records of source.records()) {
      for (const { seq, payload } of records) {
        const hole = { first: tree.size + 1, last: seq - 1 };
        const hashes = hole.last < hole.first ? null : pickLeaves(left, hole);
        if (hashes) {
          await appendLeaves(tree, treeFiles, hashes);
          holes.push(hole);
        }
        const record = decodeRecord(payload);
        if (record?.seq !== seq || seq !== tree.size + 1) {
          return refuse('restore-damaged', `The copy holds a wrong record where ${tree.size + 1} was due.`);
        }
        wall = record.wall;
        tree.append(hashLeaf(payload));
        const removal = removalIn(payload, 0, payload.length, seq);
        if (removal) removals.push(removal);
      }
      await target.append(records);
      if (treeFiles.waiting > FLUSH_HASHES) await treeFiles.flush();
    }
    await treeFiles.flush();
    const unsaid = holes.find((hole) => removedBy(hole, removals) === null);
    if (unsaid) {
      return refuse(
        'restore-hole',
        `The copy lacks the records ${unsaid.first} to ${unsaid.last}, and no record says that they were removed.`,
      );
    }
    let headSize = 0;
    let headSignedAt: number | null = null;
    const notes = await source.heads();
    for (const note of notes) {
      const head = verifier.value.headOf(note);
      if (!head.ok) return refuse('restore-head', `A head of the copy ${head.error.sentence}.`);
      const { size, root, signedAt } = head.value;
      if (size > tree.size) {
        return refuse(
          'restore-short',
          `The copy ends at record ${tree.size}, but holds a signed head over ${size}: records were taken from it.`,
        );
      }
      if (Buffer.compare(await rootAt(treeFiles.read, size), root) !== 0) {
        return refuse(
          'restore-changed',
          `The first ${size} records of the copy are not those that were signed.`,
        );
      }
      if (size < headSize) continue;
      headSize = size;
      headSignedAt = signedAt;
    }
    for (let at = 0; at < notes.length; at += HEADS_AT_ONCE) {
      await target.addHeads(notes.slice(at, at + HEADS_AT_ONCE));
    }
    for (const { name, bytes } of await source.snapshots()) await target.keepSnapshot(name, bytes);
    if (holes.length > 0) {
      await replaceFile(files, REMOVED_FILE, Buffer.from(writeRemoved(holes)), 'synced');
    }
    const removed = mergeRanges(holes);
    return ok({ seq: tree.size, headSize, headSignedAt, wall, removed, heads: notes.length });
  } finally {
    await target.close();
    await treeFiles.close();
  }
}

async function appendLeaves(tree: HashTree, treeFiles: TreeFiles, hashes: Buffer): Promise<void> {
  for (let at = 0; at < hashes.length; at += HASH_BYTES) {
    tree.append(hashes.subarray(at, at + HASH_BYTES));
    if (treeFiles.waiting > FLUSH_HASHES) await treeFiles.flush();
  }
}
