import type { LogFiles } from './files.ts';
import { FRAME_BYTES, frameAt, frameEnd, MAX_PAYLOAD, readHeader, HEADER_BYTES } from './frame.ts';
import { AuditDamaged } from './reader.ts';
import { decodeRecord } from './record.ts';
import { RecordMarks } from './record-marks.ts';
import { removedUpTo } from './removed.ts';
import { isMissing } from './sealed.ts';
import { firstSequenceOf, segmentName } from './segment-name.ts';
import { logSegments } from './segment-source.ts';

/** Segments whose marks are kept: some 2 KiB each. */
const SEGMENTS_MAX = 1024;
/** Some 256 records: most are found by one read. */
const CHUNK_BYTES = 128 << 10;

/**
 * Where records lie, so that one is read without walking its segment: marks of the segment that is
 * written come from its writer, those of others are made as they are first walked. Only records that
 * are on disk are ever asked for or marked, so that a mark never has to be taken back.
 */
export class RecordPlaces {
  readonly #files: Pick<LogFiles, 'list' | 'readAt' | 'read' | 'size'>;
  /** First sequences in order; null: not looked yet. */
  #firsts: number[] | null = null;
  /** Segments of this run: one that is begun while the folder is listed is missed by no reader. */
  readonly #begun: number[] = [];
  /** Least recently used first. */
  readonly #marks = new Map<number, RecordMarks>();

  constructor(files: Pick<LogFiles, 'list' | 'readAt' | 'read' | 'size'>) {
    this.#files = files;
  }

  /** A segment was begun: every record from `first` on lies in it, until the next. */
  begun(first: number): void {
    if (this.#begun.at(-1) !== first) this.#begun.push(first);
    if (this.#firsts && this.#firsts.at(-1) !== first) this.#firsts.push(first);
  }

  /** The marks of a segment, for its writer to add to. */
  marksOf(first: number): RecordMarks {
    const marks = this.#marks.get(first) ?? new RecordMarks(first);
    this.#marks.delete(first);
    this.#marks.set(first, marks);
    const [oldest] = this.#marks.keys();
    if (this.#marks.size > SEGMENTS_MAX && oldest !== undefined) this.#marks.delete(oldest);
    return marks;
  }

  /** A record's payload; null when retention removed it. Throws `AuditDamaged` when it is not where it was. */
  async read(seq: number): Promise<Buffer | null> {
    try {
      return await this.#find(seq);
    } catch (error) {
      const removed = (await logSegments(this.#files).removed?.()) ?? [];
      if (error instanceof AuditDamaged && removedUpTo(removed, seq) !== null) return null;
      throw error;
    }
  }

  async #find(seq: number): Promise<Buffer> {
    const first = await this.#firstOf(seq);
    try {
      return await this.#readIn(first, seq);
    } catch (error) {
      if (!isMissing(error)) throw error;
      this.#firsts = null;
      throw new AuditDamaged(`There is no segment with record ${seq}.`);
    }
  }

  async #readIn(first: number, seq: number): Promise<Buffer> {
    const name = segmentName(first);
    const known = this.#marks.has(first);
    if (!known) {
      const header = readHeader(await this.#files.readAt(name, 0, HEADER_BYTES));
      if (!header.ok || header.value !== first) {
        throw new AuditDamaged(`${name} ${header.ok ? 'begins elsewhere' : header.error.sentence}.`);
      }
    }
    const marks = this.marksOf(first);
    let { seq: passed, at } = marks.before(seq);
    for (;;) {
      const bytes = await this.#wholeFrames(name, at);
      let from = 0;
      for (let end = frameEnd(bytes, from); passed < seq && end !== null; end = frameEnd(bytes, from)) {
        from = end;
        passed += 1;
        marks.pass(passed, at + from);
      }
      if (passed === seq && frameEnd(bytes, from) !== null) {
        const payload = frameAt(bytes, from);
        // Frames are stepped over by their lengths: the record itself says whether it is the one.
        if (payload && decodeRecord(payload)?.seq === seq) return Buffer.from(payload);
      }
      if (from === 0) {
        // What was passed on the way here is not to be trusted.
        this.#marks.delete(first);
        throw new AuditDamaged(`${name} is damaged at byte ${at}: record ${seq} is not there.`);
      }
      at += from;
    }
  }

  /** From `at` on, as much as holds the frame there whole. */
  async #wholeFrames(name: string, at: number): Promise<Buffer> {
    const bytes = await this.#files.readAt(name, at, CHUNK_BYTES);
    if (bytes.length < FRAME_BYTES) return bytes;
    const whole = FRAME_BYTES + Math.min(bytes.readUInt32LE(0), MAX_PAYLOAD);
    return whole > bytes.length ? this.#files.readAt(name, at, whole) : bytes;
  }

  async #firstOf(seq: number): Promise<number> {
    const firsts = (this.#firsts ??= await this.#list());
    const first = firsts[firsts.findLastIndex((one) => one <= seq)];
    if (first === undefined) throw new AuditDamaged(`There is no segment with record ${seq}.`);
    return first;
  }

  async #list(): Promise<number[]> {
    const there = (await this.#files.list()).map(firstSequenceOf).filter((first) => first !== null);
    return [...new Set([...there, ...this.#begun])].sort((a, b) => a - b);
  }
}
