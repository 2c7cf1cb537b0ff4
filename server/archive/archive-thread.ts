/** The control thread's handle on the archive thread: starts it, tells it how long the log is, starts it again when it dies. */
import { Worker } from 'node:worker_threads';
import type { AuditSearch, RecordsReply } from '../../protocol/audit.ts';
import { refuse, type Result } from '../../protocol/result.ts';
import type { AuditEntry } from '../audit/record.ts';
import type { Cancel, Clock } from '../clock.ts';
import type { RowReading } from '../health/rows.ts';
import type { RecordedHead, StoreQuestion } from '../store/questions.ts';
import type { LogHead } from './part.ts';
import type { ArchiveSettings, ArchiveToControl, ControlToArchive } from './port.ts';

export interface ArchiveThreadParts {
  /** The built entry, `archive-thread.js`. */
  readonly entry: URL | string;
  readonly settings: ArchiveSettings;
  readonly clock: Clock;
  /** A part tells the log something. */
  readonly record?: (entry: AuditEntry) => void;
  /** It died (it is started again) or lives again. */
  readonly changed: (dead: string | null) => void;
}

const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 30_000;
/** So long alive and the next crash is retried quickly again. */
const STEADY_MICROS = 60_000_000;
/** A database of our own is stopped in that time; the log has everything that it does not. */
const STOP_MS = 12_000;
/** Questions that wait at once; the pages of a few people never come near. */
const WAITING_MAX = 64;

/** Nothing here is waited for by an order or a halt: a dead or slow archive only answers late, or not. */
export class ArchiveThread {
  readonly #parts: ArchiveThreadParts;
  /** The thread that runs now; what an older one says is dropped. */
  #worker: Worker | null = null;
  #rows: readonly RowReading[] = [];
  #dead: string | null = null;
  #head: LogHead | null = null;
  #waiting = new Map<number, (answer: Result<unknown>) => void>();
  #asked = 0;
  #retryMs = FIRST_RETRY_MS;
  #cancelRetry: Cancel | null = null;
  #crashes = 0;
  #over = false;
  #stopped: (() => void) | null = null;

  constructor(parts: ArchiveThreadParts) {
    this.#parts = parts;
  }

  /** Returns at once: the server does not wait for what follows it. */
  start(): void {
    this.#spawn();
  }

  get crashes(): number {
    return this.#crashes;
  }

  /** The thread that runs now, for tests of its death. */
  get worker(): Worker | null {
    return this.#worker;
  }

  /** The log is that long, on disk and acknowledged. */
  headIs(head: LogHead): void {
    // A signed root is not lost to a later call that knows only the size.
    if (this.#head && head.size < this.#head.size) return;
    this.#head = head;
    this.#post({ kind: 'head', head });
  }

  search(search: AuditSearch): Promise<Result<RecordsReply>> {
    return this.#askStore({ kind: 'search', search }) as Promise<Result<RecordsReply>>;
  }

  /** Puts a signed head into the database as an anchor. */
  recordHead(head: RecordedHead): Promise<Result<null>> {
    return this.#askStore({ kind: 'record-head', head }) as Promise<Result<null>>;
  }

  /** The newest head that was ever put there; null when there is none. */
  newestRecordedHead(): Promise<Result<RecordedHead | null>> {
    return this.#askStore({ kind: 'newest-head' }) as Promise<Result<RecordedHead | null>>;
  }

  /** One health row a part, as the thread last said. */
  status(): readonly RowReading[] {
    const dead = this.#dead;
    if (dead === null) return this.#rows;
    const rows = this.#rows.length > 0 ? this.#rows : [{ id: 'store', name: 'Store', figures: [] }];
    return rows.map((row) => ({ ...row, state: 'down', sentence: dead }));
  }

  /** A question to a part by its name; refused while the thread is away. */
  ask(part: string, question: unknown): Promise<Result<unknown>> {
    if (this.#dead !== null) return Promise.resolve(refuse('archive-down', this.#dead));
    if (!this.#worker) return Promise.resolve(refuse('archive-down', 'The archive thread is not running.'));
    if (this.#waiting.size >= WAITING_MAX) {
      return Promise.resolve(refuse('archive-busy', 'Too much is being asked at once; try again.'));
    }
    const id = (this.#asked += 1);
    return new Promise((answer) => {
      this.#waiting.set(id, answer);
      this.#post({ kind: 'ask', id, part, question });
    });
  }

  async stop(): Promise<void> {
    this.#over = true;
    this.#cancelRetry?.();
    const worker = this.#worker;
    if (!worker) return;
    const stopped = new Promise<void>((resolve) => (this.#stopped = resolve));
    this.#post({ kind: 'stop' });
    const cancel = this.#parts.clock.setTimer(STOP_MS, () => this.#stopped?.());
    await stopped;
    cancel();
    await worker.terminate();
  }

  async #askStore(question: StoreQuestion): Promise<Result<unknown>> {
    const answer = await this.ask('store', question);
    if (answer.ok || answer.error.code !== 'archive-down') return answer;
    return refuse('store-down', `The log can't be searched now: ${answer.error.sentence}`);
  }

  #post(message: ControlToArchive): void {
    this.#worker?.postMessage(message);
  }

  #spawn(): void {
    const { entry, settings, clock, changed } = this.#parts;
    const bornAt = clock.monotonicMicros();
    const worker = new Worker(entry, { workerData: settings });
    this.#worker = worker;
    let sentence = 'The archive thread ended without saying why.';
    worker.on('message', (message: ArchiveToControl) => {
      if (worker === this.#worker) this.#hear(message);
    });
    worker.on('error', (error) => {
      sentence = `The archive thread died: ${error instanceof Error ? error.message : String(error)}.`;
    });
    worker.on('exit', () => {
      this.#stopped?.();
      if (worker !== this.#worker) return;
      this.#worker = null;
      const waiting = [...this.#waiting.values()];
      this.#waiting = new Map();
      for (const answer of waiting) answer(refuse('archive-down', sentence));
      if (this.#over) return;
      this.#crashes += 1;
      this.#dead = `${sentence} It is started again.`;
      changed(this.#dead);
      const lived = clock.monotonicMicros() - bornAt;
      this.#retryMs = lived > STEADY_MICROS ? FIRST_RETRY_MS : Math.min(this.#retryMs * 2, LAST_RETRY_MS);
      this.#cancelRetry = clock.setTimer(this.#retryMs, () => this.#spawn());
    });
    if (this.#head) this.#post({ kind: 'head', head: this.#head });
  }

  #hear(message: ArchiveToControl): void {
    switch (message.kind) {
      case 'status': {
        this.#rows = message.rows;
        const wasDead = this.#dead !== null;
        this.#dead = null;
        if (wasDead) this.#parts.changed(null);
        return;
      }
      case 'answer': {
        const answer = this.#waiting.get(message.id);
        this.#waiting.delete(message.id);
        answer?.(message.answer);
        return;
      }
      case 'record':
        this.#parts.record?.(message.entry);
        return;
      case 'stopped':
        this.#stopped?.();
        return;
    }
  }
}
