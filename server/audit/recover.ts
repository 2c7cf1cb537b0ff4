import { ok, refuse, type Refusal, type Result } from '../../protocol/result.ts';
import type { LogFiles } from './files.ts';
import { HEADER_BYTES, readFrames, readHeader, wholeFrameBehind } from './frame.ts';
import { hashLeaf } from './hash.ts';
import { readNewestHead, type NewestHead } from './head-files.ts';
import { peaksAt, rootAt } from './proofs.ts';
import { decodeRecord, versionOf, type AuditRecord } from './record.ts';
import { REMOVED_FILE } from './removed.ts';
import { firstSequenceOf, segmentName } from './segment-name.ts';
import type { HeadSigner } from './signer.ts';
import type { Snapshot } from './snapshot-file.ts';
import { cutTail, restartSegment, type Torn } from './torn.ts';
import { TreeCheck } from './tree-check.ts';
import { TreeFiles } from './tree-files.ts';
import { HashTree } from './tree.ts';

export interface Recovered {
  readonly lastSequence: number;
  /** The newest segment, to go on in; null for an empty log. */
  readonly tail: { readonly name: string; readonly length: number } | null;
  /** Bytes cut from the newest segment's torn end, kept beside it under `keptAs`. */
  readonly torn: Torn | null;
  /** The record behind which reading began, from a snapshot; 0: the whole log was read. */
  readonly snapshot: number;
}

export interface RecoveredLog {
  readonly recovered: Recovered;
  readonly tree: HashTree;
  readonly treeFiles: TreeFiles;
  readonly newest: NewestHead;
}

export interface RecoverParts {
  readonly files: LogFiles;
  readonly signer: HeadSigner;
  readonly onRecord: (record: AuditRecord) => void;
  readonly snapshot: Snapshot | null;
  /** Takes the snapshot's state; false when it can't, and then nothing of it was taken. */
  readonly restore: (parts: readonly unknown[]) => boolean;
  /** What was passed over, and why. */
  readonly passedOver: (sentence: string) => void;
}

/** Hashes made anew that may wait in memory. */
const WAITING_HASHES = 200_000;

/**
 * Reads every record in order into `onRecord`, checks them against the tree's files and the newest
 * signed head, and cuts the newest segment's torn tail. Refused: a fault anywhere else (a record that
 * was acknowledged is gone), named by file and byte; a log that is shorter than its newest head or
 * has another root. Damage with a later record whole behind it is no torn tail, in the newest segment
 * either. Nothing is written before everything was found to be right.
 */
export async function recoverLog(parts: RecoverParts): Promise<Result<RecoveredLog>> {
  const { files, signer } = parts;
  const newest = await readNewestHead(files, signer);
  if (!newest.ok) return newest;
  const { head } = newest.value;
  const treeFiles = await TreeFiles.open(files);
  // What lies behind the newest head was never synced with certainty: it is made anew.
  treeFiles.cutTo(head?.size ?? 0);
  const base = await usableSnapshot(parts, treeFiles, newest.value);
  const check = await TreeCheck.make(treeFiles, base);
  const peaks = base > 0 ? await peaksAt(treeFiles.read, base) : [];
  const tree = new HashTree(check.keep, base, peaks);
  if (head && head.size === base && !same(tree.root(), head.root)) return wrongRoot(head.size);

  const firsts = (await files.list())
    .map(firstSequenceOf)
    .filter((first) => first !== null)
    .sort((a, b) => a - b);
  const begin =
    base === 0
      ? 0
      : Math.max(
          0,
          firsts.findLastIndex((first) => first <= base + 1),
        );
  if (base === 0 && (firsts[0] ?? 1) > 1 && (await files.size(REMOVED_FILE)) !== null) {
    return refuse(
      'audit-no-snapshot',
      'Retention removed the audit log’s first records, and no snapshot of the state behind them can be used; see docs/runbooks/audit-damaged.md.',
    );
  }
  let expected = base === 0 ? 1 : (firsts[begin] ?? 1);
  let tail: Recovered['tail'] = null;
  let cut: { readonly name: string; readonly bytes: Buffer; readonly end: number } | null = null;
  let restart: string | null = null;
  for (const [i, first] of firsts.entries()) {
    if (i < begin) continue;
    const newestSegment = i === firsts.length - 1;
    const name = segmentName(first);
    const bytes = await files.read(name);
    const header = readHeader(bytes);
    if (!header.ok && !(newestSegment && header.error.code === 'header-short')) {
      const code = header.error.code === 'header-newer' ? 'audit-newer' : 'audit-damaged';
      return refuse(
        header.error.code === 'header-older' ? 'audit-older' : code,
        `The audit log's ${name} ${header.error.sentence}.`,
      );
    }
    if (!header.ok) {
      // Died while creating it: no record was in it yet.
      restart = name;
      tail = { name, length: HEADER_BYTES };
      break;
    }
    if (header.value !== expected || first !== expected) {
      return refuse('audit-damaged', `The audit log has no record ${expected}: ${name} begins elsewhere.`);
    }
    const { payloads, end } = readFrames(bytes);
    if (end < bytes.length) {
      const damagedSequence = expected + payloads.length;
      const isLater = (payload: Buffer): boolean => (decodeRecord(payload)?.seq ?? 0) > damagedSequence;
      if (!newestSegment || wholeFrameBehind(bytes, end, isLater)) {
        return refuse('audit-damaged', `The audit log's ${name} is damaged at byte ${end}.`);
      }
      cut = { name, bytes, end };
    }
    await check.load(tree.size, payloads.length);
    for (const payload of payloads) {
      if (expected > base) {
        const record = decodeRecord(payload);
        if (record?.seq !== expected) return wrongRecord(name, expected, payload);
        parts.onRecord(record);
        tree.append(hashLeaf(payload));
        if (tree.size === head?.size && !same(tree.root(), head.root)) return wrongRoot(head.size);
      }
      expected += 1;
    }
    if (check.disagreement !== null) return refuse('audit-damaged', check.disagreement);
    tail = { name, length: end };
    // A disk that can't take them now has its say when the log is written.
    if (treeFiles.waiting > WAITING_HASHES) await treeFiles.flush().catch(() => undefined);
  }
  const lastSequence = expected - 1;
  if (head && lastSequence < head.size) {
    return refuse(
      'audit-truncated',
      `The audit log ends at record ${lastSequence}, but its newest signed head says that it had ${head.size}; see docs/runbooks/audit-damaged.md.`,
    );
  }
  if (restart !== null) await restartSegment(files, restart, expected);
  const torn = cut && (await cutTail(files, cut.name, cut.bytes, cut.end));
  const recovered = { lastSequence, tail, torn, snapshot: base };
  return ok({ recovered, tree, treeFiles, newest: newest.value });
}

/** The record behind which reading may begin: 0 when the log has to be read whole. */
async function usableSnapshot(
  { snapshot, restore, passedOver }: RecoverParts,
  treeFiles: TreeFiles,
  { head }: NewestHead,
): Promise<number> {
  if (!snapshot) return 0;
  const { seq, root, parts } = snapshot;
  if (seq > (head?.size ?? 0) || !treeFiles.covers(seq)) {
    passedOver(`The snapshot behind record ${seq} is newer than what is kept of the log's tree.`);
    return 0;
  }
  if (!same(await rootAt(treeFiles.read, seq), root)) {
    passedOver(`The snapshot behind record ${seq} does not fit the log's tree.`);
    return 0;
  }
  if (restore(parts)) return seq;
  passedOver(`The snapshot behind record ${seq} holds a state that this build can't take.`);
  return 0;
}

function wrongRecord(
  name: string,
  expected: number,
  payload: Buffer,
): { readonly ok: false; error: Refusal } {
  const version = versionOf(payload);
  if (version !== null && version > 2) {
    return refuse(
      'audit-newer',
      `The audit log's ${name} holds a record of version ${version}, this version reads 2: start the newer one.`,
    );
  }
  return refuse('audit-damaged', `The audit log's ${name} holds a wrong record where ${expected} was due.`);
}

function wrongRoot(size: number): { readonly ok: false; error: Refusal } {
  return refuse(
    'audit-damaged',
    `The audit log's first ${size} records are not those that its newest head was signed over; see docs/runbooks/audit-damaged.md.`,
  );
}

const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
