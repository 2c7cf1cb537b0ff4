/** Signing in and out, and the life of the session. */
import {
  challengeReplySchema,
  doneReplySchema,
  signedInReplySchema,
  type ChallengeReply,
} from '../../../protocol/account.ts';
import type { Assertion, Factor } from '../../../protocol/factors.ts';
import { sessionsReplySchema, type ListedSession } from '../../../protocol/people.ts';
import { ok } from '../../../protocol/result.ts';
import type { SessionView } from '../../../protocol/session.ts';
import { call, tryCall, type Answer } from './call.ts';

/** What a password is not enough without. */
export type SecondFactor = Extract<Factor, { kind: 'totp' | 'recovery' }>;

/** Who is signed in. Throws when the server cannot be reached; refused when nobody is. */
export async function readSession(): Promise<Answer<SessionView>> {
  const reply = await call('/auth/session', signedInReplySchema);
  return reply.ok ? ok(reply.value.session) : reply;
}

export const signIn = (user: string, password: string, factor: SecondFactor): Promise<Answer<SessionView>> =>
  sessionOf('/auth/login', { user, password, factor });

export const startPasskeySignIn = (): Promise<Answer<ChallengeReply>> =>
  tryCall('/auth/passkey/start', challengeReplySchema, {});

export const finishPasskeySignIn = (challenge: string, assertion: Assertion): Promise<Answer<SessionView>> =>
  sessionOf('/auth/passkey/finish', { challenge, assertion });

/** The same session goes on, its hours anew, under another cookie. */
export const renewSession = (factor: Factor): Promise<Answer<SessionView>> =>
  sessionOf('/auth/renew', { factor });

/**
 * Tells the server that a person acts here, and comes again with the cookie that its answer may have
 * brought: the one before is over then. Throws as `readSession` does.
 */
export async function reportActivity(): Promise<Answer<SessionView>> {
  const told = await sessionOf('/auth/activity', {});
  return told.ok ? readSession() : told;
}

export async function signOut(): Promise<void> {
  await call('/auth/logout', doneReplySchema, {});
}

export async function listSessions(): Promise<Answer<readonly ListedSession[]>> {
  const reply = await tryCall('/auth/sessions', sessionsReplySchema);
  return reply.ok ? ok(reply.value.sessions) : reply;
}

/** One of one's own. */
export const revokeOwnSession = (session: string): Promise<Answer<unknown>> =>
  tryCall('/auth/sessions/revoke', doneReplySchema, { session });

async function sessionOf(path: string, body: unknown): Promise<Answer<SessionView>> {
  const reply = await tryCall(path, signedInReplySchema, body);
  return reply.ok ? ok(reply.value.session) : reply;
}
