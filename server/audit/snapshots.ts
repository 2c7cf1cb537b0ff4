import type { Cancel } from '../clock.ts';
import type { LogFiles } from './files.ts';
import { RecordCursor } from './reader.ts';
import { decodeRecord, type AuditRecord } from './record.ts';
import { logSegments } from './segment-source.ts';
import type { Head, HeadSigner } from './signer.ts';
import { writeSnapshot } from './snapshot-file.ts';

/** A fold of the log that goes on by itself beside the state that runs. */
export interface Fold {
  add(record: AuditRecord): void;
  /** Its whole state in parts that JSON can say. */
  save(): Iterable<unknown>;
}

export interface SnapshotParts {
  readonly log: { head(): Head | null; onHead(listener: (head: Head) => void): Cancel };
  readonly files: LogFiles;
  readonly signer: HeadSigner;
  readonly code: string;
  /** As it is behind record `seq`. */
  readonly fold: Fold;
  readonly seq: number;
  /** The record behind which the newest snapshot was taken; 0 = there is none. */
  readonly newest: number;
  /** A snapshot is taken behind so many records more. */
  readonly every?: number;
  readonly failed: (sentence: string) => void;
}

const EVERY = 50_000;
/** Records folded in one go, before whatever waits has its turn: a press must not wait for a snapshot. */
const SLICE = 50;

/** Takes a snapshot of the fold each so many records and at a clean stop, from what is on disk. */
export class Snapshots {
  readonly #parts: SnapshotParts;
  readonly #cursor: RecordCursor;
  readonly #stop: Cancel;
  #newest: number;
  #covered: number;
  #taking: Promise<void> | null = null;

  constructor(parts: SnapshotParts) {
    this.#parts = parts;
    this.#newest = parts.newest;
    this.#covered = parts.newest;
    this.#cursor = new RecordCursor(logSegments(parts.files), parts.seq + 1);
    const every = parts.every ?? EVERY;
    this.#stop = parts.log.onHead((head) => {
      if (head.size - this.#newest >= every) this.#taking ??= this.#take(head);
    });
  }

  /** The record behind which the newest snapshot on disk was taken, and found right; 0 = there is none. */
  get covered(): number {
    return this.#covered;
  }

  /** Once one that is being taken is done. */
  async settled(): Promise<void> {
    await this.#taking;
  }

  /** After the log was closed: the last one, behind its last record. */
  async close(): Promise<void> {
    this.#stop();
    await this.#taking;
    const head = this.#parts.log.head();
    if (head && head.size > this.#newest) await this.#take(head);
    await this.#cursor.close();
  }

  async #take(head: Head): Promise<void> {
    const { files, signer, code, fold, failed } = this.#parts;
    try {
      await this.#catchUp(head.size);
      await writeSnapshot(files, signer, head, code, fold.save());
      this.#newest = head.size;
      this.#covered = head.size;
    } catch (error) {
      // The log is whole without it: the next start reads more.
      failed(`A snapshot could not be taken: ${error instanceof Error ? error.message : String(error)}.`);
      this.#newest = head.size;
    } finally {
      this.#taking = null;
    }
  }

  async #catchUp(to: number): Promise<void> {
    let folded = 0;
    for await (const batch of this.#cursor.batches(to)) {
      for (const { seq, payload } of batch) {
        const record = decodeRecord(payload);
        if (record?.seq !== seq) throw new Error(`record ${seq} can't be read`);
        this.#parts.fold.add(record);
        folded += 1;
        if (folded % SLICE === 0) await new Promise<void>((resolve) => setImmediate(resolve));
      }
    }
    if (this.#cursor.next <= to) throw new Error(`the log on disk ends before record ${to}`);
  }
}
