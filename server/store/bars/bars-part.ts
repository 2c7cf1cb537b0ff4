/** The history of minute bars as a part of the archive thread: kept in the store's database, told at a start. */
import { ok, refuse, type Result } from '../../../protocol/result.ts';
import type { LogHead, Part } from '../../archive/part.ts';
import type { Cancel, Clock } from '../../clock.ts';
import { countRows } from '../../feeds/candles/minute-rows.ts';
import type { RowReading } from '../../health/rows.ts';
import type { Database } from '../database.ts';
import { BarTable } from './bar-table.ts';
import { barsRow } from './bars-row.ts';
import type { BarsQuestion } from './questions.ts';

export interface BarsPartOptions {
  /** The store's own; null while it is not open. */
  readonly database: () => Database | null;
  /** Bars older than so many days are removed. */
  readonly days: number;
  /** Whether there will ever be a database. */
  readonly isKept: boolean;
  readonly clock: Clock;
}

const LOOK_MS = 1000;
const FORGET_EVERY_MICROS = 3_600_000_000;
const DAY_MICROS = 86_400_000_000;
/** While the database is away: some hours of a few hundred instruments, 90 bytes each. */
const WAITING_MAX = 400_000;

type Write = BarsQuestion & { readonly kind: 'write' };

/**
 * Bars wait in a queue and are written in their order. A database that is away holds nobody up: the
 * queue is bounded, its oldest bars are dropped and counted, and the venue's candles fill what it can.
 */
export class BarsPart implements Part {
  readonly name = 'bars';
  readonly #options: BarsPartOptions;
  #queue: Write[] = [];
  #waiting = 0;
  #written = 0;
  #dropped = 0;
  #fault: string | null = null;
  #table: { readonly database: Database; readonly bars: BarTable } | null = null;
  #forgottenAt = -Infinity;
  #running: Promise<void> = Promise.resolve();
  #isRunning = false;
  #stopLooking: Cancel | null = null;

  constructor(options: BarsPartOptions) {
    this.#options = options;
  }

  start(): void {
    this.#stopLooking = this.#options.clock.setRepeating(LOOK_MS, () => this.#look());
  }

  /** It does not follow the log. */
  head(_head: LogHead): void {
    return undefined;
  }

  status(): RowReading {
    return barsRow({
      isKept: this.#options.isKept,
      isOpen: this.#options.database() !== null,
      fault: this.#fault,
      written: this.#written,
      waiting: this.#waiting,
      dropped: this.#dropped,
      days: this.#options.days,
    });
  }

  async ask(question: unknown): Promise<Result<unknown>> {
    const asked = question as BarsQuestion;
    if (!this.#options.isKept) return refuse('bars-none', 'This server keeps no store, and no bars in it.');
    if (asked.kind === 'write') {
      this.#queue.push(asked);
      this.#waiting += countOf(asked);
      this.#dropped += asked.lost;
      this.#bound();
      this.#look();
      return ok(null);
    }
    const table = this.#tableNow();
    if (!table) return refuse('bars-starting', 'The store is not open yet.');
    try {
      // What waits is newer than what is there.
      await this.#running;
      return ok(await table.read(asked));
    } catch (error) {
      return refuse('bars-unread', sentenceOf(error));
    }
  }

  /** Writes what still waits, if that can be done. */
  async stop(): Promise<void> {
    this.#stopLooking?.();
    await this.#running;
    await this.#drain();
  }

  #look(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#running = this.#drain().finally(() => {
      this.#isRunning = false;
    });
  }

  async #drain(): Promise<void> {
    const table = this.#tableNow();
    if (!table) return;
    try {
      for (let next = this.#queue[0]; next; next = this.#queue[0]) {
        await table.write(next);
        // A full queue may have dropped it meanwhile, and counted it.
        if (this.#queue[0] !== next) continue;
        this.#queue.shift();
        this.#waiting -= countOf(next);
        this.#written += countOf(next);
      }
      await this.#forget(table);
      this.#fault = null;
    } catch (error) {
      // The queue is as it was; the next look tries again.
      this.#fault = sentenceOf(error);
    }
  }

  async #forget(table: BarTable): Promise<void> {
    const { clock, days } = this.#options;
    const now = clock.monotonicMicros();
    if (now - this.#forgottenAt < FORGET_EVERY_MICROS) return;
    await table.forget(clock.wallMicros() - days * DAY_MICROS);
    this.#forgottenAt = now;
  }

  #bound(): void {
    while (this.#waiting > WAITING_MAX && this.#queue.length > 1) {
      const oldest = this.#queue.shift();
      const rows = oldest ? countOf(oldest) : 0;
      this.#waiting -= rows;
      this.#dropped += rows;
    }
  }

  #tableNow(): BarTable | null {
    const database = this.#options.database();
    if (!database) return null;
    if (this.#table?.database !== database) this.#table = { database, bars: new BarTable(database) };
    return this.#table.bars;
  }
}

const countOf = ({ rows }: Write): number => countRows(rows);

function sentenceOf(error: unknown): string {
  const message = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  return `${message[0]?.toUpperCase() ?? ''}${message.slice(1)}${message.endsWith('.') ? '' : '.'}`;
}
