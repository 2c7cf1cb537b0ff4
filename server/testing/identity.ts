import { createHash } from 'node:crypto';
import type { Factor, LenientFactor } from '../../protocol/factors.ts';
import type { Result } from '../../protocol/result.ts';
import type { UserId } from '../../protocol/units.ts';
import type { AuditEntry } from '../audit/record.ts';
import { Auth } from '../auth/auth.ts';
import { foldAuth } from '../auth/entries.ts';
import type { Purpose } from '../auth/events.ts';
import type { Identity, SignedIn, Spent } from '../auth/identity.ts';
import { emptyAuth, type AuthState } from '../auth/state.ts';
import { codeAt } from '../auth/totp.ts';
import { ManualClock } from './manual-clock.ts';
import { QuickHashing } from './quick-hashing.ts';
import { identityAs } from './session-view.ts';

export const operator = 'operator' as UserId;
export const second = 'second' as UserId;
export const admin = 'admin' as UserId;
export const sealingKey = Buffer.alloc(32, 7);
export const PASSWORD = 'violet tram under nine bridges';
export const USERS = [
  { id: operator, name: 'Olga Perez', role: 'trader' },
  { id: second, name: 'Stan Cho', role: 'risk-manager' },
  { id: admin, name: 'Ada Minster', role: 'administrator' },
] as const;
export const HOST = { actor: 'host' } as const;

export interface EnrolledPerson {
  readonly secret: string;
  readonly cookie: string;
  readonly recoveryCodes: readonly string[];
}

/** Identity on a clock and a log of the test's own. */
export class TestIdentity {
  readonly clock = new ManualClock();
  readonly hashing = new QuickHashing();
  readonly entries: AuditEntry[] = [];
  broken = false;
  /** Resolves when what was appended is on disk; a test may hold it up. */
  disk: Promise<void> = Promise.resolve();
  #seed = 0;
  readonly #options = {
    clock: this.clock,
    sealingKey,
    hashing: this.hashing,
    randomBytes: (count: number) =>
      createHash('shake256', { outputLength: count }).update(String(this.#seed++)).digest(),
    log: {
      append: (entry: AuditEntry) => {
        if (this.broken) return Promise.reject(new Error('broken'));
        this.#keep(entry);
        return this.disk;
      },
      appendNow: (entry: AuditEntry) => this.#keep(entry),
    },
  };
  auth = new Auth(this.#options);

  static async open(): Promise<TestIdentity> {
    const desk = new TestIdentity();
    await desk.auth.directory.seed(USERS);
    return desk;
  }

  /** As the log keeps it: what JSON can say. */
  #keep(entry: AuditEntry): void {
    this.entries.push(JSON.parse(JSON.stringify(entry)) as AuditEntry);
  }

  /** What the log says, and nothing else. */
  state(): AuthState {
    return this.entries.reduce(foldAuth, emptyAuth);
  }

  /** What a restart knows: the fold of the log. */
  restart(state = this.state()): void {
    this.auth = new Auth(this.#options, state);
  }

  code(secret: string, steps = 0): string {
    return codeAt(secret, this.clock.wallMicros() / 1e6 + steps * 30);
  }

  /** A factor of `user`'s, given for an action of that purpose inside a session of theirs. */
  spend(user: UserId, purpose: Exclude<Purpose, 'login'>, code: string): Promise<Result<Spent>> {
    return this.give(identityAs('trader', { user }), { kind: 'totp', code }, purpose);
  }

  give(who: Identity, factor: LenientFactor, purpose: Exclude<Purpose, 'login'>): Promise<Result<Spent>> {
    return this.auth.spend(who, { type: `test.${purpose}` }, factor, purpose);
  }

  async link(user: UserId, how = { reset: false }): Promise<string> {
    return value(await this.auth.links.make(user, HOST, how)).token;
  }

  /** By a password and an authenticator. */
  async enrol(user: UserId): Promise<EnrolledPerson> {
    const token = await this.link(user);
    const secret = value(this.auth.enrolment.start(token)).secret ?? '';
    const method = { kind: 'totp', password: PASSWORD, code: this.code(secret) } as const;
    const { cookie, recoveryCodes } = value(
      await this.auth.enrolment.finish(token, method, from('127.0.0.1')),
    );
    return { secret, cookie, recoveryCodes };
  }

  login(user: string, code: string, address = 'a', password = PASSWORD): Promise<Result<SignedIn>> {
    return this.enter(user, { kind: 'totp', code }, address, password);
  }

  enter(
    user: string,
    factor: Exclude<Factor, { kind: 'passkey' }>,
    address = 'a',
    password = PASSWORD,
  ): Promise<Result<SignedIn>> {
    return this.auth.signIn.byPassword({ user, password, factor }, from(address));
  }

  who(cookie: string): Identity {
    const identity = this.auth.identify(cookie);
    if (!identity) throw new Error('nobody is signed in by this cookie');
    return identity;
  }
}

export const from = (address: string): { address: string; device: string } => ({ address, device: 'Test 1' });

export function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.error.sentence);
  return result.value;
}

export const codeOf = (result: Result<unknown>): string => (result.ok ? 'ok' : result.error.code);
