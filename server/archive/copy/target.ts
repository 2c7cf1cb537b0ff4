import type { Result } from '../../../protocol/result.ts';
import type { RawRecord } from '../../audit/reader.ts';

/** What a copy holds of the log, on its own disk. */
export interface Held {
  /** The last record; 0 = none yet. */
  readonly seq: number;
  /** Its bytes, to be compared with the log's own; null = none yet. */
  readonly newest: Buffer | null;
  /** Records under the newest signed head that it holds; 0 = none. */
  readonly headSize: number;
}

/**
 * Somewhere else that keeps the log once more. Whatever it is given is on its disk, and survives its
 * power cut, when the promise resolves; after it threw nothing is known and it is opened anew.
 */
export interface CopyTarget {
  /** As a sentence names it, without what an address may hide. */
  readonly where: string;
  /** Refused: it is not there, or holds another log than that of `verifier`. */
  open(verifier: string): Promise<Result<Held>>;
  /** Records that follow the last. */
  append(records: readonly RawRecord[]): Promise<void>;
  /**
   * Hashes of records that retention removed before they were copied, 32 bytes each from record `first`
   * on; before those that follow them.
   */
  keepLeaves(first: number, hashes: Buffer): Promise<void>;
  /** Signed heads (C2SP notes) over records that it holds, oldest first. */
  addHeads(notes: readonly string[]): Promise<void>;
  /** A signed snapshot of the fold, in place of the older ones. */
  keepSnapshot(name: string, bytes: Buffer): Promise<void>;
  close(): Promise<void>;
}
