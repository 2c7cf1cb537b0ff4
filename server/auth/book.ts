import type { Micros } from '../../protocol/units.ts';
import type { AuditEntry } from '../audit/record.ts';
import type { Clock } from '../clock.ts';
import type { Author } from './author.ts';
import { entryOf, type Change } from './entries.ts';
import type { AuthEvent } from './events.ts';
import { applyAuth, pruneAuth, pruneLinks } from './fold.ts';
import type { AuthState } from './state.ts';

/** Where identity's events go; the audit log. */
export interface AuthLog {
  /** Resolves when it is on disk; rejects when the log can't be written. */
  append(entry: AuditEntry): Promise<void>;
  /** Runs beside; spooled when the log can't be written. */
  appendNow(entry: AuditEntry): void;
}

export interface BookOptions {
  readonly clock: Clock;
  readonly log: AuthLog;
  readonly randomBytes: (count: number) => Uint8Array;
}

/** An event and who caused it. */
export interface Happened {
  readonly author: Author;
  readonly event: AuthEvent;
}

/**
 * The owner of identity's tables: everything that changes them is an event, applied here and written
 * to the log, so that the tables are at any time the fold of the log.
 */
export class AuthBook {
  readonly clock: Clock;
  readonly #log: AuthLog;
  readonly #randomBytes: (count: number) => Uint8Array;
  #state: AuthState;
  /** The tables before the oldest of `#pending`. */
  #settled: AuthState;
  readonly #pending: Pending[] = [];

  constructor({ clock, log, randomBytes }: BookOptions, state: AuthState) {
    this.clock = clock;
    this.#log = log;
    this.#randomBytes = randomBytes;
    this.#state = pruneAuth(state, clock.wallMicros());
    this.#settled = this.#state;
  }

  get state(): AuthState {
    return this.#state;
  }

  wall(): Micros {
    return this.clock.wallMicros();
  }

  random(count: number): Uint8Array {
    return this.#randomBytes(count);
  }

  /** 32 random bytes, base64url: a cookie, a link's token, a key. */
  token(): string {
    return Buffer.from(this.#randomBytes(32)).toString('base64url');
  }

  /** Drops links that are over. */
  prune(): void {
    this.#state = pruneLinks(this.#state, this.wall());
    this.#settled = pruneLinks(this.#settled, this.wall());
  }

  /** On disk first, then in force: what raises risk. Rejects when the log can't be written; nothing changed then. */
  async commit(author: Author, event: AuthEvent, change?: Change): Promise<void> {
    const pending: Pending = { event, is: 'waiting' };
    this.#pending.push(pending);
    try {
      await this.#log.append(entryOf(author, event, change));
      pending.is = 'in force';
    } catch (error) {
      pending.is = 'failed';
      throw error;
    } finally {
      this.#settle();
    }
  }

  /**
   * In force at once, before anything is awaited, so that nothing is used twice; resolves when it is
   * on disk. Signing in and out goes on without the log (watching and halting do): then it spools.
   */
  async record(...happened: readonly Happened[]): Promise<void> {
    for (const { event } of happened) this.#apply(event);
    await Promise.all(
      happened.map(async ({ author, event }) => {
        const entry = entryOf(author, event);
        try {
          await this.#log.append(entry);
        } catch {
          this.#log.appendNow(entry);
        }
      }),
    );
  }

  /** In force at once; rejects when its record can't be written now: it is spooled then. */
  async recordStrictly(author: Author, event: AuthEvent): Promise<void> {
    this.#apply(event);
    const entry = entryOf(author, event);
    try {
      await this.#log.append(entry);
    } catch (error) {
      this.#log.appendNow(entry);
      throw error;
    }
  }

  /** In force at once, its record runs beside: a halt waits for nothing. */
  recordBeside(author: Author, event: AuthEvent): void {
    this.#apply(event);
    this.#log.appendNow(entryOf(author, event));
  }

  #apply(event: AuthEvent): void {
    this.#state = applyAuth(this.#state, event);
    if (this.#pending.length > 0) this.#pending.push({ event, is: 'in force' });
    else this.#settled = this.#state;
  }

  /**
   * What a commit changes comes into force where the log has it, before what came in meanwhile: a
   * reset that overtook it on the way in does not lose to it.
   */
  #settle(): void {
    this.#state = this.#pending
      .filter(({ is }) => is === 'in force')
      .reduce((state, { event }) => applyAuth(state, event), this.#settled);
    while (this.#pending[0] && this.#pending[0].is !== 'waiting') {
      const [first] = this.#pending.splice(0, 1);
      if (first?.is === 'in force') this.#settled = applyAuth(this.#settled, first.event);
    }
  }
}

/** An event at its place in the log's order, behind a commit that is not on disk yet. */
interface Pending {
  readonly event: AuthEvent;
  is: 'waiting' | 'in force' | 'failed';
}
