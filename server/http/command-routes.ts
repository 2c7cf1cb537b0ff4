import type { FastifyInstance } from 'fastify';
import { envelopeSchema } from '../../protocol/commands.ts';
import type { Auth } from '../auth/auth.ts';
import type { Commands } from '../commands.ts';
import { cookieOf } from './auth-routes.ts';
import { addressOf, send } from './listener.ts';

/** A person's commands over plain HTTP: the same way in as by socket, with the same answers. */
export function addCommandRoutes(
  app: FastifyInstance,
  { auth, commands }: { readonly auth: Pick<Auth, 'identify'>; readonly commands: Commands },
): void {
  app.post('/api/v1/commands', async (request, reply) => {
    const address = addressOf(request);
    const identity = auth.identify(cookieOf(request), address);
    const answer = await commands.execute(request.body, identity, { by: 'http', address });
    return reply.code(identity ? 200 : 401).send(answer);
  });

  // Its own address, so that nothing else's limit or queue is in its way.
  app.post('/halt', async (request, reply) => {
    const envelope = envelopeSchema.safeParse(request.body);
    if (envelope.success && envelope.data.command.type !== 'halt.press') {
      return send(reply, 400, { code: 'not-a-halt', sentence: 'Only a halt’s press is heard here.' });
    }
    const address = addressOf(request);
    const identity = auth.identify(cookieOf(request), address);
    const answer = await commands.execute(request.body, identity, { by: 'http', address });
    return reply.code(identity ? 200 : 401).send(answer);
  });
}
