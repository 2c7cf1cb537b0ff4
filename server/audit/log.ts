import { ok, type Result } from '../../protocol/result.ts';
import type { Cancel, Clock } from '../clock.ts';
import { encode, shortened } from './encode.ts';
import type { LogFiles } from './files.ts';
import type { AuditEntry, AuditRecord, Stamped } from './record.ts';
import { recoverLog, type Recovered } from './recover.ts';
import { SegmentWriter } from './segments.ts';

/** The log could not take a record: what raises risk must not go on. */
export class AuditBroken extends Error {
  override readonly name = 'AuditBroken';
}

export type AuditState =
  | { readonly kind: 'writable' }
  /**
   * `spooled`: records of halts and cancels that wait in memory for the log. `lost`: those
   * for which there was no room; never a halt's.
   */
  | { readonly kind: 'broken'; readonly sentence: string; readonly spooled: number; readonly lost: number };

export interface AuditOptions {
  readonly clock: Clock;
  readonly files: LogFiles;
  /** Names this start of the server in every record. */
  readonly run: string;
  readonly segmentBytes?: number;
  /** Records that may wait in memory while the log can't be written. */
  readonly spoolRecords?: number;
  readonly onRecord?: (record: AuditRecord) => void;
}

interface Waiting {
  readonly stamped: Stamped;
  /** A halt's record outlives a broken log; an order's is refused with it. */
  readonly spool: boolean;
  readonly done: () => void;
  readonly failed: (error: AuditBroken) => void;
}

const SEGMENT_BYTES = 16 << 20;
const BATCH_BYTES = 4 << 20;
const RETRY_MS = 1000;
const SPOOL_RECORDS = 100_000;

/**
 * The append-only segment log. All that waits is written and synced as one group (`fdatasync`),
 * then acknowledged; a record is in `append`'s promise only once it is on disk.
 *
 * After a failed write or sync nothing about the pages is known: the log is broken, its waiting
 * records are refused (halts spool), and each second it tries to cut the doubtful tail and goes on
 * in a fresh segment.
 */
export class AuditLog {
  readonly #clock: Clock;
  readonly #run: string;
  readonly #spoolRecords: number;
  readonly #segments: SegmentWriter;
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

  private constructor(options: AuditOptions, recovered: Recovered) {
    this.#clock = options.clock;
    this.#run = options.run;
    this.#spoolRecords = options.spoolRecords ?? SPOOL_RECORDS;
    this.#segments = new SegmentWriter(options.files, recovered.tail, options.segmentBytes ?? SEGMENT_BYTES);
    this.#sequence = recovered.lastSequence;
  }

  /** Reads the log whole (`onRecord`, in order), cuts a torn tail and opens it for appending. */
  static async open(
    options: AuditOptions,
  ): Promise<Result<{ readonly log: AuditLog; readonly recovered: Recovered }>> {
    const recovered = await recoverLog(options.files, options.onRecord ?? (() => undefined));
    if (!recovered.ok) return recovered;
    const log = new AuditLog(options, recovered.value);
    await log.#segments.open(recovered.value.lastSequence);
    return ok({ log, recovered: recovered.value });
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
    const flags = this.#broken === null ? entry.flags : [...(entry.flags ?? []), 'spooled'];
    return { durable: this.#enqueue({ ...entry, ...(flags ? { flags } : {}) }, true) };
  }

  writable(): boolean {
    return this.#refusal() === null;
  }

  state(): AuditState {
    if (this.#broken === null) return { kind: 'writable' };
    return { kind: 'broken', sentence: this.#broken, spooled: this.#waiting.length, lost: this.#lost };
  }

  /** Records that are on disk. */
  get sequence(): number {
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
    await this.#segments.close();
  }

  #refusal(): AuditBroken | null {
    if (this.#closed) return new AuditBroken('The audit log is closed.');
    return this.#broken === null ? null : new AuditBroken(this.#broken);
  }

  #enqueue(entry: AuditEntry, spool: boolean): Promise<void> {
    return new Promise((done, failed) => {
      this.#waiting.push({ stamped: this.#stamp(entry), spool, done, failed });
      this.#pump();
    });
  }

  #stamp(entry: AuditEntry): Stamped {
    return {
      wall: this.#clock.wallMicros(),
      mono: this.#clock.monotonicMicros(),
      run: this.#run,
      actor: entry.actor,
      action: entry.action,
      scope: entry.scope,
      details: entry.details,
      flags: [...(entry.flags ?? [])],
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
      const group = this.#take();
      if (group.frames.length === 0) continue;
      const started = this.#clock.monotonicMicros();
      try {
        await this.#segments.write(group.frames, this.#sequence);
      } catch (error) {
        this.#break(error, group.records);
        return;
      }
      this.#sequence += group.records.length;
      const took = this.#clock.monotonicMicros() - started;
      for (const listener of this.#syncListeners) listener(took, group.records.length);
      for (const record of group.records) record.done();
    }
  }

  /** The next group, encoded; an entry that can't be encoded is refused, or lost, alone. */
  #take(): { readonly records: Waiting[]; readonly frames: Buffer[] } {
    const records: Waiting[] = [];
    const frames: Buffer[] = [];
    let bytes = 0;
    let taken = 0;
    for (const waiting of this.#waiting) {
      if (bytes >= BATCH_BYTES) break;
      taken += 1;
      const seq = this.#sequence + records.length + 1;
      const whole = encode(seq, waiting.stamped);
      const frame = whole ?? (waiting.spool ? encode(seq, shortened(waiting.stamped)) : null);
      if (!frame) {
        if (waiting.spool) this.#lost += 1;
        else waiting.failed(new AuditBroken(`A record of ${waiting.stamped.action} can't be written down.`));
        continue;
      }
      bytes += frame.length;
      records.push(waiting);
      frames.push(frame);
    }
    this.#waiting = this.#waiting.slice(taken);
    this.#ownUp();
    return { records, frames };
  }

  #break(error: unknown, group: readonly Waiting[]): void {
    const sentence = `The audit log can't be written: ${causeOf(error)}.`;
    this.#broken = sentence;
    const all = [...group, ...this.#waiting];
    this.#waiting = all.filter((waiting) => waiting.spool);
    for (const waiting of this.#waiting) {
      if (!waiting.stamped.flags.includes('spooled')) waiting.stamped.flags.push('spooled');
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

function causeOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  switch (code) {
    case 'ENOSPC':
      return 'the disk is full';
    case 'EROFS':
      return 'the disk is read-only';
    case 'EIO':
      return 'the disk reports an error';
    case 'EACCES':
      return 'permission is denied';
    default:
      return code ?? (error instanceof Error ? error.message : 'unknown cause');
  }
}
