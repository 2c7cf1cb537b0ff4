import type { Cancel, Clock } from '../clock.ts';
import { replaceFile, type LogFile, type LogFiles } from './files.ts';
import { encodeFrame, HEADER_BYTES } from './frame.ts';
import { CHECKPOINT_FILE, encodeHeadsHeader, HEADS_FILE, readHeads } from './head-files.ts';
import type { Head, HeadSigner } from './signer.ts';
import { thinHeads } from './thin-heads.ts';
import type { HashTree } from './tree.ts';
import type { TreeFiles } from './tree-files.ts';

export interface HeadParts {
  readonly clock: Clock;
  readonly files: LogFiles;
  readonly signer: HeadSigner;
  readonly tree: HashTree;
  readonly treeFiles: TreeFiles;
  /** The newest head that was found, and how many bytes of `heads.log` are good. */
  readonly newest: Head | null;
  readonly length: number;
}

const EVERY_MS = 1000;
const THIN_EVERY_MICROS = 24 * 3600 * 1_000_000;

/**
 * Signs the tree's head: at once after a control action, else within a second of a record. A head
 * speaks only of records that are on disk; before it is kept, the tree's files are too. Nothing ever
 * waits for a head: one that can't be written is tried again each second. Behind the first head of a
 * run, and then once a day, old ones are thinned (head-thinning.ts).
 */
export class Heads {
  readonly #parts: HeadParts;
  readonly #listeners = new Set<(head: Head) => void>();
  #newest: Head | null;
  #length: number;
  #file: LogFile | null = null;
  #timer: Cancel | null = null;
  #signing: Promise<void> | null = null;
  #again = false;
  #closed = false;
  #trouble: unknown = null;
  /** By the monotonic clock. */
  #thinnedAt = -Infinity;
  /** A file was put in the place of `heads.log`, and its name may not be durable yet. */
  #isNameOwed = false;

  constructor(parts: HeadParts) {
    this.#parts = parts;
    this.#newest = parts.newest;
    this.#length = parts.length;
  }

  newest(): Head | null {
    return this.#newest;
  }

  /** What keeps heads from being written; null = nothing. */
  trouble(): unknown {
    return this.#trouble;
  }

  onHead(listener: (head: Head) => void): Cancel {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Records are on disk; `at-once`: a control action is among them. */
  grown(urgency: 'at-once' | 'soon'): void {
    if (urgency === 'at-once') this.#sign();
    else if (!this.#signing) this.#signSoon();
  }

  /** Signs what is there, then closes. */
  async close(): Promise<void> {
    this.#timer?.();
    this.#timer = null;
    this.#closed = true;
    while (this.#signing) await this.#signing;
    await this.#keep().catch((error: unknown) => (this.#trouble = error));
    await this.#file?.close().catch(() => undefined);
    this.#file = null;
  }

  #signSoon(): void {
    if (this.#closed) return;
    this.#timer ??= this.#parts.clock.setTimer(EVERY_MS, () => {
      this.#timer = null;
      this.#sign();
    });
  }

  #sign(): void {
    if (this.#closed) return;
    if (this.#signing) {
      this.#again = true;
      return;
    }
    this.#timer?.();
    this.#timer = null;
    this.#again = false;
    this.#signing = this.#keep()
      .then(
        () => (this.#trouble = null),
        (error: unknown) => (this.#trouble = error),
      )
      .then(() => this.#thin())
      .then(() => {
        this.#signing = null;
        if (this.#again && this.#trouble === null) this.#sign();
        else if (this.#parts.tree.size > (this.#newest?.size ?? 0)) this.#signSoon();
      });
  }

  async #keep(): Promise<void> {
    const { tree, treeFiles, signer, clock, files } = this.#parts;
    if (tree.size === (this.#newest?.size ?? 0)) return;
    // Taken together: the tree goes on growing while the files are written.
    const head = signer.sign(tree.size, tree.root(), clock.wallMicros());
    await treeFiles.flush();
    const frame = encodeFrame(Buffer.from(head.checkpoint));
    try {
      const file = (this.#file ??= await this.#open());
      await file.write(frame, this.#length);
      await file.datasync();
    } catch (error) {
      await this.#file?.close().catch(() => undefined);
      this.#file = null;
      throw error;
    }
    this.#length += frame.length;
    this.#newest = head;
    await replaceFile(files, CHECKPOINT_FILE, Buffer.from(head.checkpoint), 'unsynced');
    for (const listener of this.#listeners) listener(head);
  }

  /** Never a reason not to sign: a disk that can't take the thinner file now is asked again tomorrow. */
  async #thin(): Promise<void> {
    const { clock, files } = this.#parts;
    const now = clock.monotonicMicros();
    if (this.#trouble !== null || now - this.#thinnedAt < THIN_EVERY_MICROS) return;
    this.#thinnedAt = now;
    try {
      const thinner = await thinHeads(files, this.#length, clock.wallMicros());
      if (!thinner) return;
      await this.#file?.close();
      this.#file = null;
      this.#isNameOwed = true;
      await thinner.swap();
      this.#length = thinner.length;
    } catch {
      // Whichever file is there now, its heads are whole: `#open` goes on behind them.
      await this.#file?.close().catch(() => undefined);
      this.#file = null;
    }
  }

  /** Opens `heads.log` at the end of its last whole head; what may lie behind it is cut. */
  async #open(): Promise<LogFile> {
    const { files } = this.#parts;
    if (this.#isNameOwed) {
      // Else a head that is kept now could lie in a file that a power cut takes.
      await files.syncDirectory();
      this.#isNameOwed = false;
    }
    const size = await files.size(HEADS_FILE);
    const isThere = size !== null;
    if (isThere && size < this.#length) this.#length = readHeads(await files.read(HEADS_FILE)).end;
    const file = isThere ? await files.open(HEADS_FILE) : await files.create(HEADS_FILE);
    try {
      if (this.#length >= HEADER_BYTES) await file.truncate(this.#length);
      else {
        await file.truncate(0);
        await file.write(encodeHeadsHeader(), 0);
        await file.datasync();
        await files.syncDirectory();
        this.#length = HEADER_BYTES;
      }
      return file;
    } catch (error) {
      await file.close().catch(() => undefined);
      throw error;
    }
  }
}
