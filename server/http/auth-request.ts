/** What the routes of identity share: who asks from where, and how a refusal is answered. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Result, Refusal } from '../../protocol/result.ts';
import type { Auth } from '../auth/auth.ts';
import type { Site } from '../auth/challenges.ts';
import { deviceOf } from '../auth/device.ts';
import type { Identity, SignedIn } from '../auth/identity.ts';
import type { Origin } from '../auth/sign-in.ts';
import { addressOf, header, send } from './listener.ts';
import { cookieOf, setSessionCookie } from './session-cookie.ts';

export const tokenSchema = z.string().min(20).max(100);
export const challengeIdSchema = z.string().min(16).max(100);
export const codeSchema = z.string().regex(/^\d{6}$/);
/** Longer than any that is taken, so that the refusal can say why. */
export const passwordSchema = z.string().min(1).max(1000);
export const passkeyNameSchema = z.string().trim().min(1).max(64);
/** What `navigator.credentials.create` gave; WebAuthn's own verifier looks at it member by member. */
export const attestationSchema = z.looseObject({
  id: z.string().max(1400),
  rawId: z.string().max(1400),
  type: z.literal('public-key'),
  response: z.looseObject({
    clientDataJSON: z.string().max(4000),
    attestationObject: z.string().max(20_000),
    transports: z.array(z.string().max(32)).max(16).optional(),
  }),
});

export function originOf(request: FastifyRequest): Origin {
  return { address: addressOf(request), device: deviceOf(header(request, 'user-agent')) };
}

/** The site under which the console was asked; the guard has seen that the name is ours. */
export function siteOf(request: FastifyRequest): Site {
  const host = (request.headers.host ?? '').toLowerCase();
  const origin = `${request.server.secureCookies ? 'https' : 'http'}://${host}`;
  return { origin, rpId: URL.canParse(origin) ? new URL(origin).hostname : '' };
}

/** The body as this schema has it; null when it was answered with a refusal already. */
export function bodyOf<T>(request: FastifyRequest, reply: FastifyReply, schema: z.ZodType<T>): T | null {
  const body = schema.safeParse(request.body ?? {});
  if (body.success) return body.data;
  send(reply, 400, { code: 'bad-request', sentence: 'This request is not well formed.' });
  return null;
}

/** Who asks; null when it was answered with a refusal already. */
export function personOf(
  auth: Pick<Auth, 'identify'>,
  request: FastifyRequest,
  reply: FastifyReply,
): Identity | null {
  const identity = auth.identify(cookieOf(request), addressOf(request));
  if (!identity) send(reply, 401, { code: 'not-signed-in', sentence: 'You are not signed in.' });
  else if (identity.view.kind === 'wall') {
    send(reply, 403, { code: 'not-allowed', sentence: 'A wall display only watches.' });
    return null;
  }
  return identity;
}

/** 429 with `Retry-After` for what must wait, 503 for what is full, else 403. */
export function refused(reply: FastifyReply, error: Refusal): FastifyReply {
  if ('waitSeconds' in error) return send(reply.header('retry-after', String(error.waitSeconds)), 429, error);
  return send(reply, error.code === 'busy' || error.code === 'audit-broken' ? 503 : 403, error);
}

export function answer(reply: FastifyReply, result: Result<object | true>): FastifyReply {
  if (!result.ok) return refused(reply, result.error);
  return reply.send({ ok: true, ...(result.value === true ? {} : result.value) });
}

export function signedIn(
  reply: FastifyReply,
  result: Result<SignedIn & { readonly recoveryCodes?: readonly string[] }>,
): FastifyReply {
  if (!result.ok) return refused(reply, result.error);
  const { identity, recoveryCodes = [] } = result.value;
  return setSessionCookie(reply, result.value).send({ ok: true, session: identity.view, recoveryCodes });
}
