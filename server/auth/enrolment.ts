import { ensureNever } from '../../protocol/assert.ts';
import type { Assertion } from '../../protocol/factors.ts';
import { ok, refuse, type Result } from '../../protocol/result.ts';
import type { EnrolmentView } from '../../protocol/session.ts';
import type { Author } from './author.ts';
import type { AuthBook, Happened } from './book.ts';
import { Challenges, type Challenge, type Site } from './challenges.ts';
import type { AuthEvent } from './events.ts';
import { wrongCode, type Factors, type FactorUse } from './factors.ts';
import type { PasswordHashing } from './hashing.ts';
import type { SignedIn } from './identity.ts';
import { linkUnknown, type Links } from './links.ts';
import { checkPassword } from './passwords.ts';
import { newRecoveryCode, RECOVERY_CODES, recoveryHash } from './recovery.ts';
import { seal } from './seal.ts';
import type { Sessions } from './sessions.ts';
import type { Origin, SignIn } from './sign-in.ts';
import { isEnrolled, type Link, type User } from './state.ts';
import { tooManyAttempts, type Door, type Throttle } from './throttle.ts';
import { matchStep, newSecret, otpauthUri } from './totp.ts';
import {
  registrationOptions,
  signingOptions,
  siteRefusal,
  verifyRegistration,
  wrongPasskey,
} from './webauthn.ts';

/** How somebody with a link proves that it is them from now on, or that it is them still. */
export type EnrolmentMethod =
  | { readonly kind: 'totp'; readonly password: string; readonly code: string }
  | {
      readonly kind: 'passkey';
      readonly challenge: string;
      readonly attestation: unknown;
      readonly name: string;
    }
  | { readonly kind: 'code'; readonly code: string }
  | { readonly kind: 'passkey-sign-in'; readonly challenge: string; readonly assertion: Assertion };

export interface Enrolled extends SignedIn {
  /** Ten, shown once; none for somebody who had enrolled before. */
  readonly recoveryCodes: readonly string[];
}

interface Linked {
  readonly link: Link;
  readonly user: User;
  /** Whether the link makes factors, or asks for those that are there. */
  readonly isNew: boolean;
}

export interface EnrolmentParts {
  readonly links: Links;
  readonly factors: Factors;
  readonly sessions: Sessions;
  readonly signIn: SignIn;
  readonly throttle: Throttle;
  readonly hashing: PasswordHashing;
  readonly sealingKey: Uint8Array;
}

/** What a one-time link does: makes somebody's factors (or replaces them), or signs them in. */
export class Enrolment {
  readonly #book: AuthBook;
  readonly #parts: EnrolmentParts;
  /** Secrets shown and not yet proven by a code, by link: they become the user's only then. */
  readonly #offered = new Map<string, string>();
  readonly #challenges = new Challenges<Challenge>({ perOwner: 4, total: 400 });

  constructor(book: AuthBook, parts: EnrolmentParts) {
    this.#book = book;
    this.#parts = parts;
  }

  /** What a link's page shows; asking again shows the same. */
  start(token: string): Result<EnrolmentView> {
    const found = this.#linked(token);
    if (!found) return linkUnknown();
    const { link, user, isNew } = found;
    const shown = { ok: true as const, user: user.id, name: user.name };
    if (!isNew) {
      const methods: ('code' | 'passkey')[] = user.totp === null ? [] : ['code'];
      if (user.passkeys.length > 0) methods.push('passkey');
      return ok({ ...shown, enrolled: true, methods, secret: null, otpauth: null });
    }
    for (const hash of this.#offered.keys())
      if (!this.#book.state.links.has(hash)) this.#offered.delete(hash);
    const secret = this.#offered.get(link.hash) ?? newSecret((count) => this.#book.random(count));
    this.#offered.set(link.hash, secret);
    const reset = link.use === 'reset';
    return ok({ ...shown, enrolled: false, reset, secret, otpauth: otpauthUri(user.id, secret) });
  }

  /** A question for an authenticator: to make a passkey, or to sign in with one that is there. */
  async startPasskey(token: string, site: Site): Promise<Result<{ challenge: string; options: object }>> {
    const found = this.#linked(token);
    if (!found) return linkUnknown();
    const refused = siteRefusal(site);
    if (refused) return refused;
    const { link, user, isNew } = found;
    const challenge = { id: this.#book.token(), bytes: Buffer.from(this.#book.random(32)), site };
    this.#challenges.keep(link.hash, challenge, this.#mono());
    const options = isNew
      ? await registrationOptions({ ...user, passkeys: [] }, challenge)
      : await signingOptions(user.passkeys, challenge);
    return ok({ challenge: challenge.id, options });
  }

  /** Proves what the person chose, uses the link up, signs in. */
  async finish(token: string, method: EnrolmentMethod, from: Origin): Promise<Result<Enrolled>> {
    const found = this.#linked(token);
    if (!found) return linkUnknown();
    const door: Door = { kind: 'link', link: found.link.hash, address: from.address };
    const waitMs = this.#parts.throttle.waitMs(door, this.#mono());
    if (waitMs > 0) return tooManyAttempts(waitMs);
    const proven = await this.#prove(found, method, from);
    if (!proven.ok) {
      if (WRONG.has(proven.error.code)) {
        this.#parts.throttle.failed(door, this.#mono());
        this.#refused(found.user, proven.error.code, from);
      }
      return proven;
    }
    // As things are now: somebody else may have used the link while a password was hashed.
    const now = this.#linked(token);
    if (!now || now.isNew !== found.isNew) return linkUnknown();
    this.#parts.throttle.succeeded(door);
    this.#offered.delete(now.link.hash);
    return ok(await this.#enter(now, proven.value, from));
  }

  async #prove(
    { link, user, isNew }: Linked,
    method: EnrolmentMethod,
    from: Origin,
  ): Promise<Result<Proven>> {
    if (isNew !== (method.kind === 'totp' || method.kind === 'passkey')) {
      return refuse(
        'wrong-method',
        isNew ? 'Choose a password or a passkey first.' : 'You have enrolled already: sign in.',
      );
    }
    const { factors, hashing, sealingKey } = this.#parts;
    switch (method.kind) {
      case 'totp': {
        const password = checkPassword(method.password, user);
        if (!password.ok) return password;
        const secret = this.#offered.get(link.hash);
        if (secret === undefined) return refuse('enrolment-not-started', 'Open the link again.');
        // A code of a secret that nobody had before was never used, whatever the old one's were.
        const step = matchStep(secret, method.code, this.#book.wall() / 1_000_000);
        if (step === null) return wrongCode();
        const hashed = await hashing.hash(password.value, from.address);
        if (!hashed.ok) return hashed;
        const sealOf = (text: string, what: string): string =>
          seal(text, `${what}:${user.id}`, sealingKey, this.#book.random(12));
        const made: AuthEvent[] = [
          { kind: 'auth.password', user: user.id, sealed: sealOf(hashed.value, 'password') },
          { kind: 'auth.totp', user: user.id, sealed: sealOf(secret, 'totp') },
        ];
        return ok({ use: { factor: 'totp', step }, made });
      }
      case 'passkey': {
        const challenge = this.#challenges.take(method.challenge, link.hash, this.#mono());
        if (!challenge) return challengeUnknown();
        const more = { name: method.name, now: this.#book.wall() };
        const passkey = await verifyRegistration(method.attestation, challenge, more);
        if (!passkey.ok) return passkey;
        const isTaken = [...this.#book.state.users.values()].some(
          (one) => one.id !== user.id && one.passkeys.some(({ id }) => id === passkey.value.id),
        );
        if (isTaken) return wrongPasskey();
        return ok({
          use: { factor: 'passkey' },
          made: [{ kind: 'auth.passkey', user: user.id, ...passkey.value }],
        });
      }
      case 'code': {
        const use = factors.judgeCode(user, 'login', { kind: 'totp', code: method.code });
        return use.ok ? ok({ use: use.value, made: [] }) : use;
      }
      case 'passkey-sign-in': {
        const challenge = this.#challenges.take(method.challenge, link.hash, this.#mono());
        if (!challenge) return challengeUnknown();
        const passkey = user.passkeys.find(({ id }) => id === method.assertion.id);
        if (!passkey) return wrongPasskey();
        const use = await factors.judgeAssertion(user, passkey, challenge, method.assertion);
        return use.ok ? ok({ use: use.value, made: [] }) : use;
      }
      default:
        return ensureNever(method);
    }
  }

  async #enter({ link, user, isNew }: Linked, { use, made }: Proven, from: Origin): Promise<Enrolled> {
    const author: Author = { actor: user.id, by: { session: null, role: user.role, address: from.address } };
    const events: AuthEvent[] = [{ kind: 'auth.link-used', hash: link.hash }];
    let recoveryCodes: string[] = [];
    let ended: Promise<void> | null = null;
    if (isNew) {
      if (link.use === 'reset') {
        ended = this.#parts.sessions.endAll(
          user.id,
          'Your factors were replaced by a one-time link.',
          author,
        );
      }
      recoveryCodes = Array.from({ length: RECOVERY_CODES }, () =>
        newRecoveryCode((count) => this.#book.random(count)),
      );
      const hashes = recoveryCodes.map((code) => recoveryHash(user.id, code, this.#parts.sealingKey));
      // Another link of theirs, a reset link above all, would replace again what was just made.
      for (const { hash, user: whose } of this.#book.state.links.values()) {
        if (whose === user.id && hash !== link.hash) events.push({ kind: 'auth.link-used', hash });
      }
      // Nothing of before stays, also of somebody who was half enrolled.
      events.push({ kind: 'auth.factors-reset', user: user.id }, ...made);
      events.push({ kind: 'auth.recovery-codes', user: user.id, hashes });
    }
    const before: Happened[] = events.map((event) => ({ author, event }));
    const [signedIn] = await Promise.all([this.#parts.signIn.enter(user, use, from, before), ended]);
    return { ...signedIn, recoveryCodes };
  }

  #linked(token: string): Linked | null {
    const link = this.#parts.links.find(token);
    const user = link && this.#book.state.users.get(link.user);
    if (!link || !user || link.use === 'wall') return null;
    return { link, user, isNew: link.use === 'reset' || !isEnrolled(user) };
  }

  #refused(user: User, why: string, { address }: Origin): void {
    const author: Author = { actor: user.id, by: { session: null, role: null, address } };
    this.#book.recordBeside(author, { kind: 'auth.refused', user: user.id, purpose: 'login', why });
  }

  #mono(): number {
    return this.#book.clock.monotonicMicros();
  }
}

interface Proven {
  readonly use: FactorUse;
  /** The factors that were made. */
  readonly made: readonly AuthEvent[];
}

/** What counts as a guess. */
const WRONG: ReadonlySet<string> = new Set(['wrong-code', 'wrong-passkey', 'passkey-copied']);

function challengeUnknown(): Result<never> {
  return refuse('challenge-unknown', 'This took too long, or was tried already; start again.');
}
