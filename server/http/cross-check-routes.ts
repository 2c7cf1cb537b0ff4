import type { FastifyInstance } from 'fastify';
import { checkReportSchema, type CrossCheckReply } from '../../protocol/cross-check.ts';
import type { Auth } from '../auth/auth.ts';
import type { CrossChecks } from '../kernels/cross-checks.ts';
import { addressOf, send } from './listener.ts';
import { cookieOf } from './session-cookie.ts';

export interface CrossCheckRouteParts {
  readonly checks: Pick<CrossChecks, 'reply' | 'hear'>;
}

const STATUS: Readonly<Record<string, number>> = { 'too-many-reports': 429, 'check-unknown': 409 };

/** What the server computed, for consoles to compute again; and what they found, by whoever is signed in there. */
export function addCrossCheckRoutes(
  app: FastifyInstance,
  { auth, checks }: CrossCheckRouteParts & { readonly auth: Pick<Auth, 'identify'> },
): void {
  const nobody = { code: 'not-signed-in', sentence: 'You are not signed in.' };

  app.get('/api/kernels/check', (request, reply) => {
    if (!auth.identify(cookieOf(request), addressOf(request))) return send(reply, 401, nobody);
    return reply.send(checks.reply() satisfies CrossCheckReply);
  });

  app.post('/api/kernels/check', (request, reply) => {
    const identity = auth.identify(cookieOf(request), addressOf(request));
    if (!identity) return send(reply, 401, nobody);
    const report = checkReportSchema.safeParse(request.body);
    if (!report.success) {
      const at = report.error.issues[0]?.path.join('.') ?? '';
      const sentence = `This is no report on a check${at === '' ? '' : `: look at ${at}`}.`;
      return send(reply, 400, { code: 'bad-report', sentence });
    }
    const { user, session, role, address } = identity;
    const heard = checks.hear({ user, session, role, address }, report.data);
    if (!heard.ok) return send(reply, STATUS[heard.error.code] ?? 400, heard.error);
    return reply.send({ ok: true });
  });
}
