import { ok, type Result } from '../../protocol/result.ts';
import type { Cancel, Clock } from '../clock.ts';
import { AuditBroken, causeOf, type AuditState } from './audit-state.ts';
import { Group, shortened } from './encode.ts';
import { replaceFile } from './files.ts';
import { VERIFIER_FILE } from './head-files.ts';
import { Heads } from './heads.ts';
import { LogProofs } from './log-proofs.ts';
import { isSignedBy, type AuditOptions } from './options.ts';
import { RecordEncoder, type AuditEntry, type Stamped } from './record.ts';
import { RecordPlaces } from './record-places.ts';
import { recoverLog, type Recovered, type RecoveredLog } from './recover.ts';
import { SegmentWriter } from './segments.ts';
import { readSnapshot } from './snapshot-file.ts';
import type { HashTree } from './tree.ts';
import type { TreeFiles } from './tree-files.ts';

export { AuditBroken, type AuditOptions, type AuditState };

interface Waiting {
  stamped: Stamped;
  /** A halt's record outlives a broken log; an order's is refused with it. */
  readonly spool: boolean;
  readonly done: () => void;
  readonly failed: (error: AuditBroken) => void;
}

const SEGMENT_BYTES = 16 << 20;
const BATCH_BYTES = 4 << 20;
const RETRY_MS = 1000;
const SPOOL_RECORDS = 100_000;
const SPOOLED = 'spooled';
const NO_FLAGS: readonly string[] = [];

/** What moves an order is told in thousands; all else is somebody's or the server's decision. */
const isControl = ({ stamped }: Waiting): boolean => !stamped.entry.action.startsWith('order.');

/**
 * The append-only segment log. All that waits is written and synced as one group (`fdatasync`),
 * then acknowledged; a record is in `append`'s promise only once it is on disk.
 *
 * After a failed write or sync nothing about the pages is known: the log is broken, its waiting
 * records are refused (halts spool), and each second it tries to cut the doubtful tail and goes on
 * in a fresh segment.
 */
export class AuditLog extends LogProofs {
  readonly #clock: Clock;
  readonly #clockError: () => bigint | null;
  readonly #spoolRecords: number;
  readonly #segments: SegmentWriter;
  readonly #group: Group;
  readonly #tree: HashTree;
  readonly #treeFiles: TreeFiles;
  readonly #heads: Heads;
  readonly #listeners = new Set<(state: AuditState) => void>();
  readonly #syncListeners = new Set<(micros: number, records: number) => void>();
  readonly #lostListeners = new Set<(count: number) => void>();
  #sequence: number;
  #waiting: Waiting[] = [];
  #pumping: Promise<void> | null = null;
  #broken: string | null = null;
  #retry: Cancel | null = null;
  #closed = false;
  #lost = 0;

  private constructor(options: AuditOptions, { recovered, tree, treeFiles, newest }: RecoveredLog) {
    const { clock, files, signer } = options;
    const { head, length } = newest;
    const heads = new Heads({ clock, files, signer, tree, treeFiles, newest: head, length });
    const places = new RecordPlaces(files);
    super(places, treeFiles, heads, signer.verifier);
    this.#clock = clock;
    this.#clockError = options.clockError ?? (() => null);
    this.#spoolRecords = options.spoolRecords ?? SPOOL_RECORDS;
    const segmentBytes = options.segmentBytes ?? SEGMENT_BYTES;
    this.#segments = new SegmentWriter(files, recovered.tail, segmentBytes, places);
    this.#group = new Group(new RecordEncoder(options));
    this.#sequence = recovered.lastSequence;
    this.#tree = tree;
    this.#treeFiles = treeFiles;
    this.#heads = heads;
  }

  /** Reads the log (`onRecord`, in order), cuts a torn tail and opens it for appending. */
  static async open(
    options: AuditOptions,
  ): Promise<Result<{ readonly log: AuditLog; readonly recovered: Recovered }>> {
    const { files, signer, code, restore, passedOver = () => undefined } = options;
    const isOwn = await isSignedBy(files, signer);
    if (!isOwn.ok) return isOwn;
    const recovered = await recoverLog({
      files,
      signer,
      onRecord: options.onRecord ?? (() => undefined),
      snapshot: restore ? await readSnapshot(files, signer, code, passedOver) : null,
      restore: restore ?? (() => false),
      passedOver,
    });
    if (!recovered.ok) return recovered;
    const log = new AuditLog(options, recovered.value);
    await log.#segments.open(recovered.value.recovered.lastSequence);
    if (isOwn.value === 'new') {
      await replaceFile(files, VERIFIER_FILE, Buffer.from(`${signer.verifier}\n`), 'synced');
    }
    // Records behind the newest head, after a crash: signed without waiting for another.
    if (log.#sequence > (log.head()?.size ?? 0)) log.#heads.grown('soon');
    return ok({ log, recovered: recovered.value.recovered });
  }

  /** Resolves once the entry is on disk; rejects with `AuditBroken` when it is not. */
  append(entry: AuditEntry): Promise<void> {
    const broken = this.#refusal();
    if (broken) return Promise.reject(broken);
    return this.#enqueue(entry, false);
  }

  /**
   * Takes the entry and returns at once: for halts, cancels and what else lowers risk. `durable`
   * resolves when it is on disk, after a broken log was mended if need be; it never rejects. What is
   * too large is shortened; what can't be written at all is counted as lost and said (`onLost`).
   */
  appendNow(entry: AuditEntry): { readonly durable: Promise<void> } {
    const isFull = this.#waiting.length >= this.#spoolRecords && !entry.action.startsWith('halt.');
    if (isFull) this.#lost += 1;
    if (this.#closed || isFull) return { durable: new Promise(() => undefined) };
    return { durable: this.#enqueue(entry, true) };
  }

  writable(): boolean {
    return this.#refusal() === null;
  }

  state(): AuditState {
    if (this.#broken === null) return { kind: 'writable' };
    return { kind: 'broken', sentence: this.#broken, spooled: this.#waiting.length, lost: this.#lost };
  }

  override get sequence(): number {
    return this.#sequence;
  }

  onState(listener: (state: AuditState) => void): Cancel {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Told how many records were lost, once the log can say so itself (`audit.lost`). */
  onLost(listener: (count: number) => void): Cancel {
    this.#lostListeners.add(listener);
    return () => void this.#lostListeners.delete(listener);
  }

  /** Each group's write and sync in µs, and how many records it carried. */
  onSync(listener: (micros: number, records: number) => void): Cancel {
    this.#syncListeners.add(listener);
    return () => void this.#syncListeners.delete(listener);
  }

  /** Writes what waits, then closes. What can't be written is lost with the process. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#retry?.();
    while (this.#pumping) await this.#pumping;
    await this.#heads.close();
    await this.#treeFiles.close();
    await this.#segments.close();
  }

  #refusal(): AuditBroken | null {
    if (this.#closed) return new AuditBroken('The audit log is closed.');
    return this.#broken === null ? null : new AuditBroken(this.#broken);
  }

  #enqueue(entry: AuditEntry, spool: boolean): Promise<void> {
    return new Promise((done, failed) => {
      this.#waiting.push({ stamped: this.#stamp(entry, spool), spool, done, failed });
      this.#pump();
    });
  }

  #stamp(entry: AuditEntry, spool: boolean): Stamped {
    const flags = entry.flags ?? NO_FLAGS;
    return {
      entry,
      wall: this.#clock.wallNanos(),
      wallError: this.#clockError(),
      mono: this.#clock.monotonicNanos(),
      flags: spool && this.#broken !== null ? [...flags, SPOOLED] : flags,
    };
  }

  #pump(): void {
    if (this.#pumping || this.#broken !== null) return;
    this.#pumping = this.#drain().finally(() => {
      this.#pumping = null;
      // What came in between the last look and here.
      if (this.#waiting.length > 0 && this.#broken === null) this.#pump();
    });
  }

  async #drain(): Promise<void> {
    // One turn of the loop lets everything that arrives together share one sync.
    await Promise.resolve();
    while (this.#waiting.length > 0 && this.#broken === null) {
      const records = this.#take();
      if (records.length === 0) continue;
      const started = this.#clock.monotonicMicros();
      const written = this.#segments.write(this.#group.frames(), this.#sequence);
      // While the disk works.
      const leaves = this.#group.leaves();
      try {
        await written;
      } catch (error) {
        this.#break(error, records);
        return;
      }
      this.#sequence += records.length;
      const took = this.#clock.monotonicMicros() - started;
      for (const leaf of leaves) this.#tree.append(leaf);
      for (const listener of this.#syncListeners) listener(took, records.length);
      for (const record of records) record.done();
      this.#heads.grown(records.some(isControl) ? 'at-once' : 'soon');
    }
  }

  /** The next group, encoded; an entry that can't be encoded is refused, or lost, alone. */
  #take(): Waiting[] {
    const records: Waiting[] = [];
    this.#group.clear();
    let taken = 0;
    for (const waiting of this.#waiting) {
      if (this.#group.length >= BATCH_BYTES) break;
      taken += 1;
      const seq = this.#sequence + records.length + 1;
      const { stamped, spool } = waiting;
      if (this.#group.add(seq, stamped) || (spool && this.#group.add(seq, shortened(stamped)))) {
        records.push(waiting);
      } else if (spool) this.#lost += 1;
      else waiting.failed(new AuditBroken(`A record of ${stamped.entry.action} can't be written down.`));
    }
    this.#waiting = taken === this.#waiting.length ? [] : this.#waiting.slice(taken);
    this.#ownUp();
    return records;
  }

  #break(error: unknown, group: readonly Waiting[]): void {
    const sentence = `The audit log can't be written: ${causeOf(error)}.`;
    this.#broken = sentence;
    const all = [...group, ...this.#waiting];
    this.#waiting = all.filter((waiting) => waiting.spool);
    for (const waiting of this.#waiting) {
      const { stamped } = waiting;
      if (stamped.flags.includes(SPOOLED)) continue;
      waiting.stamped = { ...stamped, flags: [...stamped.flags, SPOOLED] };
    }
    const refused = new AuditBroken(sentence);
    for (const waiting of all) if (!waiting.spool) waiting.failed(refused);
    this.#tell();
    this.#scheduleMend();
  }

  #scheduleMend(): void {
    if (this.#closed) return;
    this.#retry = this.#clock.setTimer(RETRY_MS, () => {
      this.#pumping = this.#mend().finally(() => (this.#pumping = null));
      void this.#pumping.then(() => {
        if (this.#broken === null) this.#pump();
        else this.#scheduleMend();
      });
    });
  }

  async #mend(): Promise<void> {
    try {
      await this.#segments.mend(this.#sequence);
    } catch (error) {
      this.#broken = `The audit log can't be written: ${causeOf(error)}.`;
      this.#tell();
      return;
    }
    this.#broken = null;
    this.#tell();
  }

  /** A gap that only memory knew of is written into the log itself, behind what was kept. */
  #ownUp(): void {
    const count = this.#lost;
    if (count === 0) return;
    this.#lost = 0;
    const entry = { actor: 'server', action: 'audit.lost', scope: 'audit', details: { count } };
    void this.#enqueue(entry, true);
    for (const listener of this.#lostListeners) listener(count);
  }

  #tell(): void {
    const state = this.state();
    for (const listener of this.#listeners) listener(state);
  }
}
