/** One's own factors. What changes them takes a factor bound to that change. */
import {
  accountReplySchema,
  challengeReplySchema,
  doneReplySchema,
  recoveryCodesReplySchema,
  totpStartReplySchema,
  type ChallengeReply,
} from '../../../protocol/account.ts';
import type { Factor } from '../../../protocol/factors.ts';
import type { PersonView } from '../../../protocol/people.ts';
import { ok } from '../../../protocol/result.ts';
import { tryCall, type Answer } from './call.ts';

export async function readAccount(): Promise<Answer<PersonView>> {
  const reply = await tryCall('/auth/account', accountReplySchema);
  return reply.ok ? ok(reply.value.account) : reply;
}

/** A challenge for exactly this action: what a passkey then signs is good for nothing else. */
export const challengeFor = (action: object): Promise<Answer<ChallengeReply>> =>
  tryCall('/auth/challenge', challengeReplySchema, { action });

export const changePassword = (password: string, factor: Factor): Promise<Answer<unknown>> =>
  tryCall('/auth/account/password', doneReplySchema, { password, factor });

export const startNewPasskey = (): Promise<Answer<ChallengeReply>> =>
  tryCall('/auth/account/passkeys/start', challengeReplySchema, {});

export interface NewPasskey {
  readonly challenge: string;
  readonly attestation: unknown;
  readonly name: string;
}
export const addPasskey = (made: NewPasskey, factor: Factor): Promise<Answer<unknown>> =>
  tryCall('/auth/account/passkeys', doneReplySchema, { ...made, factor });

export const removePasskey = (id: string, factor: Factor): Promise<Answer<unknown>> =>
  tryCall('/auth/account/passkeys/remove', doneReplySchema, { id, factor });

export interface NewTotp {
  readonly secret: string;
  readonly otpauth: string;
}
export const startNewTotp = (): Promise<Answer<NewTotp>> =>
  tryCall('/auth/account/totp/start', totpStartReplySchema, {});

/** `code`: of the new authenticator, to show that it was set up. */
export const replaceTotp = (code: string, factor: Factor): Promise<Answer<unknown>> =>
  tryCall('/auth/account/totp', doneReplySchema, { code, factor });

export const removeTotp = (factor: Factor): Promise<Answer<unknown>> =>
  tryCall('/auth/account/totp/remove', doneReplySchema, { factor });

/** Ten new ones; those before are good for nothing from then on. */
export async function newRecoveryCodes(factor: Factor): Promise<Answer<readonly string[]>> {
  const reply = await tryCall('/auth/account/recovery-codes', recoveryCodesReplySchema, { factor });
  return reply.ok ? ok(reply.value.recoveryCodes) : reply;
}
