import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { ListedSession, PersonView } from '../../protocol/people.ts';
import { unitSchema, type Micros, type UserId } from '../../protocol/units.ts';
import type { Result } from '../../protocol/result.ts';
import { sameKey } from './auth-routes.ts';
import { bearerOf, header, send } from './listener.ts';

/** What somebody on the host may do, by the key that only this machine's user reads. */
export interface HostParts {
  readonly adminKey: string;
  readonly linkUrl: (token: string) => string;
  readonly people: () => readonly PersonView[];
  readonly sessions: () => readonly ListedSession[];
  /** A link that replaces every factor of an administrator; recorded, and alarmed. */
  readonly recover: (user: UserId) => Promise<Result<{ readonly token: string; readonly expiresAt: Micros }>>;
  readonly link: (user: UserId) => Promise<Result<{ readonly token: string; readonly expiresAt: Micros }>>;
}

const userSchema = z.strictObject({ user: unitSchema.user });

/** `npm run admin`: on this machine only, never through the public port. */
export function addAdminRoutes(app: FastifyInstance, parts: HostParts): void {
  const isHost = (request: FastifyRequest): boolean =>
    // What the relay passes on carries its caller's address; this machine's own user comes straight here.
    header(request, 'x-cwts-address') === undefined && sameKey(bearerOf(request) ?? '', parts.adminKey);
  const stranger = (reply: FastifyReply): FastifyReply =>
    send(reply, 401, { code: 'not-allowed', sentence: 'This is done on the server’s own machine only.' });

  const linkFor = async (
    request: FastifyRequest,
    reply: FastifyReply,
    make: HostParts['link'],
  ): Promise<FastifyReply> => {
    if (!isHost(request)) return stranger(reply);
    const body = userSchema.safeParse(request.body);
    if (!body.success) {
      return send(reply, 400, { code: 'bad-request', sentence: 'This request is not well formed.' });
    }
    const made = await make(body.data.user);
    if (!made.ok) return send(reply, 404, made.error);
    return reply.send({ ok: true, url: parts.linkUrl(made.value.token), expiresAt: made.value.expiresAt });
  };

  app.post('/admin/recover', (request, reply) => linkFor(request, reply, parts.recover));
  app.post('/admin/link', (request, reply) => linkFor(request, reply, parts.link));

  app.get('/admin/users', (request, reply) =>
    isHost(request) ? reply.send({ ok: true, people: parts.people() }) : stranger(reply),
  );
  app.get('/admin/sessions', (request, reply) =>
    isHost(request) ? reply.send({ ok: true, sessions: parts.sessions() }) : stranger(reply),
  );
}
