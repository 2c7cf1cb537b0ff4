import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Days } from '../archive/retention/families.ts';
import type { HoldBook } from '../archive/retention/holds.ts';
import type { RetentionOffice } from '../archive/retention/office.ts';
import type { Auth } from '../auth/auth.ts';
import { addressOf, send } from './listener.ts';
import { cookieOf } from './session-cookie.ts';

export interface RetentionRouteParts {
  /** None: this server removes nothing and keeps no holds. */
  readonly retention?: {
    readonly days: Days;
    readonly office: Pick<RetentionOffice, 'plan' | 'prune'>;
    readonly holds: Pick<HoldBook, 'list' | 'placeAs' | 'liftAs'>;
  };
}

/** What is kept and for how long, for `audit.read`: rules and holds at once, segments once they are read. */
export function addRetentionRoutes(
  app: FastifyInstance,
  { auth, retention }: RetentionRouteParts & { readonly auth: Pick<Auth, 'identify'> },
): void {
  if (!retention) return;
  const { days, holds, office } = retention;
  const refusalOf = (request: FastifyRequest): { readonly status: number; sentence: string } | null => {
    const identity = auth.identify(cookieOf(request), addressOf(request));
    if (!identity) return { status: 401, sentence: 'You are not signed in.' };
    if (identity.may('audit.read')) return null;
    return { status: 403, sentence: `The role ${identity.role} may not read what the log keeps.` };
  };
  const answer =
    (reply: (to: FastifyReply) => FastifyReply | Promise<FastifyReply>) =>
    (request: FastifyRequest, to: FastifyReply): FastifyReply | Promise<FastifyReply> => {
      const refusal = refusalOf(request);
      if (!refusal) return reply(to);
      const { status, sentence } = refusal;
      return send(to, status, { code: status === 401 ? 'not-signed-in' : 'not-allowed', sentence });
    };

  app.get(
    '/api/retention',
    answer((reply) => reply.send({ ok: true, days, holds: holds.list() })),
  );
  app.get(
    '/api/retention/plan',
    answer(async (reply) => {
      const plan = await office.plan();
      if (!plan.ok) return send(reply, 503, plan.error);
      return reply.send({ ok: true, ...plan.value });
    }),
  );
}
