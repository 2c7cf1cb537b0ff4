/** Effects: removes whole segments that the log itself says are removed. Crash-safe at every step. */
import { open, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { ok, refuse, type Result } from '../../../protocol/result.ts';
import { readRecords } from '../../audit/reader.ts';
import { mergeRanges, REMOVED_FILE, removedUpTo, writeRemoved, type Range } from '../../audit/removed.ts';
import { findSealed, isMissing } from '../../audit/sealed.ts';
import { segmentName } from '../../audit/segment-name.ts';
import { folderSegments, removedFrom } from '../../audit/segment-source.ts';
import { removalIn } from '../../audit/tools/holes.ts';

export interface RemoveOptions {
  readonly auditDir: string;
  readonly ranges: readonly Range[];
  /** The record that says it lies behind this one. */
  readonly after: number;
  /** The last acknowledged record: nothing of its segment goes. */
  readonly size: number;
  /** Told each step before it is done; a test's throws. */
  readonly before?: (step: RemoveStep) => void;
}

export type RemoveStep = 'note' | 'remove' | 'sync';

const nothing = (): void => undefined;

/** Removes what `ranges` hold wholly; refused while the log on disk does not say so. Returns how many segments went. */
export async function removeSegments(options: RemoveOptions): Promise<Result<number>> {
  const { auditDir, ranges, after, size, before = nothing } = options;
  const recorded: Range[] = [];
  for await (const { seq, payload } of readRecords(auditDir, { from: after + 1 })) {
    const removal = removalIn(payload, 0, payload.length, seq);
    if (removal) recorded.push(removal);
  }
  const said = mergeRanges(recorded);
  if (ranges.some(({ first, last }) => (removedUpTo(said, first) ?? 0) < last)) {
    return refuse('retention-not-recorded', 'Nothing was removed: the log on disk does not say so.');
  }
  before('note');
  await replace(auditDir, writeRemoved([...(await removedFrom(auditDir)), ...ranges]));
  const firsts = await folderSegments(auditDir).list();
  let removed = 0;
  for (const [i, first] of firsts.entries()) {
    const next = firsts[i + 1] ?? Infinity;
    if (next > size) break;
    const end = removedUpTo(ranges, first);
    // A hole behind it is no part of it; a segment ends before the next one at the latest.
    if (end === null || end < (await lastOf(auditDir, first, next - 1))) continue;
    before('remove');
    await removeSegment(auditDir, first);
    removed += 1;
  }
  before('sync');
  await syncFolder(auditDir);
  return ok(removed);
}

async function lastOf(auditDir: string, first: number, to: number): Promise<number> {
  let last = first;
  for await (const { seq } of readRecords(auditDir, { from: first, to })) last = seq;
  return last;
}

/** Its sealed forms first: were the plain one gone alone, they would still be read. */
async function removeSegment(auditDir: string, first: number): Promise<void> {
  for (let sealed = await findSealed(auditDir, first); sealed !== null;) {
    await unlink(sealed);
    sealed = await findSealed(auditDir, first);
  }
  await unlink(join(auditDir, segmentName(first))).catch((error: unknown) => {
    if (!isMissing(error)) throw error;
  });
}

async function replace(auditDir: string, text: string): Promise<void> {
  const draft = join(auditDir, `${REMOVED_FILE}.new`);
  const file = await open(draft, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, join(auditDir, REMOVED_FILE));
  await syncFolder(auditDir);
}

async function syncFolder(dir: string): Promise<void> {
  const folder = await open(dir, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
