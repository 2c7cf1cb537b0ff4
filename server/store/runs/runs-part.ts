/** What the server computed of its market, kept in the store's database as a part of the archive thread. */
import { ok, refuse, type Result } from '../../../protocol/result.ts';
import type { LogHead, Part } from '../../archive/part.ts';
import type { Cancel, Clock } from '../../clock.ts';
import type { Database } from '../database.ts';
import { forgetFigures, readLines, writeFigures } from './history-table.ts';
import type { KernelFigure, RunsQuestion } from './questions.ts';

export interface RunsPartOptions {
  /** The store's own; null while it is not open. */
  readonly database: () => Database | null;
  /** Older ones are removed. */
  readonly days: number;
  readonly isKept: boolean;
  readonly clock: Clock;
}

const LOOK_MS = 1000;
const DAY_MICROS = 86_400_000_000;
const FORGET_EVERY_MICROS = 3_600_000_000;
/** A few hours of runs of eight figures; while the database is away, older ones go. */
const WAITING_MAX = 8000;

export class RunsPart implements Part {
  readonly name = 'kernel-runs';
  readonly #options: RunsPartOptions;
  #queue: KernelFigure[] = [];
  #forgottenAt = -Infinity;
  #running: Promise<void> | null = null;
  #stopLooking: Cancel = () => undefined;

  constructor(options: RunsPartOptions) {
    this.#options = options;
  }

  start(): void {
    this.#stopLooking = this.#options.clock.setRepeating(LOOK_MS, () => void this.#look());
  }

  /** It does not follow the log. */
  head(_head: LogHead): void {
    return undefined;
  }

  /** Where it is kept, the bars are: their row says how that is. */
  status(): null {
    return null;
  }

  async ask(question: unknown): Promise<Result<unknown>> {
    const asked = question as RunsQuestion;
    if (!this.#options.isKept)
      return refuse('runs-none', 'This server keeps no store, and no history in it.');
    if (asked.kind === 'write') {
      this.#queue = [...this.#queue, ...asked.figures].slice(-WAITING_MAX);
      void this.#look();
      return ok(null);
    }
    const database = this.#options.database();
    if (!database) return refuse('runs-starting', 'The store is not open yet.');
    try {
      await this.#look();
      return ok(await readLines(database, asked));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return refuse('runs-unread', `The history can’t be read: ${why}.`);
    }
  }

  async stop(): Promise<void> {
    this.#stopLooking();
    await this.#look();
  }

  /** Never rejects: what could not be written waits for the next look. */
  #look(): Promise<void> {
    this.#running ??= this.#drain()
      .catch(() => undefined)
      .finally(() => {
        this.#running = null;
      });
    return this.#running;
  }

  async #drain(): Promise<void> {
    const database = this.#options.database();
    if (!database) return;
    const figures = this.#queue;
    if (figures.length > 0) {
      await writeFigures(database, figures);
      const written = new Set(figures);
      this.#queue = this.#queue.filter((one) => !written.has(one));
    }
    const { clock, days } = this.#options;
    const now = clock.monotonicMicros();
    if (now - this.#forgottenAt < FORGET_EVERY_MICROS) return;
    await forgetFigures(database, clock.wallMicros() - days * DAY_MICROS);
    this.#forgottenAt = now;
  }
}
