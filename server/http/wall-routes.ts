import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Auth } from '../auth/auth.ts';
import { bodyOf, originOf, refused, signedIn, tokenSchema } from './auth-request.ts';
import { addressOf, send } from './listener.ts';
import { cookieOf } from './session-cookie.ts';

const startSchema = z.strictObject({ token: tokenSchema, publicKey: z.looseObject({}) });
const proveSchema = z.strictObject({ nonce: z.string().max(100), signature: z.string().max(200) });

/** A display on a wall: it claims a session by its link, and proves its device on every load. */
export function addWallRoutes(app: FastifyInstance, { walls }: Pick<Auth, 'walls'>): void {
  app.post('/auth/wall/start', async (request, reply) => {
    const body = bodyOf(request, reply, startSchema);
    return body ? signedIn(reply, await walls.start(body.token, body.publicKey, originOf(request))) : reply;
  });

  app.post('/auth/wall/challenge', (request, reply) => {
    const nonce = walls.challenge(cookieOf(request));
    if (nonce !== null) return reply.send({ ok: true, nonce });
    return send(reply, 401, { code: 'not-signed-in', sentence: 'This display has no session.' });
  });

  app.post('/auth/wall/prove', (request, reply) => {
    const body = bodyOf(request, reply, proveSchema);
    if (!body) return reply;
    const proven = walls.prove(cookieOf(request), body, addressOf(request));
    return proven.ok ? reply.send({ ok: true, session: proven.value.view }) : refused(reply, proven.error);
  });
}
