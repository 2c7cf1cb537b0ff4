import type { Factor, FactorKind, LenientFactor } from '../../protocol/factors.ts';
import { ok, refuse, type Result } from '../../protocol/result.ts';
import type { Micros, UserId } from '../../protocol/units.ts';
import { actionHash, challengeOf, sameAction, type Statement } from './action.ts';
import { authorOf } from './author.ts';
import type { AuthBook } from './book.ts';
import { CHALLENGE_MICROS, Challenges, type Challenge, type Site } from './challenges.ts';
import { lowersRisk, type AuthEventOf, type Purpose } from './events.ts';
import type { Identity, Spent } from './identity.ts';
import { recoveryHash } from './recovery.ts';
import { unseal } from './seal.ts';
import type { Sessions } from './sessions.ts';
import { stepsKey, type Passkey, type User } from './state.ts';
import type { StoredAssertion } from './stored-assertion.ts';
import { tooManyAttempts, type Door, type Throttle } from './throttle.ts';
import { matchStep, nextCodeIn } from './totp.ts';
import { counterRegressed, signingOptions, siteRefusal, verifySigning, wrongPasskey } from './webauthn.ts';

/** A challenge for one action of one person. */
interface ActionChallenge extends Challenge {
  readonly statement: Statement;
}

/** What using a factor changes, without who, when and for what. */
export type FactorUse = Partial<Pick<AuthEventOf<'auth.factor'>, 'step' | 'recovery' | 'passkey'>> & {
  readonly factor: FactorKind;
};

/** A code typed, or the passkey's answer to a challenge of this session. */
type CodeFactor = Exclude<Factor, { kind: 'passkey' }>;

/**
 * Whether a factor is right, and its use: every code once for each purpose, every recovery code and
 * challenge once, a passkey's counter only upwards. What it is given for is bound in.
 */
export class Factors {
  readonly #book: AuthBook;
  readonly #sealingKey: Uint8Array;
  readonly #sessions: Sessions;
  readonly #throttle: Throttle;
  readonly #challenges = new Challenges<ActionChallenge>({ perOwner: 8, total: 2000 });

  constructor(
    book: AuthBook,
    parts: { readonly sealingKey: Uint8Array; readonly sessions: Sessions; readonly throttle: Throttle },
  ) {
    this.#book = book;
    this.#sealingKey = parts.sealingKey;
    this.#sessions = parts.sessions;
    this.#throttle = parts.throttle;
  }

  /** A question for this person's passkeys: good for exactly this action, once, for two minutes. */
  async challenge(
    identity: Identity,
    action: object,
    site: Site,
  ): Promise<Result<{ challenge: string; options: object }>> {
    const user = this.#book.state.users.get(identity.user);
    const refused = siteRefusal(site);
    if (refused) return refused;
    const passkeys = user?.passkeys.filter(({ rpId }) => rpId === site.rpId) ?? [];
    if (!user || passkeys.length === 0) return refuse('no-passkey', 'You have no passkey here; give a code.');
    const nonce = this.#book.token();
    const expiry = (this.#book.wall() + CHALLENGE_MICROS) as Micros;
    const statement: Statement = { action, nonce, expiry, user: user.id };
    const challenge = { id: this.#book.token(), bytes: challengeOf(statement), site, statement };
    this.#challenges.keep(identity.session, challenge, this.#mono());
    return ok({ challenge: challenge.id, options: await signingOptions(passkeys, challenge) });
  }

  /**
   * Spends one factor on one action. For what lowers risk its record runs beside and nothing is waited
   * for but the factor itself; what raises risk waits until the use is on disk.
   */
  async spend(
    identity: Identity,
    action: object,
    factor: LenientFactor,
    purpose: Exclude<Purpose, 'login'>,
  ): Promise<Result<Spent>> {
    if (identity.view.kind === 'wall') return refuse('not-allowed', 'A wall display only watches.');
    const wasSignedIn = this.#sessions.userOf(identity.session) !== null;
    if (factor.kind === 'session') return this.#recent(identity, purpose);
    const lowers = lowersRisk(purpose);
    const door: Door = { kind: 'factor', user: identity.user, lane: lowers ? purpose : 'factor' };
    const waitMs = this.#throttle.waitMs(door, this.#mono());
    if (waitMs > 0) return tooManyAttempts(waitMs);
    const judged =
      factor.kind === 'passkey'
        ? await this.#judgePasskey(identity, action, factor)
        : withoutAssertion(
            this.judgeCode(this.#book.state.users.get(identity.user) ?? null, purpose, factor),
          );
    if (!judged.ok) {
      if (judged.error.code !== 'code-used') this.#refused(identity, purpose, judged.error.code, door);
      return judged;
    }
    this.#throttle.succeeded(door);
    const { use, assertion } = judged.value;
    const spent: Spent = { kind: use.factor, ...(assertion ? { assertion: { ...assertion } } : {}) };
    const event = this.useEvent(identity.user, use, {
      purpose,
      session: identity.session,
      action: actionHash(action),
    });
    // Whoever carries the action out puts the signature into its record; these have no other record.
    const keeps = purpose === 'account' || purpose === 'renew';
    const author = authorOf(identity, { spent: keeps ? spent : { kind: spent.kind } });
    this.#sessions.factorGiven(identity.session);
    if (lowers) {
      this.#book.recordBeside(author, event);
      return ok(spent);
    }
    try {
      await this.#book.recordStrictly(author, event);
    } catch {
      return refuse('audit-broken', 'The audit log can’t be written, so nothing that raises risk is done.');
    }
    // As things are now: a passkey and the disk took their time, and a session ended meanwhile (revoked,
    // its user removed or given another role) raises no risk any more.
    if (wasSignedIn && this.#sessions.userOf(identity.session) === null) {
      return refuse('session-over', 'Your session ended meanwhile; nothing was done.');
    }
    return ok(spent);
  }

  /** Whether a code is this person's and new. The same words for somebody who does not exist. */
  judgeCode(user: User | null, purpose: Purpose, factor: CodeFactor): Result<FactorUse> {
    if (factor.kind === 'recovery') {
      const recovery = user ? recoveryHash(user.id, factor.code, this.#sealingKey) : null;
      const isTheirs = recovery !== null && user !== null && user.recovery.includes(recovery);
      return isTheirs ? ok({ factor: 'recovery', recovery }) : wrongCode();
    }
    const sealed = user?.totp ?? null;
    const secret = user && sealed !== null ? unseal(sealed, `totp:${user.id}`, this.#sealingKey) : null;
    return this.#judgeStep(user?.id ?? null, purpose, secret, factor.code);
  }

  /** Whether a passkey of this user answered this challenge; its counter is looked at when all else holds. */
  async judgeAssertion(
    user: User,
    passkey: Passkey,
    challenge: Challenge,
    assertion: Extract<Factor, { kind: 'passkey' }>['assertion'],
  ): Promise<Result<FactorUse>> {
    const signed = await verifySigning(assertion, challenge, passkey);
    if (!signed.ok) return signed;
    // As it is now: another answer may have come in between.
    const now = this.#book.state.users.get(user.id)?.passkeys.find(({ id }) => id === passkey.id);
    if (!now) return wrongPasskey();
    const { counter, backedUp } = signed.value;
    if (counterRegressed(now.counter, counter)) {
      return refuse(
        'passkey-copied',
        'This passkey’s counter went back: it may have been copied. Use another factor, and remove it.',
      );
    }
    return ok({ factor: 'passkey', passkey: { id: now.id, counter, backedUp } });
  }

  useEvent(
    user: UserId,
    use: FactorUse,
    more: { readonly purpose: Purpose; readonly session: string | null; readonly action: string | null },
  ): AuthEventOf<'auth.factor'> {
    return {
      kind: 'auth.factor',
      user,
      ...more,
      at: this.#book.wall(),
      step: null,
      recovery: null,
      passkey: null,
      ...use,
    };
  }

  #judgeStep(user: UserId | null, purpose: Purpose, secret: string | null, code: string): Result<FactorUse> {
    const seconds = this.#book.wall() / 1_000_000;
    const step = secret === null ? null : matchStep(secret, code, seconds);
    if (step === null || user === null) return wrongCode();
    if (this.#book.state.usedSteps.get(stepsKey(user, purpose))?.includes(step)) {
      return codeUsed(nextCodeIn(step, seconds));
    }
    return ok({ factor: 'totp', step });
  }

  #recent(identity: Identity, purpose: Purpose): Result<Spent> {
    if (!lowersRisk(purpose)) return refuse('factor-needed', 'This needs a factor of its own.');
    if (this.#sessions.isFresh(identity)) return ok({ kind: 'session' });
    return refuse('factor-needed', 'The last factor of this session is older than 5 minutes; give one.');
  }

  async #judgePasskey(
    identity: Identity,
    action: object,
    { challenge: id, assertion }: Extract<Factor, { kind: 'passkey' }>,
  ): Promise<Result<{ use: FactorUse; assertion: StoredAssertion | null }>> {
    const challenge = this.#challenges.take(id, identity.session, this.#mono());
    if (!challenge)
      return refuse('challenge-unknown', 'This challenge was used, is too old, or never was; ask again.');
    const { statement, site, bytes } = challenge;
    if (!sameAction(statement.action, action)) {
      return refuse('wrong-action', 'The passkey signed another action than this one.');
    }
    const user = this.#book.state.users.get(identity.user);
    const passkey = user?.passkeys.find((one) => one.id === assertion.id);
    if (!user || !passkey) return wrongPasskey();
    const use = await this.judgeAssertion(user, passkey, { id, bytes, site }, assertion);
    if (!use.ok) return use;
    const { clientDataJSON, authenticatorData, signature } = assertion.response;
    const stored: StoredAssertion = {
      v: 1,
      credential: passkey.id,
      spki: passkey.spki,
      rpId: passkey.rpId,
      origin: site.origin,
      clientDataJSON,
      authenticatorData,
      signature,
      ...statement,
      action: { ...statement.action },
    };
    return ok({ use: use.value, assertion: stored });
  }

  #refused(identity: Identity, purpose: Purpose, why: string, door: Door): void {
    this.#throttle.failed(door, this.#mono());
    this.#book.recordBeside(authorOf(identity), { kind: 'auth.refused', user: identity.user, purpose, why });
  }

  #mono(): number {
    return this.#book.clock.monotonicMicros();
  }
}

function withoutAssertion(judged: Result<FactorUse>): Result<{ use: FactorUse; assertion: null }> {
  return judged.ok ? ok({ use: judged.value, assertion: null }) : judged;
}

function codeUsed(waitSeconds: number): Result<never> {
  const next = waitSeconds > 0 ? `wait for the next one, ${waitSeconds} s` : 'give the one that is shown now';
  return refuse('code-used', `This code was used for this already: ${next}.`);
}

export function wrongCode(): Result<never> {
  return refuse('wrong-code', 'That code is not right. Codes change every 30 seconds.');
}
