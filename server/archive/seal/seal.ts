/** Effects: turns whole segments into sealed ones. A crash at any step leaves one whole form at least. */
import { open, readdir, readFile, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { ok, refuse, type Result } from '../../../protocol/result.ts';
import { readFrames, readHeader } from '../../audit/frame.ts';
import { removedUpTo } from '../../audit/removed.ts';
import { readSealed, SEALED_FILE, sealedFolders, sealedName } from '../../audit/sealed.ts';
import { firstSequenceOf, segmentName } from '../../audit/segment-name.ts';
import { removedFrom } from '../../audit/segment-source.ts';

export interface SealOptions {
  readonly auditDir: string;
  /** Where sealed segments go; there already. */
  readonly to: string;
  /** Told each step before it is done; a test's throws. */
  readonly before?: (step: SealStep) => void;
}

export type SealStep = 'name' | 'write' | 'sync' | 'verify' | 'rename' | 'sync-folder' | 'remove';

const compress = promisify(gzip);
const nothing = (): void => undefined;

/**
 * Seals each segment behind which another one holds an acknowledged record (`size`: how many there
 * are), since the log never opens such a one again. Returns how many were sealed.
 */
export async function sealSegments(options: SealOptions, size: number): Promise<Result<number>> {
  const { auditDir, to, before = nothing } = options;
  // Never made here: a disk that is not mounted must not turn into a folder on this one.
  const folder = await stat(to).catch(() => null);
  if (!folder?.isDirectory()) return refuse('sealed-gone', `${to} is not there: is its disk mounted?`);
  const firsts = (await readdir(auditDir)).map(firstSequenceOf).filter((first) => first !== null);
  firsts.sort((a, b) => a - b);
  const due = firsts.filter((_, i) => (firsts[i + 1] ?? Infinity) <= size);
  if (due.length > 0) await nameFolder(options, before);
  for (const first of due) {
    const next = firsts[firsts.indexOf(first) + 1] ?? 0;
    const sealed = await sealOne(options, first, next - 1, before);
    if (!sealed.ok) return sealed;
  }
  return ok(due.length);
}

/** Readers learn the folder before the first segment is only there. */
async function nameFolder({ auditDir, to }: SealOptions, before: (step: SealStep) => void): Promise<void> {
  const [, ...named] = await sealedFolders(auditDir);
  if (to === auditDir || named.includes(to)) return;
  before('name');
  const draft = join(auditDir, `${SEALED_FILE}.new`);
  await writeSynced(draft, Buffer.from(`${[...named, to].join('\n')}\n`));
  await rename(draft, join(auditDir, SEALED_FILE));
  await syncFolder(auditDir);
}

async function sealOne(
  { auditDir, to }: SealOptions,
  first: number,
  last: number,
  before: (step: SealStep) => void,
): Promise<Result<null>> {
  const plain = join(auditDir, segmentName(first));
  const sealed = join(to, sealedName(first));
  const bytes = await readFile(plain);
  const header = readHeader(bytes);
  const { payloads, end } = readFrames(bytes);
  // Behind its last record, what retention removed may be missing.
  const ends = first + payloads.length - 1;
  const isWhole = ends === last || (removedUpTo(await removedFrom(auditDir), ends + 1) ?? 0) >= last;
  if (!header.ok || header.value !== first || end !== bytes.length || !isWhole || ends > last) {
    return refuse(
      'sealed-wrong',
      `${segmentName(first)} is damaged and stays as it is; see the audit log’s verify.`,
    );
  }
  const draft = `${sealed}.new`;
  before('write');
  const file = await open(draft, 'w', 0o600);
  try {
    await file.writeFile(await compress(bytes));
    before('sync');
    await file.sync();
  } finally {
    await file.close();
  }
  before('verify');
  const again = await readSealed(draft).catch(() => null);
  if (!again?.equals(bytes)) {
    return refuse('sealed-wrong', `${sealed} does not read back as it was written; the plain segment stays.`);
  }
  before('rename');
  await rename(draft, sealed);
  before('sync-folder');
  await syncFolder(to);
  before('remove');
  await unlink(plain);
  await syncFolder(auditDir);
  return ok(null);
}

async function writeSynced(name: string, bytes: Buffer): Promise<void> {
  const file = await open(name, 'w', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncFolder(dir: string): Promise<void> {
  const folder = await open(dir, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
