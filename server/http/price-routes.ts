import { createReadStream } from 'node:fs';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Auth } from '../auth/auth.ts';
import type { PriceFolder } from '../prices/price-folder.ts';
import { addressOf, send } from './listener.ts';
import { cookieOf } from './session-cookie.ts';

export interface PriceRouteParts {
  readonly prices: Pick<PriceFolder, 'list' | 'find'>;
}

/** This thread has more to do than to give files: so many go out at once. */
const AT_ONCE = 4;

/** Imported price panels, for whoever is signed in. */
export function addPriceRoutes(
  app: FastifyInstance,
  { auth, prices }: PriceRouteParts & { readonly auth: Pick<Auth, 'identify'> },
): void {
  let going = 0;
  const isSignedIn = (request: FastifyRequest, reply: FastifyReply): boolean => {
    if (auth.identify(cookieOf(request), addressOf(request))) return true;
    send(reply, 401, { code: 'not-signed-in', sentence: 'You are not signed in.' });
    return false;
  };

  app.get('/api/prices', async (request, reply) => {
    if (!isSignedIn(request, reply)) return reply;
    return reply.send({ ok: true, prices: await prices.list() });
  });

  app.get<{ Params: { sha256: string } }>('/api/prices/:sha256', async (request, reply) => {
    if (!isSignedIn(request, reply)) return reply;
    const found = await prices.find(request.params.sha256);
    if (!found) return send(reply, 404, { code: 'no-prices', sentence: 'There are no such prices.' });
    const { file, stored } = found;
    // What has this name never changes; but whether its reader is signed in is asked each time.
    void reply.header('cache-control', 'private, no-cache').header('etag', `"${stored.sha256}"`);
    if (request.headers['if-none-match'] === `"${stored.sha256}"`) return reply.code(304).send();
    if (going >= AT_ONCE) {
      return send(reply, 503, {
        code: 'busy',
        sentence: 'Others read prices just now; try again in a moment.',
      });
    }
    going++;
    const stream = createReadStream(file);
    stream.once('close', () => going--);
    return reply.type('application/gzip').header('content-length', stored.bytes).send(stream);
  });
}
