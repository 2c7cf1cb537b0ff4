/** Effects: keeps a projection behind the log on disk. */
import { RecordCursor } from '../audit/reader.ts';
import { folderSegments } from '../audit/segment-source.ts';
import { ProjectionRefused, type Projection } from './projection.ts';
import type { SignedRoots } from './signed-roots.ts';

const BATCH_RECORDS = 1000;

/** The log is not the one that was projected: everything is to be read again. */
class AnotherLog extends Error {}

export class Follower {
  readonly #auditDir: string;
  readonly #projection: Projection;
  readonly #roots: SignedRoots;
  #cursor: RecordCursor | null = null;
  /** Whether everything that is there was read from this log by this follower. */
  #fromScratch = false;
  #rebuilds = 0;

  constructor(auditDir: string, projection: Projection, roots: SignedRoots) {
    this.#auditDir = auditDir;
    this.#projection = projection;
    this.#roots = roots;
    this.#fromScratch = projection.seq === 0;
  }

  /** Times it found another log and began again. */
  get rebuilds(): number {
    return this.#rebuilds;
  }

  /** Projects up to record `size`. `proceed` false: stop here, another call goes on. */
  async catchUp(size: number, proceed: () => boolean): Promise<void> {
    try {
      if (!this.#cursor) await this.#begin(size);
      while (this.#projection.seq < size && proceed()) {
        const before = this.#projection.seq;
        await this.#step(this.#roots.nextSize(before, size), proceed);
        this.#compare();
        // What is acknowledged but not to be seen yet comes with the next look.
        if (this.#projection.seq === before) return;
      }
      this.#compare();
    } catch (error) {
      if (!(error instanceof AnotherLog)) throw error;
      if (this.#fromScratch) {
        throw new ProjectionRefused(
          `The audit log on disk does not agree with its signed head at record ${this.#projection.seq}.`,
        );
      }
      await this.#restart();
      await this.catchUp(size, proceed);
    }
  }

  async close(): Promise<void> {
    await this.#cursor?.close();
    this.#cursor = null;
  }

  /** The newest record that was projected must lie in the log as it was. */
  async #begin(size: number): Promise<void> {
    const { seq } = this.#projection;
    if (seq > size) throw new AnotherLog();
    if (seq > 0) {
      const cursor = this.#cursorAt(seq);
      const body = await this.#projection.newest();
      let same = false;
      try {
        for await (const [record] of cursor.batches(seq)) same = record?.payload.toString('utf8') === body;
      } finally {
        await cursor.close();
      }
      if (!same) throw new AnotherLog();
    }
    this.#cursor = this.#cursorAt(seq + 1);
  }

  async #step(to: number, proceed: () => boolean): Promise<void> {
    const cursor = this.#cursor;
    if (!cursor) return;
    for await (const records of cursor.batches(to)) {
      for (let at = 0; at < records.length; at += BATCH_RECORDS) {
        await this.#projection.write(records.slice(at, at + BATCH_RECORDS));
      }
      if (!proceed()) break;
    }
  }

  /** Where a head was signed, what was projected must have its root. */
  #compare(): void {
    const due = this.#roots.at(this.#projection.seq);
    const root = due === null ? null : this.#projection.root();
    if (root !== null && root !== due) throw new AnotherLog();
  }

  async #restart(): Promise<void> {
    await this.close();
    await this.#projection.clear();
    this.#fromScratch = true;
    this.#rebuilds += 1;
    this.#cursor = this.#cursorAt(1);
  }

  #cursorAt(seq: number): RecordCursor {
    return new RecordCursor(folderSegments(this.#auditDir), seq);
  }
}
