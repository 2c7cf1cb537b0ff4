import type { FastifyInstance } from 'fastify';
import {
  kernelHistoryQuerySchema,
  type KernelHistoryQuery,
  type KernelPoint,
} from '../../protocol/kernels.ts';
import type { Result } from '../../protocol/result.ts';
import type { Auth } from '../auth/auth.ts';
import { addressOf, send } from './listener.ts';
import { cookieOf } from './session-cookie.ts';

export interface KernelRouteParts {
  readonly kernelHistory: (query: KernelHistoryQuery) => Promise<Result<readonly KernelPoint[]>>;
}

/** What the server recorded of its own analyses, for whoever is signed in. */
export function addKernelRoutes(
  app: FastifyInstance,
  { auth, kernelHistory }: KernelRouteParts & { readonly auth: Pick<Auth, 'identify'> },
): void {
  app.get('/api/kernels/history', async (request, reply) => {
    if (!auth.identify(cookieOf(request), addressOf(request))) {
      return send(reply, 401, { code: 'not-signed-in', sentence: 'You are not signed in.' });
    }
    const query = kernelHistoryQuerySchema.safeParse(request.query);
    if (!query.success) {
      const sentence = 'The horizon is 1s or 1m, and the days a whole number from 1 to 3650.';
      return send(reply, 400, { code: 'bad-query', sentence });
    }
    const points = await kernelHistory(query.data);
    if (!points.ok) return send(reply, 503, points.error);
    return reply.send({ ok: true, points: points.value });
  });
}
