import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { accountActionSchema } from '../../protocol/account.ts';
import { commandSchema } from '../../protocol/commands.ts';
import { factorSchema } from '../../protocol/factors.ts';
import type { Auth } from '../auth/auth.ts';
import { authorOf } from '../auth/author.ts';
import { answer, bodyOf, personOf, refused, signedIn, siteOf } from './auth-request.ts';
import { addressOf, send } from './listener.ts';
import { clearSessionCookie, cookieOf } from './session-cookie.ts';

const challengeSchema = z.strictObject({ action: z.looseObject({ type: z.string().max(64) }) });
const renewSchema = z.strictObject({ factor: factorSchema });
const revokeSchema = z.strictObject({ session: z.string().max(64) });

/** A session's life: who is signed in, activity, renewal, the list, the end, and challenges for its passkeys. */
export function addSessionRoutes(app: FastifyInstance, auth: Auth): void {
  app.get('/auth/session', (request, reply) => {
    const identity = auth.identify(cookieOf(request), addressOf(request));
    if (identity) return reply.send({ ok: true, session: identity.view });
    return send(reply, 401, { code: 'not-signed-in', sentence: 'You are not signed in.' });
  });

  /** A person acts here. Behind a factor the session gets another cookie (OWASP: at each change of privilege). */
  app.post('/auth/activity', async (request, reply) => {
    const identity = personOf(auth, request, reply);
    if (!identity) return reply;
    auth.active(identity);
    const rotated = await auth.sessions.rotate(identity, authorOf(identity));
    if (rotated) return signedIn(reply, { ok: true, value: rotated });
    const now = auth.identify(cookieOf(request), addressOf(request)) ?? identity;
    return reply.send({ ok: true, session: now.view });
  });

  app.post('/auth/renew', async (request, reply) => {
    const identity = personOf(auth, request, reply);
    const body = identity && bodyOf(request, reply, renewSchema);
    return body ? signedIn(reply, await auth.renew(identity, body.factor)) : reply;
  });

  app.post('/auth/challenge', async (request, reply) => {
    const identity = personOf(auth, request, reply);
    const body = identity && bodyOf(request, reply, challengeSchema);
    if (!body) return reply;
    const action = actionAsSpent(body.action);
    if (!action)
      return refused(reply, { code: 'unknown-action', sentence: 'This is no action that takes a factor.' });
    return answer(reply, await auth.factors.challenge(identity, action, siteOf(request)));
  });

  app.post('/auth/logout', async (request, reply) => {
    const found = auth.sessions.find(cookieOf(request));
    const identity = auth.identify(cookieOf(request), addressOf(request));
    if (found) {
      const author = identity ? authorOf(identity) : { actor: found.session.user };
      await auth.sessions.end(found.session.session, 'You signed out.', author);
    }
    return clearSessionCookie(reply).send({ ok: true });
  });

  app.get('/auth/sessions', (request, reply) => {
    const identity = personOf(auth, request, reply);
    return identity ? reply.send({ ok: true, sessions: auth.sessions.list(identity) }) : reply;
  });

  /** One's own; another's is ended by the command `session.revoke`, with its reason. */
  app.post('/auth/sessions/revoke', async (request, reply) => {
    const identity = personOf(auth, request, reply);
    const body = identity && bodyOf(request, reply, revokeSchema);
    if (!body) return reply;
    if (auth.sessions.userOf(body.session) !== identity.user) {
      return refused(reply, {
        code: 'unknown-session',
        sentence: 'You have no such session, or it has ended.',
      });
    }
    const done = await auth.sessions.revoke(
      body.session,
      authorOf(identity),
      'You ended this session elsewhere.',
    );
    return answer(reply, done.ok ? { ok: true, value: true } : done);
  });
}

/**
 * The action as it will be when its factor is spent: read by the schema that then reads it (which
 * trims a reason), without its factor. Null for what takes none.
 */
function actionAsSpent(action: object): object | null {
  const account = accountActionSchema.safeParse(action);
  if (account.success) return account.data;
  const standIn = { kind: 'totp', code: '000000' };
  const command = commandSchema.safeParse({ ...action, factor: standIn });
  if (!command.success) return null;
  const { factor: _factor, ...spent } = command.data as typeof command.data & { factor?: unknown };
  return spent;
}
