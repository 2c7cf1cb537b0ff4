import cookies from '@fastify/cookie';
import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Result } from '../../protocol/result.ts';
import { SESSION_MICROS, type Auth } from '../auth/auth.ts';
import type { SignedIn } from '../auth/identity.ts';
import { addressOf, bearerOf, send } from './listener.ts';

export const SESSION_COOKIE = 'cwts_session';

export interface AuthRouteParts {
  readonly auth: Auth;
  /** Of the file that only this machine's user can read. */
  readonly adminKey: string;
  /** The page that takes a link's token. */
  readonly linkUrl: (token: string) => string;
}

const code = z.string().regex(/^\d{6}$/);
const token = z.string().min(20).max(100);
const startSchema = z.object({ token });
const finishSchema = z.object({ token, code });
const loginSchema = z.object({ user: z.string().max(64), code });
const linkSchema = z.object({ user: z.string().max(64) });

export function addAuthRoutes(app: FastifyInstance, { auth, adminKey, linkUrl }: AuthRouteParts): void {
  app.post('/auth/enrol/start', (request, reply) => {
    const body = startSchema.safeParse(request.body);
    if (!body.success) return malformed(reply);
    const shown = auth.startEnrolment(body.data.token);
    if (!shown.ok) return send(reply, 403, shown.error);
    return reply.send({ ok: true, ...shown.value });
  });

  app.post('/auth/enrol/finish', async (request, reply) => {
    const body = finishSchema.safeParse(request.body);
    if (!body.success) return malformed(reply);
    return signedIn(reply, await auth.finishEnrolment(body.data.token, body.data.code, addressOf(request)));
  });

  app.post('/auth/login', async (request, reply) => {
    const body = loginSchema.safeParse(request.body);
    if (!body.success) return malformed(reply);
    return signedIn(reply, await auth.login(body.data.user, body.data.code, addressOf(request)));
  });

  app.post('/auth/logout', async (request, reply) => {
    await auth.logout(cookieOf(request));
    return reply.clearCookie(SESSION_COOKIE, { path: '/' }).send({ ok: true });
  });

  app.get('/auth/session', (request, reply) => {
    const identity = auth.identify(cookieOf(request));
    if (identity) return reply.send({ ok: true, session: identity.view });
    return send(reply, 401, { code: 'not-signed-in', sentence: 'You are not signed in.' });
  });

  app.post('/auth/links', async (request, reply) => {
    if (!sameKey(bearerOf(request) ?? '', adminKey)) {
      return send(reply, 401, {
        code: 'not-allowed',
        sentence: 'Links are made on the server’s own machine only.',
      });
    }
    const body = linkSchema.safeParse(request.body);
    if (!body.success) return malformed(reply);
    const link = await auth.makeLink(body.data.user, 'host');
    if (!link.ok) return send(reply, 404, link.error);
    return reply.send({ ok: true, url: linkUrl(link.value.token) });
  });
}

export const cookieOf = (request: FastifyRequest): string | null => request.cookies[SESSION_COOKIE] ?? null;

/** The session's cookie out of a whole `Cookie` header, as a socket's handshake brings it. */
export const sessionCookieIn = (header: string | null): string | null =>
  header === null ? null : (cookies.parse(header)[SESSION_COOKIE] ?? null);

function signedIn(reply: FastifyReply, result: Result<SignedIn>): FastifyReply {
  if (!result.ok) return send(reply, result.error.code === 'too-many-attempts' ? 429 : 403, result.error);
  const { cookie, identity } = result.value;
  return reply
    .setCookie(SESSION_COOKIE, cookie, {
      path: '/',
      httpOnly: true,
      sameSite: 'strict',
      maxAge: SESSION_MICROS / 1_000_000,
    })
    .send({ ok: true, session: identity.view });
}

function malformed(reply: FastifyReply): FastifyReply {
  return send(reply, 400, { code: 'bad-request', sentence: 'This request is not well formed.' });
}

/** Compared without telling by time how much of it was right. */
export function sameKey(given: string, known: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(known));
}
