import type { Scope, ServiceAccountView } from '../../protocol/people.ts';
import { ok, refuse, type Result } from '../../protocol/result.ts';
import type { Micros, StrategyId } from '../../protocol/units.ts';
import type { Cancel } from '../clock.ts';
import type { Author } from './author.ts';
import type { AuthBook } from './book.ts';
import { Deadlines } from './deadlines.ts';
import { hashOf, sameHash } from './seal.ts';
import type { ServiceAccount, ServiceKey } from './state.ts';

const DAY = 24 * 3600 * 1_000_000;
/** After a rotation the key before still works for so long: a strategy is given the new one meanwhile. */
export const OVERLAP_MICROS = 60 * 1_000_000;
const DAYS_MAX = 3650;

export interface ServiceIdentity {
  readonly account: StrategyId;
  readonly scopes: readonly Scope[];
  /** Names the key in use, so that its sockets close when it ends. */
  readonly keyHash: string;
}

/**
 * Strategies' accounts: a key each, shown once and kept as its hash, with what it may do and until
 * when. What expires is looked at on every use.
 */
export class ServiceAccounts {
  readonly #book: AuthBook;
  readonly #ended = new Set<(keyHash: string, account: StrategyId, sentence: string) => void>();
  readonly #seen = new Map<StrategyId, Micros>();
  /** Keys whose end was told. */
  readonly #told = new Set<string>();
  readonly #deadlines = new Deadlines();

  constructor(book: AuthBook) {
    this.#book = book;
    const [wall, mono] = [book.wall(), book.clock.monotonicMicros()];
    for (const { key, old } of book.state.services.values()) {
      for (const one of [key, old]) {
        if (one && Number.isFinite(endOf(one))) this.#deadlines.set(one.hash, endOf(one) - wall, mono);
      }
      // A minute, whatever the clock said when it began.
      if (old) this.#deadlines.set(old.hash, Math.min(endOf(old) - wall, OVERLAP_MICROS), mono);
    }
  }

  /** Told when a key works no more (revoked, rotated out, expired), so that its sockets close. */
  onKeyEnded(listener: (keyHash: string, account: StrategyId, sentence: string) => void): Cancel {
    this.#ended.add(listener);
    return () => void this.#ended.delete(listener);
  }

  list(): ServiceAccountView[] {
    return [...this.#book.state.services.values()].map(
      ({ account, scopes, createdAt, createdBy, key, rotatedAt, revoked }) => ({
        account,
        scopes: [...scopes],
        createdAt,
        createdBy,
        expiresAt: key?.expiresAt ?? null,
        rotatedAt,
        lastSeenAt: this.#seen.get(account) ?? null,
        revoked,
      }),
    );
  }

  async create(
    { account, scopes, days }: { account: StrategyId; scopes: readonly Scope[]; days: number | null },
    author: Author,
  ): Promise<Result<{ key: string }>> {
    const known = this.#book.state.services.get(account);
    if (known && !known.revoked)
      return refuse('account-exists', `There is a service account "${account}" already.`);
    if (scopes.length === 0) return refuse('no-scopes', 'A service account needs something that it may do.');
    const at = this.#book.wall();
    await this.#book.commit(author, {
      kind: 'auth.service-account',
      account,
      scopes: [...scopes],
      by: author.actor,
      at,
    });
    return this.#newKey(account, days, author);
  }

  /** A new key; the one before still works for a minute. */
  async rotate(
    { account, days }: { account: StrategyId; days: number | null },
    author: Author,
  ): Promise<Result<{ key: string }>> {
    const known = this.#book.state.services.get(account);
    if (!known || known.revoked) return unknownAccount(account);
    return this.#newKey(account, days, author);
  }

  async revoke(account: StrategyId, author: Author): Promise<Result<true>> {
    const known = this.#book.state.services.get(account);
    if (!known || known.revoked) return unknownAccount(account);
    // It lowers risk: in force at once, sockets told, whether the log can be written or not.
    const recorded = this.#book.record({
      author,
      event: { kind: 'auth.service-revoked', account, at: this.#book.wall() },
    });
    for (const key of [known.key, known.old]) if (key) this.#tell(key.hash, account, 'This key was revoked.');
    await recorded;
    return ok(true);
  }

  /** Whose key this is, and what it may do; refused by name when it is nobody's or has ended. */
  ofKey(key: string): Result<ServiceIdentity> {
    const hash = hashOf(key);
    for (const { account, scopes, key: present, old } of this.#book.state.services.values()) {
      const known: readonly (ServiceKey | null)[] = [present, old];
      const used = known.find((one) => one !== null && sameHash(hash, one.hash));
      if (!used) continue;
      if (this.#isOver(used)) {
        return refuse('key-expired', `The key of the service account "${account}" has expired; rotate it.`);
      }
      this.#seen.set(account, this.#book.wall());
      return ok({ account, scopes, keyHash: hash });
    }
    return refuse('key-unknown', 'This key is not known here, or was revoked.');
  }

  /** Tells of keys whose time is over; the owner calls it each second. */
  expire(): void {
    for (const { account, key, old } of this.#book.state.services.values()) {
      for (const one of [key, old]) {
        if (!one || !this.#isOver(one) || this.#told.has(one.hash)) continue;
        this.#told.add(one.hash);
        this.#tell(
          one.hash,
          account,
          one === old ? 'This key was replaced by another.' : 'This key has expired.',
        );
      }
    }
  }

  account(account: StrategyId): ServiceAccount | null {
    return this.#book.state.services.get(account) ?? null;
  }

  async #newKey(account: StrategyId, days: number | null, author: Author): Promise<Result<{ key: string }>> {
    if (days !== null && !(Number.isInteger(days) && days >= 1 && days <= DAYS_MAX)) {
      return refuse('bad-days', `A key lasts 1 to ${DAYS_MAX} days.`);
    }
    const key = this.#book.token();
    const at = this.#book.wall();
    const expiresAt = days === null ? null : ((at + days * DAY) as Micros);
    const oldUntil = (at + OVERLAP_MICROS) as Micros;
    const { old: replaced, key: before } = this.#book.state.services.get(account) ?? {};
    await this.#book.commit(author, {
      kind: 'auth.service-key',
      account,
      hash: hashOf(key),
      at,
      expiresAt,
      oldUntil,
    });
    const mono = this.#book.clock.monotonicMicros();
    if (days !== null) this.#deadlines.set(hashOf(key), days * DAY, mono);
    if (before) this.#deadlines.set(before.hash, OVERLAP_MICROS, mono);
    // Two rotations within a minute: the key before the last is over at once.
    if (replaced) this.#tell(replaced.hash, account, 'This key was replaced by another.');
    return ok({ key });
  }

  /** By the clock of people or by the one that never steps, whichever ends it first. */
  #isOver(key: AnyKey): boolean {
    const { clock } = this.#book;
    return endOf(key) <= this.#book.wall() || this.#deadlines.isOver(key.hash, clock.monotonicMicros());
  }

  #tell(keyHash: string, account: StrategyId, sentence: string): void {
    for (const listener of this.#ended) listener(keyHash, account, sentence);
  }
}

type AnyKey = ServiceKey | (ServiceKey & { readonly until: Micros });

function endOf(key: AnyKey): number {
  return Math.min(key.expiresAt ?? Infinity, 'until' in key ? key.until : Infinity);
}

function unknownAccount(account: StrategyId): Result<never> {
  return refuse('unknown-account', `There is no service account "${account}", or it was revoked.`);
}
