import type { Factor } from '../../protocol/factors.ts';
import { ok, refuse, type Result } from '../../protocol/result.ts';
import { authorOf } from './author.ts';
import type { AuthBook } from './book.ts';
import { Challenges, type Challenge, type Site } from './challenges.ts';
import type { AuthEvent } from './events.ts';
import type { Factors } from './factors.ts';
import type { PasswordHashing } from './hashing.ts';
import type { Identity } from './identity.ts';
import { checkPassword } from './passwords.ts';
import { newRecoveryCode, RECOVERY_CODES, recoveryHash } from './recovery.ts';
import { seal } from './seal.ts';
import type { Sessions } from './sessions.ts';
import { isEnrolled, type User } from './state.ts';
import { Turns } from './turns.ts';
import { matchStep, newSecret, otpauthUri } from './totp.ts';
import { registrationOptions, siteRefusal, verifyRegistration, wrongPasskey } from './webauthn.ts';

const PASSKEYS_MAX = 10;

export interface AccountParts {
  readonly factors: Factors;
  readonly sessions: Sessions;
  readonly hashing: PasswordHashing;
  readonly sealingKey: Uint8Array;
}

/**
 * A person's own factors. Each change takes a factor bound to it (`{ type: 'account.…' }`), spent when
 * everything else is right; the last way to sign in can't be removed.
 */
export class Account {
  readonly #book: AuthBook;
  readonly #parts: AccountParts;
  readonly #challenges = new Challenges<Challenge>({ perOwner: 4, total: 1000 });
  /** New authenticators' secrets, shown and not yet proven, by session. */
  readonly #offered = new Map<string, string>();
  readonly #turns = new Turns();

  constructor(book: AuthBook, parts: AccountParts) {
    this.#book = book;
    this.#parts = parts;
  }

  /** Ends the person's other sessions: whoever knew the old one is out. */
  async setPassword(identity: Identity, password: string, factor: Factor): Promise<Result<true>> {
    const user = this.#user(identity);
    if (!user) return gone();
    const checked = checkPassword(password, user);
    if (!checked.ok) return checked;
    const hashed = await this.#parts.hashing.hash(checked.value, identity.address);
    if (!hashed.ok) return hashed;
    const spent = await this.#spend(identity, { type: 'account.password' }, factor);
    if (!spent.ok) return spent;
    const done = await this.#change(identity, ({ id }) =>
      ok({ kind: 'auth.password', user: id, sealed: this.#seal(hashed.value, 'password', user) }),
    );
    if (!done.ok) return done;
    await this.#parts.sessions.endAll(
      user.id,
      'Your password was changed.',
      authorOf(identity),
      identity.session,
    );
    return ok(true);
  }

  async startPasskey(
    identity: Identity,
    site: Site,
  ): Promise<Result<{ challenge: string; options: object }>> {
    const user = this.#user(identity);
    if (!user) return gone();
    const refused = siteRefusal(site);
    if (refused) return refused;
    if (user.passkeys.length >= PASSKEYS_MAX)
      return refuse('too-many-passkeys', `You have ${PASSKEYS_MAX} passkeys; remove one first.`);
    const challenge = { id: this.#book.token(), bytes: Buffer.from(this.#book.random(32)), site };
    this.#challenges.keep(identity.session, challenge, this.#mono());
    return ok({ challenge: challenge.id, options: await registrationOptions(user, challenge) });
  }

  async addPasskey(
    identity: Identity,
    made: { readonly challenge: string; readonly attestation: unknown; readonly name: string },
    factor: Factor,
  ): Promise<Result<true>> {
    const user = this.#user(identity);
    const challenge = this.#challenges.peek(made.challenge, identity.session, this.#mono());
    if (!user || !challenge)
      return refuse('challenge-unknown', 'This took too long, or was tried already; start again.');
    const { name } = made;
    const passkey = await verifyRegistration(made.attestation, challenge, { name, now: this.#book.wall() });
    if (!passkey.ok) return passkey;
    const spent = await this.#spend(identity, { type: 'account.passkey-add', name }, factor);
    if (!spent.ok) return spent;
    // A challenge makes one passkey; one whose factor was wrong may be tried again.
    if (!this.#challenges.take(made.challenge, identity.session, this.#mono())) return wrongPasskey();
    return this.#change(identity, ({ id }) => {
      const isTaken = [...this.#book.state.users.values()].some(({ passkeys }) =>
        passkeys.some((one) => one.id === passkey.value.id),
      );
      if (isTaken) return refuse('passkey-known', 'This passkey is registered already.');
      return ok({ kind: 'auth.passkey', user: id, ...passkey.value });
    });
  }

  async removePasskey(identity: Identity, id: string, factor: Factor): Promise<Result<true>> {
    const without = (user: User): User => ({
      ...user,
      passkeys: user.passkeys.filter((one) => one.id !== id),
    });
    const user = this.#user(identity);
    if (!user?.passkeys.some((one) => one.id === id))
      return refuse('unknown-passkey', 'You have no such passkey.');
    if (!isEnrolled(without(user))) return lastFactor();
    const spent = await this.#spend(identity, { type: 'account.passkey-remove', id }, factor);
    if (!spent.ok) return spent;
    return this.#change(identity, (now) =>
      isEnrolled(without(now)) ? ok({ kind: 'auth.passkey-removed', user: now.id, id }) : lastFactor(),
    );
  }

  /** Ten new ones, shown once; the old ones end. */
  async newRecoveryCodes(identity: Identity, factor: Factor): Promise<Result<readonly string[]>> {
    const user = this.#user(identity);
    if (!user) return gone();
    const spent = await this.#spend(identity, { type: 'account.recovery-codes' }, factor);
    if (!spent.ok) return spent;
    const codes = Array.from({ length: RECOVERY_CODES }, () =>
      newRecoveryCode((count) => this.#book.random(count)),
    );
    const hashes = codes.map((code) => recoveryHash(user.id, code, this.#parts.sealingKey));
    const done = await this.#change(identity, ({ id }) =>
      ok({ kind: 'auth.recovery-codes', user: id, hashes }),
    );
    if (!done.ok) return done;
    return ok(codes);
  }

  /** A new authenticator's secret; theirs once a code of it has been given. */
  startTotp(identity: Identity): Result<{ secret: string; otpauth: string }> {
    const user = this.#user(identity);
    if (!user) return gone();
    for (const session of this.#offered.keys())
      if (!this.#book.state.sessions.has(session)) this.#offered.delete(session);
    const secret = this.#offered.get(identity.session) ?? newSecret((count) => this.#book.random(count));
    this.#offered.set(identity.session, secret);
    return ok({ secret, otpauth: otpauthUri(user.id, secret) });
  }

  async setTotp(identity: Identity, code: string, factor: Factor): Promise<Result<true>> {
    const user = this.#user(identity);
    const secret = this.#offered.get(identity.session);
    if (!user || secret === undefined) return refuse('not-started', 'Ask for a new authenticator first.');
    if (matchStep(secret, code, this.#book.wall() / 1_000_000) === null) {
      return refuse('wrong-new-code', 'That is not the new authenticator’s code.');
    }
    const spent = await this.#spend(identity, { type: 'account.totp' }, factor);
    if (!spent.ok) return spent;
    this.#offered.delete(identity.session);
    return this.#change(identity, ({ id }) =>
      ok({ kind: 'auth.totp', user: id, sealed: this.#seal(secret, 'totp', user) }),
    );
  }

  async removeTotp(identity: Identity, factor: Factor): Promise<Result<true>> {
    const user = this.#user(identity);
    if (!user || user.totp === null) return refuse('no-totp', 'You have no authenticator.');
    if (user.passkeys.length === 0) return lastFactor();
    const spent = await this.#spend(identity, { type: 'account.totp-remove' }, factor);
    if (!spent.ok) return spent;
    return this.#change(identity, ({ id, passkeys }) =>
      passkeys.length > 0 ? ok({ kind: 'auth.totp-removed', user: id }) : lastFactor(),
    );
  }

  /** On disk, then in force; decided on things as they are then, for somebody who is signed in still. */
  #change(identity: Identity, decide: (user: User) => Result<AuthEvent>): Promise<Result<true>> {
    return this.#turns.take(async () => {
      const user = this.#user(identity);
      if (!user || this.#parts.sessions.userOf(identity.session) === null) return gone();
      const event = decide(user);
      if (!event.ok) return event;
      await this.#book.commit(authorOf(identity), event.value);
      return ok(true);
    });
  }

  #spend(identity: Identity, action: object, factor: Factor): ReturnType<Factors['spend']> {
    return this.#parts.factors.spend(identity, action, factor, 'account');
  }

  #seal(text: string, what: 'password' | 'totp', { id }: User): string {
    return seal(text, `${what}:${id}`, this.#parts.sealingKey, this.#book.random(12));
  }

  #user({ user }: Identity): User | null {
    return this.#book.state.users.get(user) ?? null;
  }

  #mono(): number {
    return this.#book.clock.monotonicMicros();
  }
}

function lastFactor(): Result<never> {
  return refuse('last-factor', 'This is your last way to sign in; add another first.');
}
function gone(): Result<never> {
  return refuse('session-over', 'Your session is over; sign in again.');
}
