import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { Auth } from '../auth/auth.ts';
import { addAccountRoutes } from './account-routes.ts';
import { useSessionCookies } from './session-cookie.ts';
import { addSessionRoutes } from './session-routes.ts';
import { addSignInRoutes } from './sign-in-routes.ts';
import { addWallRoutes } from './wall-routes.ts';

export { cookieOf, sessionCookieIn } from './session-cookie.ts';

export interface AuthRouteParts {
  readonly auth: Auth;
  /** Browsers reach the console by https. */
  readonly secureCookies: boolean;
}

/** Everything under /auth/. */
export function addAuthRoutes(app: FastifyInstance, parts: AuthRouteParts): void {
  const { auth, secureCookies } = parts;
  useSessionCookies(app, secureCookies);
  addSignInRoutes(app, auth);
  addSessionRoutes(app, auth);
  addAccountRoutes(app, auth);
  addWallRoutes(app, auth);
}

/** Compared without telling by time how much of it was right. */
export function sameKey(given: string, known: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(known));
}
