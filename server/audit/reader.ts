import { FRAME_BYTES, frameAt, frameEnd, HEADER_BYTES, MAX_PAYLOAD, readHeader } from './frame.ts';
import { mergeRanges, removedUpTo } from './removed.ts';
import { folderSegments, type Segment, type SegmentSource } from './segment-source.ts';

/** The log on disk is not what a log can be; the sentence names file and byte. */
export class AuditDamaged extends Error {
  override readonly name = 'AuditDamaged';
}

export interface RawRecord {
  readonly seq: number;
  /** The canonical bytes, as they were hashed. */
  readonly payload: Buffer;
}

export interface RecordRange {
  /** The first sequence wanted; 1 when not given. */
  readonly from?: number;
  /** The last one. The newest head's size: what lies beyond may still be taken back by the writer. */
  readonly to?: number;
}

const CHUNK_BYTES = 1 << 20;

/**
 * The records of a log straight from its files, without the server and beside a live one: ends where
 * the last whole record does. Throws `AuditDamaged` for a fault anywhere before.
 */
export async function* readRecords(
  log: string | SegmentSource,
  { from = 1, to = Infinity }: RecordRange = {},
): AsyncGenerator<RawRecord, void, undefined> {
  const cursor = new RecordCursor(typeof log === 'string' ? folderSegments(log) : log, from);
  try {
    for await (const batch of cursor.batches(to)) yield* batch;
  } finally {
    await cursor.close();
  }
}

/** A place in the log: reads on from there, as often as there is more. */
export class RecordCursor {
  readonly #source: SegmentSource;
  #next: number;
  #segment: Segment | null = null;
  /** Where in the segment the next frame begins, and the sequence of the record in it. */
  #position = HEADER_BYTES;
  #at = 0;

  constructor(source: SegmentSource, from = 1) {
    this.#source = source;
    this.#next = Math.max(1, from);
  }

  /** The sequence that is read next. */
  get next(): number {
    return this.#next;
  }

  /** What there is up to `to`, in the order of the log; ends at the newest whole record. */
  async *batches(to = Infinity): AsyncGenerator<readonly RawRecord[], void, undefined> {
    while (this.#next <= to) {
      const segment = (this.#segment ??= await this.#find());
      if (!segment) return;
      const batch = await this.#read(segment, to);
      if (batch.length > 0) yield batch;
      else if (this.#at > to || !(await this.#turn(segment))) return;
    }
  }

  async close(): Promise<void> {
    const segment = this.#segment;
    this.#segment = null;
    await segment?.close();
  }

  /** The segment in which the next record lies; null when the log is not that long. */
  async #find(): Promise<Segment | null> {
    const firsts = await this.#source.list();
    const first = firsts.filter((one) => one <= this.#next).at(-1);
    if (first === undefined) {
      if (firsts.length === 0) return null;
      if (await this.#passRemoved(this.#next, (firsts[0] ?? 0) - 1)) return this.#find();
      throw new AuditDamaged(`There is no segment with record ${this.#next}.`);
    }
    const segment = await this.#source.open(first);
    const bytes = await segment.read(0, HEADER_BYTES);
    const header = readHeader(bytes);
    if (!header.ok || header.value !== first) {
      await segment.close();
      // A segment that is being begun has no whole header yet.
      if (!header.ok && header.error.code === 'header-short') return null;
      throw new AuditDamaged(`${segment.name} ${header.ok ? 'begins elsewhere' : header.error.sentence}.`);
    }
    this.#position = HEADER_BYTES;
    this.#at = first;
    return segment;
  }

  /** The next whole records of the segment; none at its end, or at a frame that is not whole. */
  async #read(segment: Segment, to: number): Promise<RawRecord[]> {
    let bytes = await segment.read(this.#position, CHUNK_BYTES);
    if (bytes.length >= FRAME_BYTES) {
      const whole = FRAME_BYTES + Math.min(bytes.readUInt32LE(0), MAX_PAYLOAD);
      if (whole > bytes.length) bytes = await segment.read(this.#position, whole);
    }
    const records: RawRecord[] = [];
    let at = 0;
    // Records before the wanted one are stepped over by their lengths: theirs is not the question.
    for (let end = frameEnd(bytes, at); this.#at < this.#next && end !== null; end = frameEnd(bytes, at)) {
      at = end;
      this.#at += 1;
    }
    while (this.#at >= this.#next && this.#at <= to) {
      const payload = frameAt(bytes, at);
      if (!payload) break;
      records.push({ seq: this.#at, payload });
      at += FRAME_BYTES + payload.length;
      this.#at += 1;
      this.#next = this.#at;
    }
    this.#position += at;
    // Only records before the wanted ones: on with the next bytes.
    return at > 0 && records.length === 0 && this.#at <= to ? this.#read(segment, to) : records;
  }

  /** Behind the records `first`–`last`, when retention removed each of them. */
  async #passRemoved(first: number, last: number): Promise<boolean> {
    const removed = mergeRanges((await this.#source.removed?.()) ?? []);
    if (last < first || (removedUpTo(removed, first) ?? 0) < last) return false;
    this.#next = Math.max(this.#next, last + 1);
    return true;
  }

  /** On to the next segment, if this one ends where that begins. */
  async #turn(segment: Segment): Promise<boolean> {
    const later = (await this.#source.list()).find((first) => first > segment.first);
    if (later === undefined) return false;
    if (later !== this.#at) {
      // Its writer may have gone on since it was read.
      if ((await segment.read(this.#position, 1)).length > 0 && later > this.#at) {
        const again = await segment.read(this.#position, FRAME_BYTES + MAX_PAYLOAD);
        if (frameAt(again, 0)) return true;
      }
      if (later > this.#at && (await this.#passRemoved(this.#at, later - 1))) {
        await this.close();
        return true;
      }
      throw new AuditDamaged(
        `${segment.name} is damaged at byte ${this.#position}: record ${this.#at} is not there.`,
      );
    }
    const behind = await segment.read(this.#position, 1);
    if (behind.length > 0 && frameAt(await segment.read(this.#position, FRAME_BYTES + MAX_PAYLOAD), 0)) {
      throw new AuditDamaged(`${segment.name} goes on at byte ${this.#position}, where the next one begins.`);
    }
    await this.close();
    return true;
  }
}
