import type { FastifyInstance } from 'fastify';
import {
  HISTORY_FIGURES,
  kernelHistoryQuerySchema,
  type KernelHistory,
  type KernelHistoryQuery,
} from '../../protocol/kernels.ts';
import type { Result } from '../../protocol/result.ts';
import type { Auth } from '../auth/auth.ts';
import { addressOf, send } from './listener.ts';
import { cookieOf } from './session-cookie.ts';

export interface KernelRouteParts {
  readonly kernelHistory: (query: KernelHistoryQuery) => Promise<Result<KernelHistory>>;
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
      const sentence = `The range is 1h, 1d or 1w, and the figures are of ${HISTORY_FIGURES.join(', ')}.`;
      return send(reply, 400, { code: 'bad-query', sentence });
    }
    const history = await kernelHistory(query.data);
    if (!history.ok) return send(reply, 503, history.error);
    return reply.send({ ok: true, ...history.value });
  });
}
