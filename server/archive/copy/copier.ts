/** Effects: brings a copy up to the log, and says when it is not this log's. */
import { open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ok, refuse, type Result } from '../../../protocol/result.ts';
import { FRAME_BYTES, HEADER_BYTES, readFrames } from '../../audit/frame.ts';
import { HASH_BYTES, hashLeaf } from '../../audit/hash.ts';
import { HEADS_FILE, VERIFIER_FILE } from '../../audit/head-files.ts';
import { RecordCursor } from '../../audit/reader.ts';
import { folderSegments } from '../../audit/segment-source.ts';
import { readHashes } from '../../audit/tools/work.ts';
import { levelName } from '../../audit/tree-files.ts';
import { sizeOfHead } from './head-note.ts';
import type { CopyTarget } from './target.ts';

const SNAPSHOT = /^snapshot-(\d{16})\.jsonl$/;
const HEADS_CHUNK = 1 << 20;
/** 2 MB of hashes. */
const LEAVES_CHUNK = 65_536;

export class Copier {
  readonly #auditDir: string;
  readonly #target: CopyTarget;
  #cursor: RecordCursor | null = null;
  #seq = 0;
  #headSize = 0;
  #headsRead = HEADER_BYTES;
  #snapshot: string | null = null;

  private constructor(auditDir: string, target: CopyTarget) {
    this.#auditDir = auditDir;
    this.#target = target;
  }

  /** `size`: how long the log is. Refused, and the target closed, when it can't be a copy of this log. */
  static async open(auditDir: string, target: CopyTarget, size: number): Promise<Result<Copier>> {
    const copier = new Copier(auditDir, target);
    try {
      const begun = await copier.#begin(size);
      if (begun.ok) return ok(copier);
      await target.close();
      return begun;
    } catch (error) {
      await target.close();
      throw error;
    }
  }

  /** The last record that is on the copy's disk. */
  get seq(): number {
    return this.#seq;
  }

  /** Copies up to record `size`; `proceed` false: stop here, another call goes on. */
  async catchUp(size: number, proceed: () => boolean): Promise<void> {
    const cursor = this.#cursor;
    if (!cursor) return;
    for await (const records of cursor.batches(size)) {
      await this.#copyLeaves((records[0]?.seq ?? 1) - 1);
      await this.#target.append(records);
      this.#seq = records.at(-1)?.seq ?? this.#seq;
      if (!proceed()) return;
    }
    await this.#copyHeads();
    await this.#copySnapshot();
  }

  async close(): Promise<void> {
    await this.#cursor?.close();
    this.#cursor = null;
    await this.#target.close();
  }

  async #begin(size: number): Promise<Result<null>> {
    const target = this.#target;
    const verifier = (await readFile(join(this.#auditDir, VERIFIER_FILE), 'utf8')).trim();
    const held = await target.open(verifier);
    if (!held.ok) return held;
    const { seq, newest, headSize } = held.value;
    if (seq > size) {
      return refuse(
        'copy-ahead',
        `The copy in ${target.where} holds ${seq} records, the log only ${size}: the log lost records, or another server writes that copy.`,
      );
    }
    if (seq > 0 && !(await this.#isOwn(seq, newest))) {
      return refuse(
        'copy-foreign',
        `Record ${seq} in ${target.where} is not the log’s: it is the copy of another log, or was changed.`,
      );
    }
    this.#seq = seq;
    this.#headSize = headSize;
    this.#cursor = new RecordCursor(folderSegments(this.#auditDir), seq + 1);
    return ok(null);
  }

  async #isOwn(seq: number, newest: Buffer | null): Promise<boolean> {
    const cursor = new RecordCursor(folderSegments(this.#auditDir), seq);
    try {
      for await (const [record] of cursor.batches(seq))
        return newest?.equals(record?.payload ?? Buffer.alloc(0)) ?? false;
      // Retention removed it since: its hash is left.
      const hash = await readHashes(join(this.#auditDir, levelName(0)), seq - 1, 1);
      return newest !== null && hash.equals(hashLeaf(newest));
    } finally {
      await cursor.close();
    }
  }

  /** What retention removed before it was copied leaves its hashes, without which no head can be proven. */
  async #copyLeaves(last: number): Promise<void> {
    for (let first = this.#seq + 1; first <= last; first += LEAVES_CHUNK) {
      const count = Math.min(LEAVES_CHUNK, last - first + 1);
      const hashes = await readHashes(join(this.#auditDir, levelName(0)), first - 1, count);
      if (hashes.length < count * HASH_BYTES) throw new Error(`the log’s tree ends before record ${last}`);
      await this.#target.keepLeaves(first, hashes);
    }
  }

  /** Never a head over records that the copy does not hold: it would call itself truncated. */
  async #copyHeads(): Promise<void> {
    const file = await open(join(this.#auditDir, HEADS_FILE), 'r').catch(() => null);
    if (!file) return;
    try {
      // Heads were thinned since: sizes say which are new.
      if ((await file.stat()).size < this.#headsRead) this.#headsRead = HEADER_BYTES;
      for (;;) {
        // A place for the header that `readFrames` steps over.
        const bytes = Buffer.alloc(HEADER_BYTES + HEADS_CHUNK);
        const { bytesRead } = await file.read(bytes, HEADER_BYTES, HEADS_CHUNK, this.#headsRead);
        const { payloads } = readFrames(bytes.subarray(0, HEADER_BYTES + bytesRead));
        const notes: string[] = [];
        let taken = 0;
        for (const payload of payloads) {
          const note = payload.toString('utf8');
          const size = sizeOfHead(note);
          if (size > this.#seq) break;
          taken += FRAME_BYTES + payload.length;
          if (size > this.#headSize) notes.push(note);
        }
        if (notes.length > 0) await this.#target.addHeads(notes);
        this.#headSize = Math.max(this.#headSize, sizeOfHead(notes.at(-1)));
        this.#headsRead += taken;
        if (taken === 0) return;
      }
    } finally {
      await file.close();
    }
  }

  async #copySnapshot(): Promise<void> {
    const names = (await readdir(this.#auditDir)).filter((name) => SNAPSHOT.test(name)).sort();
    const newest = names.findLast((name) => Number(SNAPSHOT.exec(name)?.[1]) <= this.#headSize);
    if (newest === undefined || newest === this.#snapshot) return;
    // The server may remove it for a newer one meanwhile: that is copied next time.
    const bytes = await readFile(join(this.#auditDir, newest)).catch(() => null);
    if (!bytes) return;
    await this.#target.keepSnapshot(newest, bytes);
    this.#snapshot = newest;
  }
}
