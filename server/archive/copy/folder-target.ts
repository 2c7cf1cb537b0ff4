/** A copy in a folder on another disk: a log's folder itself, which every tool that checks a log reads. */
import { stat } from 'node:fs/promises';
import { ok, refuse, type Result } from '../../../protocol/result.ts';
import { nodeLogFiles, replaceFile, type LogFile, type LogFiles } from '../../audit/files.ts';
import { encodeFrame, encodeHeader, HEADER_BYTES, readFrames, readHeader } from '../../audit/frame.ts';
import {
  CHECKPOINT_FILE,
  encodeHeadsHeader,
  HEADS_FILE,
  isHeadsHeader,
  readHeads,
  VERIFIER_FILE,
} from '../../audit/head-files.ts';
import { leavesName, leftFrom } from '../../audit/left-leaves.ts';
import type { RawRecord } from '../../audit/reader.ts';
import { REMOVED_FILE, writeRemoved } from '../../audit/removed.ts';
import { firstSequenceOf, segmentName } from '../../audit/segment-name.ts';
import { removedFrom } from '../../audit/segment-source.ts';
import { sizeOfHead } from './head-note.ts';
import type { CopyTarget, Held } from './target.ts';

const SEGMENT_BYTES = 16 << 20;
const SNAPSHOT = /^snapshot-\d{16}\.jsonl$/;

interface Open {
  readonly file: LogFile;
  readonly name: string;
  length: number;
}

export class FolderTarget implements CopyTarget {
  readonly where: string;
  readonly #dir: string;
  readonly #openFiles: (dir: string) => Promise<LogFiles>;
  readonly #segmentBytes: number;
  #files: LogFiles | null = null;
  #segment: Open | null = null;
  #heads: Open | null = null;
  /** The record that may go on in the open segment. */
  #next = 1;

  /** `openFiles`: a test's breaks and fills. */
  constructor(dir: string, openFiles = nodeLogFiles, segmentBytes = SEGMENT_BYTES) {
    this.#dir = dir;
    this.#openFiles = openFiles;
    this.#segmentBytes = segmentBytes;
    this.where = dir;
  }

  async open(verifier: string): Promise<Result<Held>> {
    await this.close();
    // Never made here: a disk that is not mounted must not turn into a folder on this one.
    if (!(await isFolder(this.#dir))) {
      return refuse('copy-gone', `${this.#dir} is not there: is its disk mounted?`);
    }
    const files = await this.#openFiles(this.#dir);
    const held = (await files.size(VERIFIER_FILE)) ?? 0;
    if (held === 0) {
      if ((await firsts(files)).length > 0) {
        return refuse('copy-foreign', `${this.#dir} holds a log without its verifier; give an empty folder.`);
      }
      await replaceFile(files, VERIFIER_FILE, Buffer.from(`${verifier}\n`), 'synced');
    } else if ((await files.read(VERIFIER_FILE)).toString('utf8').trim() !== verifier) {
      return refuse('copy-foreign', `${this.#dir} holds the copy of another log; give a folder of its own.`);
    }
    this.#files = files;
    const tail = await this.#openSegment(files);
    if (!tail.ok) return tail;
    const heads = await this.#openHeads(files);
    if (!heads.ok) return heads;
    return ok({ ...tail.value, headSize: heads.value });
  }

  async append(records: readonly RawRecord[]): Promise<void> {
    const [first] = records;
    if (!first) return;
    const segment = await this.#segmentFor(first.seq);
    const bytes = Buffer.concat(records.map(({ payload }) => encodeFrame(payload)));
    await segment.file.write(bytes, segment.length);
    await segment.file.datasync();
    segment.length += bytes.length;
    this.#next = (records.at(-1)?.seq ?? 0) + 1;
  }

  async keepLeaves(first: number, hashes: Buffer): Promise<void> {
    const { files } = this.#opened();
    await replaceFile(files, leavesName(first), hashes, 'synced');
    const { last } = leftFrom(first, hashes);
    const ranges = [...(await removedFrom(this.#dir)), { first, last }];
    await replaceFile(files, REMOVED_FILE, Buffer.from(writeRemoved(ranges)), 'synced');
  }

  async addHeads(notes: readonly string[]): Promise<void> {
    const newest = notes.at(-1);
    const { files, heads } = this.#opened();
    if (newest === undefined) return;
    const bytes = Buffer.concat(notes.map((note) => encodeFrame(Buffer.from(note))));
    await heads.file.write(bytes, heads.length);
    await heads.file.datasync();
    heads.length += bytes.length;
    await replaceFile(files, CHECKPOINT_FILE, Buffer.from(newest), 'synced');
  }

  async keepSnapshot(name: string, bytes: Buffer): Promise<void> {
    const { files } = this.#opened();
    await replaceFile(files, name, bytes, 'synced');
    for (const old of await files.list()) {
      if (SNAPSHOT.test(old) && old !== name) await files.remove(old);
    }
  }

  async close(): Promise<void> {
    const open = [this.#segment?.file, this.#heads?.file];
    this.#segment = null;
    this.#heads = null;
    this.#files = null;
    for (const file of open) await file?.close().catch(() => undefined);
  }

  #opened(): { readonly files: LogFiles; readonly heads: Open } {
    if (!this.#files || !this.#heads) throw new Error('the copy is not open');
    return { files: this.#files, heads: this.#heads };
  }

  /** What is behind the last whole record was never acknowledged: it is written again. */
  async #openSegment(files: LogFiles): Promise<Result<Omit<Held, 'headSize'>>> {
    for (const first of (await firsts(files)).reverse()) {
      const name = segmentName(first);
      const bytes = await files.read(name);
      const header = readHeader(bytes);
      const isShort = !header.ok && header.error.code === 'header-short';
      if (!isShort && !(header.ok && header.value === first)) {
        return refuse('copy-foreign', `${name} in ${this.#dir} is not of this log.`);
      }
      const { payloads, end } = isShort ? { payloads: [], end: 0 } : readFrames(bytes);
      if (payloads.length === 0) {
        // It was being begun.
        await files.remove(name);
        await files.syncDirectory();
        continue;
      }
      const file = await files.open(name);
      if (end < bytes.length) await file.truncate(end);
      this.#segment = { file, name, length: end };
      this.#next = first + payloads.length;
      return ok({ seq: first + payloads.length - 1, newest: payloads.at(-1) ?? null });
    }
    return ok({ seq: 0, newest: null });
  }

  async #openHeads(files: LogFiles): Promise<Result<number>> {
    const isThere = (await files.size(HEADS_FILE)) !== null;
    const bytes = isThere ? await files.read(HEADS_FILE) : Buffer.alloc(0);
    if (bytes.length >= HEADER_BYTES && !isHeadsHeader(bytes)) {
      return refuse('copy-foreign', `${HEADS_FILE} in ${this.#dir} is of another version.`);
    }
    const file = isThere ? await files.open(HEADS_FILE) : await files.create(HEADS_FILE);
    this.#heads = { file, name: HEADS_FILE, length: HEADER_BYTES };
    if (bytes.length < HEADER_BYTES) {
      await file.write(encodeHeadsHeader(), 0);
      await file.datasync();
      await files.syncDirectory();
      return ok(0);
    }
    const { notes, end } = readHeads(bytes);
    if (end < bytes.length) await file.truncate(end);
    this.#heads.length = end;
    return ok(sizeOfHead(notes.at(-1)));
  }

  async #segmentFor(first: number): Promise<Open> {
    const { files } = this.#opened();
    const now = this.#segment;
    // Behind records that retention removed, a segment of its own.
    if (now && now.length < this.#segmentBytes && first === this.#next) return now;
    this.#segment = null;
    await now?.file.close();
    const name = segmentName(first);
    const file = await files.create(name);
    this.#segment = { file, name, length: HEADER_BYTES };
    await file.write(encodeHeader(first), 0);
    await file.datasync();
    await files.syncDirectory();
    return this.#segment;
  }
}

async function firsts(files: LogFiles): Promise<number[]> {
  const all = (await files.list()).map(firstSequenceOf).filter((first) => first !== null);
  return all.sort((a, b) => a - b);
}

async function isFolder(dir: string): Promise<boolean> {
  try {
    return (await stat(dir)).isDirectory();
  } catch {
    return false;
  }
}
