import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Result } from '../../protocol/result.ts';
import { sameKey } from './auth-routes.ts';
import { bearerOf, header, send } from './listener.ts';
import type { RetentionRouteParts } from './retention-routes.ts';

const reason = z.string().min(1).max(500);
const pruneSchema = z.strictObject({ to: z.int().positive().nullable(), reason: reason.optional() });
const holdSchema = z.union([
  z.strictObject({ from: z.int(), to: z.int(), reason }),
  z.strictObject({ lift: z.string().min(1).max(64), reason }),
]);
const HOST = { actor: 'host' };

/** `npm run audit -- prune` and `-- hold`: on this machine only, by the key that only its user reads. */
export function addRetentionHostRoutes(
  app: FastifyInstance,
  { adminKey, retention }: RetentionRouteParts & { readonly adminKey: string },
): void {
  if (!retention) return;
  const { office, holds } = retention;
  const routes: Record<string, (body: unknown) => Promise<Result<unknown>> | null> = {
    '/admin/prune': (body) => {
      const asked = pruneSchema.safeParse(body).data;
      if (!asked) return null;
      const { to, reason: why } = asked;
      return office.prune({ to }, { ...HOST, ...(why === undefined ? {} : { reason: why }) });
    },
    '/admin/hold': (body) => {
      const asked = holdSchema.safeParse(body).data;
      if (!asked) return null;
      return 'lift' in asked ? holds.liftAs(asked.lift, asked.reason, HOST) : holds.placeAs(asked, HOST);
    },
    '/admin/holds': () => Promise.resolve({ ok: true, value: holds.list() }),
  };
  for (const [path, answer] of Object.entries(routes)) {
    app.post(path, async (request, reply) => {
      // What the relay passes on carries its caller's address; this machine's own user comes straight here.
      const isHost =
        header(request, 'x-cwts-address') === undefined && sameKey(bearerOf(request) ?? '', adminKey);
      if (!isHost) {
        const sentence = 'This is done on the server’s own machine only.';
        return send(reply, 401, { code: 'not-allowed', sentence });
      }
      const done = answer(request.body);
      if (!done)
        return send(reply, 400, { code: 'bad-request', sentence: 'This request is not well formed.' });
      const result = await done;
      return result.ok ? reply.send(result) : send(reply, 409, result.error);
    });
  }
}
