/**
 * What the routes of signing in, enrolment and one's own account answer. Requests are read by the
 * routes themselves (`server/http`); a refusal is `{ ok: false, code, sentence }`, and one that must
 * wait (status 429) says in `Retry-After` how many whole seconds.
 *
 *     POST /auth/login, /auth/passkey/finish, /auth/enrol/finish, /auth/renew, /auth/activity,
 *          /auth/wall/start, /auth/wall/prove; GET /auth/session      → SignedInReply
 *     POST /auth/passkey/start, /auth/challenge, /auth/enrol/passkey,
 *          /auth/account/passkeys/start                               → ChallengeReply
 *     GET  /auth/account                                              → AccountReply
 *     POST /auth/account/totp/start                                   → TotpStartReply
 *     POST /auth/account/recovery-codes                               → RecoveryCodesReply
 *     POST /auth/wall/challenge                                       → WallChallengeReply
 *     POST /auth/account/password, /auth/account/totp, /auth/account/totp/remove,
 *          /auth/account/passkeys, /auth/account/passkeys/remove,
 *          /auth/sessions/revoke, /auth/logout                        → DoneReply
 */
import { z } from 'zod';
import { personSchema } from './people.ts';
import { sessionViewSchema } from './session.ts';

const ok = z.literal(true);

export const doneReplySchema = z.object({ ok });

export const signedInReplySchema = z.object({
  ok,
  session: sessionViewSchema,
  /** Ten, shown once, where factors were just made; none otherwise. */
  recoveryCodes: z.array(z.string()).default([]),
});
export type SignedInReply = z.infer<typeof signedInReplySchema>;

/** `options` are WebAuthn's, in the JSON form that the browser's `parse…FromJSON` takes. */
export const challengeReplySchema = z.object({
  ok,
  challenge: z.string(),
  options: z.looseObject({ challenge: z.string() }),
});
export type ChallengeReply = z.infer<typeof challengeReplySchema>;

export const accountReplySchema = z.object({ ok, account: personSchema });
export const totpStartReplySchema = z.object({ ok, secret: z.string(), otpauth: z.string() });
export const recoveryCodesReplySchema = z.object({ ok, recoveryCodes: z.array(z.string()) });
export const wallChallengeReplySchema = z.object({ ok, nonce: z.string() });

/**
 * What a wall display signs (ECDSA P-256, SHA-256; `r ‖ s`, base64url) to prove that it is the
 * device that claimed the session: UTF-8 of this text.
 */
export const wallProofText = (nonce: string): string => `cwts-wall-v1\0${nonce}`;

/**
 * Actions on one's own account that a factor is given for, as `POST /auth/challenge` takes them and
 * a passkey signs them. A secret (a password) is never part of an action.
 */
export const accountActionSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('session.renew') }),
  z.strictObject({ type: z.literal('account.password') }),
  z.strictObject({ type: z.literal('account.passkey-add'), name: z.string().trim().min(1).max(64) }),
  z.strictObject({ type: z.literal('account.passkey-remove'), id: z.string().min(1).max(1400) }),
  z.strictObject({ type: z.literal('account.recovery-codes') }),
  z.strictObject({ type: z.literal('account.totp') }),
  z.strictObject({ type: z.literal('account.totp-remove') }),
]);
export type AccountAction = z.infer<typeof accountActionSchema>;
