import type { LogFile, LogFiles } from './files.ts';
import { encodeHeader, HEADER_BYTES } from './frame.ts';
import type { RecordPlaces } from './record-places.ts';
import { firstSequenceOf, segmentName } from './segment-name.ts';

/**
 * The segment that is written now, and how the next one begins. `lastSequence` is always the last
 * record known to be on disk: a segment is named by the one that follows it.
 */
export class SegmentWriter {
  readonly #files: LogFiles;
  readonly #segmentBytes: number;
  readonly #places: RecordPlaces;
  #file: LogFile | null = null;
  #name: string;
  #length: number;

  /** `tail`: the newest segment as a restart found it; null for an empty log. */
  constructor(
    files: LogFiles,
    tail: { readonly name: string; readonly length: number } | null,
    segmentBytes: number,
    places: RecordPlaces,
  ) {
    this.#files = files;
    this.#segmentBytes = segmentBytes;
    this.#places = places;
    this.#name = tail?.name ?? '';
    this.#length = tail?.length ?? 0;
  }

  /** Goes on in the segment that was found, or begins the first. */
  async open(lastSequence: number): Promise<void> {
    if (this.#name === '') await this.#begin(lastSequence);
    else {
      this.#file = await this.#files.open(this.#name);
      const first = firstSequenceOf(this.#name);
      if (first !== null) this.#places.marksOf(first).set(lastSequence + 1, this.#length);
    }
  }

  /** Returns once the frames, one behind the other, are on disk; after it threw, `mend` before anything else. */
  async write(frames: Uint8Array, lastSequence: number): Promise<void> {
    if (!this.#file || this.#length >= this.#segmentBytes) await this.#begin(lastSequence);
    const file = this.#file;
    if (!file) throw new Error('no segment is open');
    await file.write(frames, this.#length);
    await file.datasync();
    const first = firstSequenceOf(this.#name);
    if (first !== null) this.#places.marksOf(first).passFrames(frames, lastSequence + 1, this.#length);
    this.#length += frames.length;
  }

  /**
   * Cuts what may or may not have reached the disk, through a new handle (a failed sync leaves the
   * old one's pages clean and lost), and goes on in a new segment.
   */
  async mend(lastSequence: number): Promise<void> {
    await this.#file?.close().catch(() => undefined);
    this.#file = null;
    await this.#cutDoubtful(lastSequence);
    await this.#begin(lastSequence);
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = null;
    await file?.close().catch(() => undefined);
  }

  async #begin(lastSequence: number): Promise<void> {
    const before = this.#file;
    this.#file = null;
    await before?.close();
    const first = lastSequence + 1;
    const name = segmentName(first);
    const file = await this.#files.create(name);
    try {
      await file.write(encodeHeader(first), 0);
      await file.datasync();
      await this.#files.syncDirectory();
    } catch (error) {
      await file.close().catch(() => undefined);
      throw error;
    }
    this.#name = name;
    this.#length = HEADER_BYTES;
    this.#file = file;
    this.#places.begun(first);
  }

  async #cutDoubtful(lastSequence: number): Promise<void> {
    const next = segmentName(lastSequence + 1);
    if ((await this.#files.list()).includes(next)) {
      // It holds no acknowledged record: it is made anew.
      await this.#files.remove(next);
      await this.#files.syncDirectory();
    }
    // The segment that was removed, now or by an earlier try.
    if (this.#name === next) return;
    const file = await this.#files.open(this.#name);
    try {
      await file.truncate(this.#length);
      await file.datasync();
    } finally {
      await file.close();
    }
  }
}
