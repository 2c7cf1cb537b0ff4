import { ok, refuse, type Result } from '../../protocol/result.ts';
import type { Clock } from '../clock.ts';
import type { LogFiles } from './files.ts';
import { VERIFIER_FILE } from './head-files.ts';
import type { AuditRecord } from './record.ts';
import type { HeadSigner } from './signer.ts';

export interface AuditOptions {
  readonly clock: Clock;
  readonly files: LogFiles;
  /** Names this start of the server in every record. */
  readonly run: string;
  /** Version and build of this program, in every record; a snapshot of another build is not used. */
  readonly code: string;
  /** The log's key; it lies outside the log's folder. */
  readonly signer: HeadSigner;
  /** Bound of the wall clock's error in ns; null while it is not known. */
  readonly clockError?: () => bigint | null;
  readonly segmentBytes?: number;
  /** Records that may wait in memory while the log can't be written. */
  readonly spoolRecords?: number;
  readonly onRecord?: (record: AuditRecord) => void;
  /** Takes a snapshot's parts instead of the records up to it; false when it can't, having taken nothing. */
  readonly restore?: (parts: readonly unknown[]) => boolean;
  /** What was passed over at the opening, and why: for the diary. */
  readonly passedOver?: (sentence: string) => void;
}

/** Whether the log was signed by this key before; another one's is refused. */
export async function isSignedBy(files: LogFiles, signer: HeadSigner): Promise<Result<'new' | 'known'>> {
  if (((await files.size(VERIFIER_FILE)) ?? 0) === 0) return ok('new');
  const verifier = (await files.read(VERIFIER_FILE)).toString('utf8').trim();
  if (verifier === signer.verifier) return ok('known');
  const sentence =
    'The key given is not the one that signs this audit log; restore the right one from a backup. See docs/runbooks/audit-damaged.md.';
  return refuse('audit-key-wrong', sentence);
}
