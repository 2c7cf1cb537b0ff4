import { ok, refuse, type Result } from '../../protocol/result.ts';
import type { Role, SessionView } from '../../protocol/session.ts';
import type { Micros, StrategyId, UserId } from '../../protocol/units.ts';
import type { AuditEntry } from '../audit/record.ts';
import type { Cancel, Clock } from '../clock.ts';
import { hashOf, sameHash, seal, unseal } from './seal.ts';
import {
  applyAuth,
  authEventSchema,
  emptyAuth,
  pruneAuth,
  stepsKey,
  type AuthEvent,
  type AuthState,
  type Purpose,
  type Session,
  type User,
} from './state.ts';
import { Throttle } from './throttle.ts';
import { matchStep, newSecret, otpauthUri } from './totp.ts';

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

/** Somebody signed in, as the server knows them. `sessionKey` is the cookie's hash, never the cookie. */
export interface Identity {
  readonly sessionKey: string;
  readonly user: UserId;
  readonly role: Role;
  readonly view: SessionView;
}

export interface SignedIn {
  /** The cookie's value; only its hash is kept. */
  readonly cookie: string;
  readonly identity: Identity;
}

export interface Enrolment {
  readonly user: UserId;
  readonly name: string;
  readonly enrolled: boolean;
  /** What the authenticator app needs; null for somebody who has it already. */
  readonly secret: string | null;
  readonly otpauth: string | null;
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
  readonly #throttle = new Throttle();
  readonly #revoked = new Set<(sessionKey: string, sentence: string) => void>();
  /** Secrets shown and not yet proven by a code, by link: they become the user's only then. */
  readonly #offered = new Map<string, string>();
  #state: AuthState;

  constructor(options: AuthOptions, state: AuthState = emptyAuth) {
    this.#clock = options.clock;
    this.#log = options.log;
    this.#sealingKey = options.sealingKey;
    this.#randomBytes = options.randomBytes;
    this.#state = pruneAuth(state, options.clock.wallMicros());
  }

  get users(): readonly User[] {
    return [...this.#state.users.values()];
  }

  /** Creates those who are not there yet; who is, keeps what the log says. */
  async ensureUsers(users: readonly { id: UserId; name: string; role: Role }[]): Promise<void> {
    for (const { id, name, role } of users) {
      if (this.#state.users.has(id)) continue;
      await this.#commit('server', { kind: 'auth.user', user: id, name, role });
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
    await this.#commit(by, { kind: 'auth.link', user: known.id, hash: hashOf(token), expiresAt });
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
      const step = this.#checkCode(user, 'login', code, address);
      if (!step.ok) return step;
      return this.#signIn(user, step.value, [{ kind: 'auth.link-used', hash }]);
    }
    const secret = this.#offered.get(hash);
    if (secret === undefined) return refuse('enrolment-not-started', 'Open the link again.');
    const step = this.#tryCode(user.id, 'login', code, secret, address);
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
    const step = this.#checkCode(user ?? null, 'login', code, address, userId);
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
    if (!session || !user || session.expiresAt <= this.#clock.wallMicros()) return null;
    return identityOf(session, user);
  }

  /** Ends the sessions whose 12 hours are over; the owner calls it each second. */
  expire(): void {
    const now = this.#clock.wallMicros();
    for (const session of this.#state.sessions.values()) {
      if (session.expiresAt <= now)
        void this.#end(session.hash, session.user, 'Your session of 12 hours is over.');
    }
  }

  /**
   * Spends a code of `user` for one purpose. For a halt the record runs beside (`durable` is not
   * waited for); what raises risk again waits until the code's use is on disk.
   */
  async spendFactor(user: UserId, purpose: Exclude<Purpose, 'login'>, code: string): Promise<Result<true>> {
    const step = this.#checkCode(this.#state.users.get(user) ?? null, purpose, code, null);
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
    if (!link || !user || link.expiresAt <= this.#clock.wallMicros()) {
      this.#offered.delete(hash);
      return refuse('link-unknown', 'This link was used, has expired, or never existed. Ask for another.');
    }
    return ok({ user, hash });
  }

  /** The step that a user's code matches, if it is theirs, new for this purpose, and not too soon. */
  #checkCode(
    user: User | null,
    purpose: Purpose,
    code: string,
    address: string | null,
    asked = user?.id ?? '',
  ): Result<number> {
    const sealed = user?.sealed ?? null;
    const secret = user && sealed !== null ? unseal(sealed, `totp:${user.id}`, this.#sealingKey) : null;
    return this.#tryCode(asked as UserId, purpose, code, secret, address);
  }

  #tryCode(
    user: UserId,
    purpose: Purpose,
    code: string,
    secret: string | null,
    address: string | null,
  ): Result<number> {
    const now = this.#clock.monotonicMicros();
    const account = purpose === 'login' ? `login:${user}` : `factor:${user}`;
    const keys = address === null ? [account] : [account, `address:${address}`];
    const waitMs = Math.max(...keys.map((key) => this.#throttle.waitMs(key, now)));
    if (waitMs > 0) {
      const seconds = Math.ceil(waitMs / 1000);
      return refuse('too-many-attempts', `Too many wrong codes: the next is heard in ${seconds} s.`);
    }
    const step = secret === null ? null : matchStep(secret, code, this.#clock.wallMicros() / 1_000_000);
    if (step === null) {
      for (const key of keys) this.#throttle.failed(key, now);
      const known = this.#state.users.has(user);
      if (known) this.#log.appendNow(entryOf(user, { kind: 'auth.refused', user, purpose }));
      return wrongCode();
    }
    if (this.#state.usedSteps.get(stepsKey(user, purpose))?.includes(step)) {
      return refuse('code-used', 'This code was used already; wait for the next one (30 s).');
    }
    for (const key of keys) this.#throttle.succeeded(key);
    return ok(step);
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

/** Folds one record of the log, if it is identity's. */
export function foldAuth(
  state: AuthState,
  record: { readonly action: string; readonly details: object },
): AuthState {
  if (!record.action.startsWith('auth.')) return state;
  const event = authEventSchema.safeParse({ ...record.details, kind: record.action });
  return event.success ? applyAuth(state, event.data) : state;
}

function entryOf(actor: string, { kind, ...details }: AuthEvent): AuditEntry {
  const scope =
    'user' in details
      ? `user:${details.user}`
      : 'strategy' in details
        ? `strategy:${details.strategy}`
        : 'link';
  return { actor, action: kind, scope, details };
}

function identityOf(session: Session, user: User): Identity {
  const { signedInAt, expiresAt } = session;
  const view = { user: user.id, name: user.name, role: user.role, signedInAt, expiresAt };
  return { sessionKey: session.hash, user: user.id, role: user.role, view };
}

function wrongCode(): Result<never> {
  return refuse('wrong-code', 'That code is not right. Codes change every 30 seconds.');
}
