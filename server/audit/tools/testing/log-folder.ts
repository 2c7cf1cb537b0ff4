/** A log in a folder on disk, as its writer leaves it, for tests that change it. */
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeLogFiles } from '../../files.ts';
import { AuditLog } from '../../log.ts';
import type { AuditEntry } from '../../record.ts';
import type { HeadSigner } from '../../signer.ts';
import { testCode, testSigner } from '../../../testing/audit-key.ts';
import { testEntry } from '../../../testing/audit-log.ts';
import { ManualClock } from '../../../testing/manual-clock.ts';
import { findNotes } from '../../anchors/notes.ts';
import { readHeads } from '../../head-files.ts';
import { verifyLog, type VerifyOptions } from '../verify.ts';
import type { Verification } from '../verification.ts';

export interface LogFolder {
  readonly dir: string;
  /** Every head that was signed, oldest first. */
  readonly heads: readonly string[];
}

export interface LogPlan {
  readonly records: number;
  /** Records between two heads. */
  readonly headEvery?: number;
  readonly segmentBytes?: number;
  readonly signer?: HeadSigner;
  readonly entry?: (n: number) => AuditEntry;
  /** Records behind the newest head, as a crash leaves them. */
  readonly behind?: number;
}

const root = mkdtempSync(join(tmpdir(), 'cwts-audit-tools-'));
let folders = 0;
const fresh = (): string => join(root, String((folders += 1)));

export const removeFolders = (): void => rmSync(root, { recursive: true, force: true });

export async function makeLog(plan: LogPlan): Promise<LogFolder> {
  const { records, headEvery = 50, segmentBytes = 8192, signer = testSigner, behind = 0 } = plan;
  const entry = plan.entry ?? testEntry;
  const dir = fresh();
  const clock = new ManualClock();
  const options = {
    clock,
    files: await nodeLogFiles(dir),
    run: 'test',
    code: testCode,
    signer,
    segmentBytes,
  };
  const opened = await AuditLog.open(options);
  if (!opened.ok) throw new Error(opened.error.sentence);
  const { log } = opened.value;
  for (let n = 0; n < records; n += headEvery) {
    const group = Array.from({ length: Math.min(headEvery, records - n) }, (_, i) => n + i);
    await Promise.all(group.map((i) => log.append(entry(i))));
    const signed = new Promise<void>((done) => {
      const stop = log.onHead(() => {
        stop();
        done();
      });
    });
    clock.advance(1000);
    await signed;
  }
  // The folder as it is before the head over these is signed.
  for (let n = 0; n < behind; n++) await log.append(entry(records + n));
  const kept = copyOf({ dir, heads: [] });
  await log.close();
  const { notes } = readHeads(readFileSync(join(kept.dir, 'heads.log')));
  return { dir: kept.dir, heads: notes };
}

export function copyOf({ dir, heads }: LogFolder): LogFolder {
  const to = fresh();
  cpSync(dir, to, { recursive: true });
  return { dir: to, heads };
}

/** Anchors as text, of these heads. */
export const anchorOf = (heads: readonly string[], name = 'anchors.txt') => {
  const text = heads.join('\n');
  if (findNotes(text).notes.length !== heads.length) throw new Error('anchors');
  return { name, text };
};

export async function verified(
  { dir }: Pick<LogFolder, 'dir'>,
  more: Partial<VerifyOptions> = {},
): Promise<Verification> {
  const options = { dir, key: testSigner.verifier, anchors: [], range: null, reencode: false, threads: null };
  const found = await verifyLog({ ...options, ...more });
  if (!found.ok) throw new Error(`${found.error.code}: ${found.error.sentence}`);
  return found.value;
}
