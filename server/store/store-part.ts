/** The store as a part of the archive thread: opens its database, follows the log, answers searches. */
import { ensureNever } from '../../protocol/assert.ts';
import { ok, refuse, type Refusal, type Result } from '../../protocol/result.ts';
import { removedFrom } from '../audit/segment-source.ts';
import type { LogHead, Part } from '../archive/part.ts';
import type { Cancel, Clock } from '../clock.ts';
import { backoffMs } from '../feeds/backoff.ts';
import type { RowReading } from '../health/rows.ts';
import { Samples } from '../health/samples.ts';
import type { Database } from './database.ts';
import { Follower } from './follow.ts';
import { newestHead, recordHead } from './heads.ts';
import { migrate } from './migrate.ts';
import { openDatabase, type StoreSettings } from './open-database.ts';
import { Projection } from './projection.ts';
import type { StoreQuestion } from './questions.ts';
import { searchRecords } from './search.ts';
import { SignedRoots } from './signed-roots.ts';
import type { StoreState } from './state.ts';
import { storeRow } from './status.ts';

export interface StorePartOptions {
  readonly settings: StoreSettings;
  readonly auditDir: string;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  /** Its state changed. */
  readonly changed: () => void;
  /** Another way to a database; a test's. */
  readonly open?: (settings: StoreSettings, clock: Clock) => Promise<Result<Database>>;
}

const SEARCH_WINDOW_SECONDS = 600;
const SEARCHES_MAX = 32;
/** Waits grow to 8 s and no further: a database that is back is used soon. */
const FAILURES_MAX = 5;

/**
 * One loop: open, follow until something breaks, close, wait, again. Whatever the database does, the
 * log goes on without it, and from the log it catches up.
 */
export class StorePart implements Part {
  readonly name = 'store';
  readonly #options: StorePartOptions;
  readonly #searches: Samples;
  readonly #roots = new SignedRoots();
  #state: StoreState = { kind: 'starting' };
  #size = 0;
  #behindSince: number | null = null;
  #running = 0;
  #failures = 0;
  #over = false;
  #wake: () => void = () => undefined;
  #woken: Promise<void> = Promise.resolve();
  #loop: Promise<void> = Promise.resolve();
  #lost: string | null = null;

  constructor(options: StorePartOptions) {
    this.#options = options;
    this.#searches = new Samples(options.clock, SEARCH_WINDOW_SECONDS);
    this.#sleep();
  }

  /** The database that is open now; another part may keep what it has there. */
  get database(): Database | null {
    return this.#state.kind === 'ready' ? this.#state.database : null;
  }

  start(): void {
    this.#loop = this.#run();
  }

  head(head: LogHead): void {
    this.#roots.add(head);
    this.#size = Math.max(this.#size, head.size);
    this.#wake();
  }

  status(): RowReading {
    const behind = this.#state.kind === 'ready' ? this.#size - this.#state.projection.seq : null;
    const now = this.#options.clock.monotonicMicros();
    this.#behindSince = behind === null || behind <= 0 ? null : (this.#behindSince ?? now);
    return storeRow({
      state: this.#state,
      behind,
      behindMicros: this.#behindSince === null ? 0 : now - this.#behindSince,
      searches: this.#searches.sorted(),
      windowSeconds: SEARCH_WINDOW_SECONDS,
    });
  }

  async ask(question: unknown): Promise<Result<unknown>> {
    const state = this.#state;
    if (state.kind === 'starting') {
      return refuse('store-starting', 'The store is starting; search again in a few seconds.');
    }
    if (state.kind === 'down') {
      const code = state.refusal.code === 'store-none' ? 'store-none' : 'store-down';
      return refuse(code, `The log can't be searched now: ${state.refusal.sentence}`);
    }
    if (this.#running >= SEARCHES_MAX) {
      return refuse('store-busy', 'Too many searches run at once; search again in a few seconds.');
    }
    this.#running += 1;
    try {
      return ok(await this.#answer(question as StoreQuestion, state));
    } catch (error) {
      return refuse('store-down', `The log can't be searched now: ${sentenceOf(error)}`);
    } finally {
      this.#running -= 1;
    }
  }

  async stop(): Promise<void> {
    this.#over = true;
    this.#wake();
    await this.#loop;
  }

  async #answer(
    question: StoreQuestion,
    { database, projection }: StoreState & { kind: 'ready' },
  ): Promise<unknown> {
    switch (question.kind) {
      case 'search': {
        const started = this.#options.clock.monotonicMicros();
        const reply = await searchRecords(database, projection.index, projection.seq, question.search);
        this.#searches.add((this.#options.clock.monotonicMicros() - started) / 1000);
        return reply;
      }
      case 'record-head':
        await recordHead(database, question.head);
        return null;
      case 'newest-head':
        return newestHead(database);
      case 'forget':
        await this.#forget(projection);
        return null;
      default:
        return ensureNever(question);
    }
  }

  async #run(): Promise<void> {
    while (!this.#over) {
      const refusal = await this.#live().catch((error: unknown) => ({
        code: 'store-failed',
        sentence: sentenceOf(error),
      }));
      if (this.#isOver()) return;
      this.#is({ kind: 'down', refusal });
      // A store that is not wanted is not opened again and again.
      if (refusal.code === 'store-none') return;
      await this.#pause(backoffMs(Math.min(this.#failures, FAILURES_MAX), this.#options.random));
      this.#failures += 1;
    }
  }

  /** From opening to the end of the connection; resolves with why it ended, or rejects. */
  async #live(): Promise<Refusal> {
    const { settings, clock, auditDir, open = openDatabase } = this.#options;
    const opened = await open(settings, clock);
    if (!opened.ok) return opened.error;
    const database = opened.value;
    this.#lost = null;
    database.onLost((sentence) => {
      this.#lost = sentence;
      this.#wake();
    });
    let follower: Follower | null = null;
    try {
      if (!(await database.claim())) {
        return {
          code: 'store-claimed',
          sentence: 'Another server writes into this database; each needs a database of its own.',
        };
      }
      const migrated = await migrate(database);
      if (!migrated.ok) return migrated.error;
      const projection = await Projection.open(database);
      // What was removed while the database was away.
      await this.#forget(projection);
      follower = new Follower(auditDir, projection, this.#roots);
      this.#is({ kind: 'ready', database, projection });
      return await this.#follow(follower);
    } finally {
      if (this.#state.kind === 'ready') this.#state = { kind: 'starting' };
      await follower?.close().catch(() => undefined);
      await database.close();
    }
  }

  async #forget(projection: Projection): Promise<void> {
    for (const { first, last } of await removedFrom(this.#options.auditDir)) {
      await projection.forget(first, last);
    }
  }

  async #follow(follower: Follower): Promise<Refusal> {
    while (!this.#over && this.#lost === null) {
      this.#sleep();
      const woken = this.#woken;
      // 0: the control thread has not said yet how long the log is.
      if (this.#size > 0) await follower.catchUp(this.#size, () => !this.#over && this.#lost === null);
      this.#failures = 0;
      await woken;
    }
    return { code: 'store-lost', sentence: this.#lost ?? 'The store was stopped.' };
  }

  #sleep(): void {
    this.#woken = new Promise((resolve) => (this.#wake = resolve));
  }

  async #pause(ms: number): Promise<void> {
    let cancel: Cancel = () => undefined;
    const over = new Promise<void>((resolve) => {
      cancel = this.#options.clock.setTimer(ms, resolve);
      // Only a stop ends it early: a record that comes in is no reason to try again sooner.
      this.#wake = () => {
        if (this.#over) resolve();
      };
    });
    await over;
    cancel();
  }

  /** Asked after an await: `stop` may have come meanwhile. */
  #isOver(): boolean {
    return this.#over;
  }

  #is(state: StoreState): void {
    this.#state = state;
    this.#options.changed();
  }
}

function sentenceOf(error: unknown): string {
  const message = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  const sentence = message === '' ? 'unknown cause' : message;
  return `${sentence[0]?.toUpperCase() ?? ''}${sentence.slice(1)}${sentence.endsWith('.') ? '' : '.'}`;
}
