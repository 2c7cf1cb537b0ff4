import cookies from '@fastify/cookie';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { SignedIn } from '../auth/identity.ts';

declare module 'fastify' {
  interface FastifyInstance {
    /** Whether browsers reach the console by https: the session's cookie is `__Host-` and `Secure`. */
    readonly secureCookies: boolean;
  }
}

/** `__Host-` ties the cookie to this very host and to https; on plain loopback browsers refuse it. */
export const sessionCookieName = (isSecure: boolean): string =>
  isSecure ? '__Host-cwts_session' : 'cwts_session';

export function useSessionCookies(app: FastifyInstance, isSecure: boolean): void {
  app.decorate('secureCookies', isSecure);
}

export const cookieOf = (request: FastifyRequest): string | null =>
  request.cookies[sessionCookieName(request.server.secureCookies)] ?? null;

/** The session's cookie out of a whole `Cookie` header, as a socket's handshake brings it. */
export const sessionCookieIn = (header: string | null, isSecure: boolean): string | null =>
  header === null ? null : (cookies.parse(header)[sessionCookieName(isSecure)] ?? null);

export function setSessionCookie(reply: FastifyReply, { cookie, lastsSeconds }: SignedIn): FastifyReply {
  const secure = reply.server.secureCookies;
  return reply.setCookie(sessionCookieName(secure), cookie, {
    path: '/',
    httpOnly: true,
    sameSite: 'strict',
    secure,
    maxAge: lastsSeconds,
  });
}

export function clearSessionCookie(reply: FastifyReply): FastifyReply {
  const secure = reply.server.secureCookies;
  return reply.clearCookie(sessionCookieName(secure), {
    path: '/',
    httpOnly: true,
    sameSite: 'strict',
    secure,
  });
}
