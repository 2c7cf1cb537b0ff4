import type { Assertion, Factor } from '../../protocol/factors.ts';
import { ok, refuse, type Result } from '../../protocol/result.ts';
import type { UserId } from '../../protocol/units.ts';
import type { Author } from './author.ts';
import type { AuthBook, Happened } from './book.ts';
import { Challenges, type Challenge, type Site } from './challenges.ts';
import type { Factors, FactorUse } from './factors.ts';
import type { PasswordHashing } from './hashing.ts';
import type { SignedIn } from './identity.ts';
import { unseal } from './seal.ts';
import type { Sessions } from './sessions.ts';
import type { Passkey, User } from './state.ts';
import { tooManyAttempts, type Door, type Throttle } from './throttle.ts';
import { signingOptions, siteRefusal, wrongPasskey } from './webauthn.ts';

/** Where a request came from. */
export interface Origin {
  readonly address: string;
  readonly device: string;
}

export interface Credentials {
  readonly user: string;
  readonly password: string;
  readonly factor: Exclude<Factor, { kind: 'passkey' }>;
}

/** The hash of random bytes that nobody kept, at our cost: what a stranger's password is compared with. */
const NOBODYS =
  '$argon2id$v=19$m=19456,t=2,p=1$KDEfNyRNfNsArre/El0zSA$6+0yFrC+G/6u8H1R4WdyaadoRervXU0QtYTh0dejoLo';

/**
 * Signing in: a password and a code, or a passkey alone. A stranger, somebody without a password and
 * a wrong word are told the same after the same work.
 */
export class SignIn {
  readonly #book: AuthBook;
  readonly #factors: Factors;
  readonly #sessions: Sessions;
  readonly #throttle: Throttle;
  readonly #hashing: PasswordHashing;
  readonly #sealingKey: Uint8Array;
  readonly #challenges = new Challenges<Challenge>({ perOwner: 20, total: 2000 });

  constructor(
    book: AuthBook,
    parts: {
      readonly factors: Factors;
      readonly sessions: Sessions;
      readonly throttle: Throttle;
      readonly hashing: PasswordHashing;
      readonly sealingKey: Uint8Array;
    },
  ) {
    this.#book = book;
    this.#factors = parts.factors;
    this.#sessions = parts.sessions;
    this.#throttle = parts.throttle;
    this.#hashing = parts.hashing;
    this.#sealingKey = parts.sealingKey;
  }

  async byPassword({ user: name, password, factor }: Credentials, from: Origin): Promise<Result<SignedIn>> {
    const door: Door = { kind: 'login', user: name, address: from.address };
    const waitMs = this.#throttle.waitMs(door, this.#mono());
    if (waitMs > 0) return tooManyAttempts(waitMs);
    this.#throttle.begun(door, this.#mono());
    const hash = this.#hashOf(this.#user(name)) ?? NOBODYS;
    const judged = await this.#hashing.verify(hash, password, from.address);
    if (!judged.ok) {
      this.#throttle.wasNotHeard(door);
      return judged;
    }
    // As things are now: the hashing took its time.
    const user = this.#user(name);
    const isRight = judged.value && this.#hashOf(user) === hash;
    const use = this.#factors.judgeCode(user, 'login', factor);
    if (isRight && !use.ok && use.error.code === 'code-used') {
      this.#throttle.wasNotHeard(door);
      return use;
    }
    if (!user || !isRight || !use.ok) {
      this.#throttle.wasWrong(door, this.#mono());
      this.#refused(user, 'wrong-sign-in', from);
      return refuse('wrong-sign-in', 'The name, the password or the code is not right.');
    }
    this.#throttle.succeeded(door);
    return ok(await this.enter(user, use.value, from, []));
  }

  /** A question for whichever passkey the person's device holds for us. */
  async startPasskey(site: Site, from: Origin): Promise<Result<{ challenge: string; options: object }>> {
    const refused = siteRefusal(site);
    if (refused) return refused;
    const challenge = { id: this.#book.token(), bytes: Buffer.from(this.#book.random(32)), site };
    this.#challenges.keep(from.address, challenge, this.#mono());
    return ok({ challenge: challenge.id, options: await signingOptions([], challenge) });
  }

  async byPasskey(challengeId: string, assertion: Assertion, from: Origin): Promise<Result<SignedIn>> {
    const door: Door = { kind: 'passkey', address: from.address };
    const waitMs = this.#throttle.waitMs(door, this.#mono());
    if (waitMs > 0) return tooManyAttempts(waitMs);
    const challenge = this.#challenges.take(challengeId, null, this.#mono());
    if (!challenge)
      return refuse('challenge-unknown', 'This took too long, or was tried already; start again.');
    const owner = this.#ownerOf(assertion);
    const use = owner
      ? await this.#factors.judgeAssertion(owner.user, owner.passkey, challenge, assertion)
      : wrongPasskey();
    const user = owner ? this.#user(owner.user.id) : null;
    if (!use.ok || !user) {
      this.#throttle.failed(door, this.#mono());
      this.#refused(user, use.ok ? 'unknown-user' : use.error.code, from);
      return use.ok ? wrongPasskey() : use;
    }
    this.#throttle.succeeded(door);
    return ok(await this.enter(user, use.value, from, []));
  }

  /** Opens the session of somebody whose factors were right, with what led to it. */
  enter(user: User, use: FactorUse, from: Origin, before: readonly Happened[]): Promise<SignedIn> {
    const author: Author = {
      actor: user.id,
      by: { session: null, role: user.role, address: from.address },
      factor: use.factor,
    };
    const event = this.#factors.useEvent(user.id, use, { purpose: 'login', session: null, action: null });
    const { address, device } = from;
    const wanted = { user: user.id, wall: null, device, address, factor: use.factor };
    return this.#sessions.open(wanted, author, [...before, { author, event }]);
  }

  /** Whose passkey answers, by its id; the handle it carries must be theirs too. */
  #ownerOf({ id, response }: Assertion): { user: User; passkey: Passkey } | null {
    const handle = response.userHandle;
    for (const user of this.#book.state.users.values()) {
      const passkey = user.passkeys.find((one) => one.id === id);
      if (!passkey) continue;
      const isTheirs = handle === undefined || Buffer.from(handle, 'base64url').toString() === user.id;
      return isTheirs ? { user, passkey } : null;
    }
    return null;
  }

  #hashOf(user: User | null): string | null {
    const sealed = user?.password ?? null;
    return user && sealed !== null ? unseal(sealed, `password:${user.id}`, this.#sealingKey) : null;
  }

  #user(name: string): User | null {
    return this.#book.state.users.get(name as UserId) ?? null;
  }

  #refused(user: User | null, why: string, { address }: Origin): void {
    if (!user) return;
    const author: Author = { actor: user.id, by: { session: null, role: null, address } };
    this.#book.recordBeside(author, { kind: 'auth.refused', user: user.id, purpose: 'login', why });
  }

  #mono(): number {
    return this.#book.clock.monotonicMicros();
  }
}
