/** The copy as a part of the archive thread: opens its target, follows the log, tries again. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { refuse, type Result } from '../../../protocol/result.ts';
import { causeOf } from '../../audit/audit-state.ts';
import type { Cancel, Clock } from '../../clock.ts';
import { backoffMs } from '../../feeds/backoff.ts';
import type { RowReading } from '../../health/rows.ts';
import type { LogHead, Part } from '../part.ts';
import { Copier } from './copier.ts';
import { copyRow, type CopyState } from './status.ts';
import type { CopyTarget } from './target.ts';

export interface CopyPartOptions {
  readonly auditDir: string;
  readonly target: CopyTarget;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  /** Its state changed. */
  readonly changed: () => void;
}

/** Waits grow to 8 s and no further: a disk that is back is used soon. */
const FAILURES_MAX = 5;
/** Where a copy was begun once: an empty one there is a disk that is not mounted. */
export const COPIED_FILE = 'copied-to';

/**
 * One loop: open, follow until something breaks, close, wait, again. A record counts as copied once
 * the target has it on its disk. Nothing in the server waits for it.
 */
export class CopyPart implements Part {
  readonly name = 'copy';
  readonly #options: CopyPartOptions;
  #state: CopyState = { kind: 'starting' };
  #acknowledged: number | null = null;
  #size = 0;
  #behindSince: number | null = null;
  #failures = 0;
  #over = false;
  #wake: () => void = () => undefined;
  #woken: Promise<void> = Promise.resolve();
  #loop: Promise<void> = Promise.resolve();

  constructor(options: CopyPartOptions) {
    this.#options = options;
    this.#sleep();
  }

  start(): void {
    this.#loop = this.#run();
  }

  head(head: LogHead): void {
    this.#size = Math.max(this.#size, head.size);
    this.#measure();
    this.#wake();
  }

  status(): RowReading {
    const { clock, target } = this.#options;
    return copyRow({
      state: this.#state,
      where: target.where,
      acknowledged: this.#acknowledged,
      size: this.#size,
      behindMicros: this.#behindSince === null ? 0 : clock.monotonicMicros() - this.#behindSince,
    });
  }

  ask(): Promise<Result<unknown>> {
    return Promise.resolve(refuse('no-question', 'The copy answers no questions.'));
  }

  async stop(): Promise<void> {
    this.#over = true;
    this.#wake();
    await this.#loop;
  }

  async #run(): Promise<void> {
    while (!this.#isOver()) {
      const sentence = await this.#live().catch((error: unknown) => this.#failure(error));
      if (this.#isOver()) return;
      this.#is({ kind: 'down', sentence });
      await this.#pause(backoffMs(Math.min(this.#failures, FAILURES_MAX), this.#options.random));
      this.#failures += 1;
    }
  }

  /** From opening to what ends it; resolves with why, or rejects. */
  async #live(): Promise<string> {
    const { auditDir, target } = this.#options;
    // Until the log has said how long it is, a copy can't be called ahead of it.
    while (this.#size === 0 && !this.#isOver()) await this.#rest();
    if (this.#isOver()) return '';
    const opened = await Copier.open(auditDir, target, this.#size);
    if (!opened.ok) return opened.error.sentence;
    const copier = opened.value;
    try {
      const empty = await this.#unmounted(copier);
      if (empty !== null) return empty;
      this.#acknowledged = copier.seq;
      while (!this.#isOver()) {
        this.#sleep();
        const woken = this.#woken;
        await copier.catchUp(this.#size, () => {
          this.#follows(copier.seq);
          return !this.#over;
        });
        this.#follows(copier.seq);
        this.#failures = 0;
        await woken;
      }
      // What came in while the server stopped.
      await copier.catchUp(this.#size, () => true);
      this.#acknowledged = copier.seq;
      return '';
    } finally {
      await copier.close().catch(() => undefined);
    }
  }

  async #unmounted(copier: Copier): Promise<string | null> {
    const { auditDir, target } = this.#options;
    const file = join(auditDir, COPIED_FILE);
    const before = await readFile(file, 'utf8').catch(() => '');
    if (copier.seq === 0 && before.trim() === target.where) {
      return `${target.where} was copied to before and is empty now: is its disk mounted? To begin a copy afresh there, remove ${COPIED_FILE} from the log’s folder.`;
    }
    if (before.trim() !== target.where) {
      // Begun once its first record is there.
      await copier.catchUp(this.#size, () => false);
      await writeFile(file, `${target.where}\n`, { mode: 0o600 });
    }
    return null;
  }

  #failure(error: unknown): string {
    return `The copy in ${this.#options.target.where} can’t be written: ${causeOf(error)}.`;
  }

  #follows(seq: number): void {
    this.#acknowledged = seq;
    this.#measure();
    const was = this.#state.kind;
    this.#state = { kind: 'following', seq };
    if (was !== 'following') this.#options.changed();
  }

  #measure(): void {
    const isBehind = this.#size > (this.#acknowledged ?? 0);
    this.#behindSince = isBehind ? (this.#behindSince ?? this.#options.clock.monotonicMicros()) : null;
  }

  #sleep(): void {
    this.#woken = new Promise((resolve) => (this.#wake = resolve));
  }

  async #rest(): Promise<void> {
    await this.#woken;
    this.#sleep();
  }

  async #pause(ms: number): Promise<void> {
    let cancel: Cancel = () => undefined;
    await new Promise<void>((resolve) => {
      cancel = this.#options.clock.setTimer(ms, resolve);
      // Only a stop ends it early: a record that comes in is no reason to try again sooner.
      this.#wake = () => {
        if (this.#over) resolve();
      };
    });
    cancel();
  }

  /** Asked after an await: `stop` may have come meanwhile. */
  #isOver(): boolean {
    return this.#over;
  }

  #is(state: CopyState): void {
    this.#state = state;
    this.#options.changed();
  }
}
