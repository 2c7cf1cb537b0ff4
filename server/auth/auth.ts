import { ok, refuse, type Result } from '../../protocol/result.ts';
import type { Role } from '../../protocol/session.ts';
import type { Micros, StrategyId, UserId } from '../../protocol/units.ts';
import type { AuditEntry } from '../audit/record.ts';
import type { Cancel, Clock } from '../clock.ts';
import { Codes, wrongCode } from './codes.ts';
import { Deadlines } from './deadlines.ts';
import { entryOf } from './entries.ts';
import { identityOf, type Enrolment, type Identity, type SignedIn } from './identity.ts';
import { hashOf, sameHash, seal, unseal } from './seal.ts';
import {
  applyAuth,
  emptyAuth,
  pruneAuth,
  stepsKey,
  type AuthEvent,
  type AuthState,
  type Purpose,
  type Session,
  type User,
} from './state.ts';
import type { Door } from './throttle.ts';
import { newSecret, otpauthUri } from './totp.ts';

export const LINK_MICROS = 15 * 60 * 1_000_000;
export const SESSION_MICROS = 12 * 3600 * 1_000_000;
const LINKS_MAX = 100;

/** Where identity's events go; the audit log. */
export interface AuthLog {
  append(entry: AuditEntry): Promise<void>;
  appendNow(entry: AuditEntry): void;
}

export interface AuthOptions {
  readonly clock: Clock;
  readonly log: AuthLog;
  /** Seals TOTP secrets; 32 bytes, kept outside the log. */
  readonly sealingKey: Uint8Array;
  readonly randomBytes: (count: number) => Uint8Array;
}

/**
 * Users, links, sessions, factors and strategy keys. Its tables are the fold of the log: what it
 * decides it applies at once and records, a release or a new user only once that is on disk.
 */
export class Auth {
  readonly #clock: Clock;
  readonly #log: AuthLog;
  readonly #sealingKey: Uint8Array;
  readonly #randomBytes: (count: number) => Uint8Array;
  readonly #codes: Codes;
  readonly #deadlines = new Deadlines();
  readonly #revoked = new Set<(sessionKey: string, sentence: string) => void>();
  /** Secrets shown and not yet proven by a code, by link: they become the user's only then. */
  readonly #offered = new Map<string, string>();
  #state: AuthState;

  constructor(options: AuthOptions, state: AuthState = emptyAuth) {
    this.#clock = options.clock;
    this.#codes = new Codes(options.clock);
    this.#log = options.log;
    this.#sealingKey = options.sealingKey;
    this.#randomBytes = options.randomBytes;
    const now = options.clock.wallMicros();
    this.#state = pruneAuth(state, now);
    for (const [hash, { expiresAt }] of [...this.#state.links, ...this.#state.sessions]) {
      this.#deadlines.set(hash, expiresAt - now, options.clock.monotonicMicros());
    }
  }

  get users(): readonly User[] {
    return [...this.#state.users.values()];
  }

  /**
   * Makes the users those of the configuration: who is new is created, who is called or may do
   * something else changes, and who is not in it any more loses every session, link and factor.
   */
  async ensureUsers(users: readonly { id: UserId; name: string; role: Role }[]): Promise<void> {
    const wanted = new Set(users.map(({ id }) => id));
    for (const { id, name, role } of users) {
      const known = this.#state.users.get(id);
      if (known?.name === name && known.role === role) continue;
      await this.#commit('server', { kind: 'auth.user', user: id, name, role });
    }
    for (const id of this.#state.users.keys()) {
      if (!wanted.has(id)) await this.#commit('server', { kind: 'auth.user-removed', user: id });
    }
  }

  /** A link's token: works once, for 15 minutes. */
  async makeLink(user: string, by: string): Promise<Result<{ token: string; expiresAt: Micros }>> {
    const known = this.#state.users.get(user as UserId);
    if (!known) return refuse('unknown-user', `There is no user called "${user.slice(0, 64)}".`);
    const now = this.#clock.wallMicros();
    this.#state = pruneAuth(this.#state, now);
    if (this.#state.links.size >= LINKS_MAX) {
      return refuse('too-many-links', 'Too many login links are open; wait until some have expired.');
    }
    const token = this.#token();
    const expiresAt = (now + LINK_MICROS) as Micros;
    const hash = hashOf(token);
    await this.#commit(by, { kind: 'auth.link', user: known.id, hash, expiresAt });
    this.#deadlines.keep((one) => this.#state.links.has(one) || this.#state.sessions.has(one));
    this.#deadlines.set(hash, LINK_MICROS, this.#clock.monotonicMicros());
    return ok({ token, expiresAt });
  }

  /** What a link's page shows; asking again shows the same. */
  startEnrolment(token: string): Result<Enrolment> {
    const found = this.#linked(token);
    if (!found.ok) return found;
    const { user, hash } = found.value;
    if (user.sealed !== null) {
      return ok({ user: user.id, name: user.name, enrolled: true, secret: null, otpauth: null });
    }
    const secret = this.#offered.get(hash) ?? newSecret(this.#randomBytes);
    this.#offered.set(hash, secret);
    const otpauth = otpauthUri(user.id, secret);
    return ok({ user: user.id, name: user.name, enrolled: false, secret, otpauth });
  }

  /** Proves the link's secret (or the one enrolled before) by a code, uses the link up, signs in. */
  async finishEnrolment(token: string, code: string, address: string): Promise<Result<SignedIn>> {
    const found = this.#linked(token);
    if (!found.ok) return found;
    const { user, hash } = found.value;
    if (user.sealed !== null) {
      const step = this.#checkCode(user, 'login', code, { kind: 'link', link: hash, address });
      if (!step.ok) return step;
      return this.#signIn(user, step.value, [{ kind: 'auth.link-used', hash }]);
    }
    const secret = this.#offered.get(hash);
    if (secret === undefined) return refuse('enrolment-not-started', 'Open the link again.');
    const step = this.#tryCode(user.id, 'login', code, secret, { kind: 'link', link: hash, address });
    if (!step.ok) return step;
    this.#offered.delete(hash);
    const sealed = seal(secret, `totp:${user.id}`, this.#sealingKey, this.#randomBytes(12));
    return this.#signIn(user, step.value, [
      { kind: 'auth.link-used', hash },
      { kind: 'auth.enrolled', user: user.id, sealed },
    ]);
  }

  async login(userId: string, code: string, address: string): Promise<Result<SignedIn>> {
    const user = this.#state.users.get(userId as UserId);
    // The same words whether the user exists, is enrolled, or the code is wrong.
    const step = this.#checkCode(user ?? null, 'login', code, { kind: 'login', user: userId, address });
    if (!step.ok) return step;
    return user ? this.#signIn(user, step.value, []) : wrongCode();
  }

  async logout(cookie: string | null): Promise<void> {
    const identity = this.identify(cookie);
    if (!identity) return;
    await this.#end(identity.sessionKey, identity.user, 'You signed out.');
  }

  /** Who a cookie is; null for none, an unknown, an expired one. Checked on every command. */
  identify(cookie: string | null): Identity | null {
    if (cookie === null || cookie.length > 100) return null;
    const session = this.#state.sessions.get(hashOf(cookie));
    const user = session && this.#state.users.get(session.user);
    if (!session || !user || this.#isOver(session.hash, session.expiresAt)) return null;
    return identityOf(session, user);
  }

  /** Ends the sessions whose 12 hours are over; the owner calls it each second. */
  expire(): void {
    for (const { hash, user, expiresAt } of this.#state.sessions.values()) {
      if (this.#isOver(hash, expiresAt)) void this.#end(hash, user, 'Your session of 12 hours is over.');
    }
  }

  /**
   * Spends a code of `user` for one purpose. For a halt the record runs beside (`durable` is not
   * waited for); what raises risk again waits until the code's use is on disk.
   */
  async spendFactor(user: UserId, purpose: Exclude<Purpose, 'login'>, code: string): Promise<Result<true>> {
    const known = this.#state.users.get(user) ?? null;
    const step = this.#checkCode(known, purpose, code, { kind: 'factor', user });
    if (!step.ok) return step;
    const event: AuthEvent = { kind: 'auth.factor', user, purpose, step: step.value };
    this.#state = applyAuth(this.#state, event);
    if (purpose === 'halt') {
      this.#log.appendNow(entryOf(user, event));
      return ok(true);
    }
    try {
      await this.#log.append(entryOf(user, event));
    } catch {
      return refuse('audit-broken', 'The audit log can’t be written, so nothing that raises risk is done.');
    }
    return ok(true);
  }

  /** The strategy whose key this is; null for a stranger. */
  strategyOf(key: string): StrategyId | null {
    const hash = hashOf(key);
    for (const [strategy, known] of this.#state.strategies) if (sameHash(hash, known)) return strategy;
    return null;
  }

  hasStrategyKey(strategy: StrategyId, key: string): boolean {
    const known = this.#state.strategies.get(strategy);
    return known !== undefined && sameHash(hashOf(key), known);
  }

  /** A new key for a strategy, replacing the one before; shown once, kept as its hash. */
  async makeStrategyKey(strategy: StrategyId): Promise<string> {
    const key = this.#token();
    await this.#commit('server', { kind: 'auth.strategy-key', strategy, hash: hashOf(key) });
    return key;
  }

  /** Told when a session ends, so that its sockets close. */
  onRevoked(listener: (sessionKey: string, sentence: string) => void): Cancel {
    this.#revoked.add(listener);
    return () => void this.#revoked.delete(listener);
  }

  #linked(token: string): Result<{ user: User; hash: string }> {
    const hash = hashOf(token);
    const link = this.#state.links.get(hash);
    const user = link && this.#state.users.get(link.user);
    if (!link || !user || this.#isOver(hash, link.expiresAt)) {
      this.#offered.delete(hash);
      return refuse('link-unknown', 'This link was used, has expired, or never existed. Ask for another.');
    }
    return ok({ user, hash });
  }

  /** By the clock of people or by the one that never steps, whichever ends it first. */
  #isOver(hash: string, expiresAt: Micros): boolean {
    if (expiresAt <= this.#clock.wallMicros()) return true;
    return this.#deadlines.isOver(hash, this.#clock.monotonicMicros());
  }

  /** The step that a user's code matches, if it is theirs, new for this purpose, and not too soon. */
  #checkCode(user: User | null, purpose: Purpose, code: string, door: Door): Result<number> {
    const sealed = user?.sealed ?? null;
    const secret = user && sealed !== null ? unseal(sealed, `totp:${user.id}`, this.#sealingKey) : null;
    return this.#tryCode(user?.id ?? null, purpose, code, secret, door);
  }

  #tryCode(
    user: UserId | null,
    purpose: Purpose,
    code: string,
    secret: string | null,
    door: Door,
  ): Result<number> {
    const used = user === null ? [] : (this.#state.usedSteps.get(stepsKey(user, purpose)) ?? []);
    const step = this.#codes.check({ code, secret, door, used });
    if (user !== null && !step.ok && step.error.code === 'wrong-code') {
      this.#log.appendNow(entryOf(user, { kind: 'auth.refused', user, purpose }));
    }
    return step;
  }

  async #signIn(user: User, step: number, events: readonly AuthEvent[]): Promise<Result<SignedIn>> {
    const cookie = this.#token();
    const signedInAt = this.#clock.wallMicros();
    const expiresAt = (signedInAt + SESSION_MICROS) as Micros;
    const session: Session = { hash: hashOf(cookie), user: user.id, signedInAt, expiresAt };
    const all: AuthEvent[] = [
      ...events,
      { kind: 'auth.factor', user: user.id, purpose: 'login', step },
      { kind: 'auth.session', ...session },
    ];
    // At once, before anything is awaited: the link and the code can't be used twice.
    for (const event of all) this.#state = applyAuth(this.#state, event);
    this.#deadlines.set(session.hash, SESSION_MICROS, this.#clock.monotonicMicros());
    await Promise.all(all.map((event) => this.#record(user.id, event)));
    return ok({ cookie, identity: identityOf(session, user) });
  }

  async #end(sessionKey: string, user: UserId, why: string): Promise<void> {
    const event: AuthEvent = { kind: 'auth.session-ended', user, hash: sessionKey, why };
    this.#state = applyAuth(this.#state, event);
    for (const listener of this.#revoked) listener(sessionKey, why);
    await this.#record(user, event);
  }

  /** Signing in and out goes on without the log (watching and halting do): it spools. */
  async #record(actor: string, event: AuthEvent): Promise<void> {
    const entry = entryOf(actor, event);
    try {
      await this.#log.append(entry);
    } catch {
      this.#log.appendNow(entry);
    }
  }

  async #commit(actor: string, event: AuthEvent): Promise<void> {
    await this.#log.append(entryOf(actor, event));
    this.#state = applyAuth(this.#state, event);
  }

  #token(): string {
    return Buffer.from(this.#randomBytes(32)).toString('base64url');
  }
}
