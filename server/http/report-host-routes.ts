import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { REPORT_KINDS } from '../../protocol/reports.ts';
import type { Result } from '../../protocol/result.ts';
import type { ReportsQuestion } from '../reports/questions.ts';
import { sameKey } from './auth-routes.ts';
import { bearerOf, header, send } from './listener.ts';

/** What `npm run report` asks on this machine, by the key that only its user reads. */
export interface ReportHostParts {
  readonly reports: (question: ReportsQuestion) => Promise<Result<unknown>>;
  /** Resolves with the sentence of what was done. */
  readonly makeReport: (asked: z.infer<typeof askedSchema>) => Promise<Result<string>>;
}

const askedSchema = z.strictObject({
  report: z.enum(REPORT_KINDS),
  about: z.string().trim().min(1).max(64),
  reason: z.string().trim().min(1).max(500),
});

export function addReportHostRoutes(
  app: FastifyInstance,
  { adminKey, reports, makeReport }: ReportHostParts & { readonly adminKey: string },
): void {
  /** What the relay passes on carries its caller's address: only this machine's user comes straight here. */
  const isHost = (request: FastifyRequest): boolean =>
    header(request, 'x-cwts-address') === undefined && sameKey(bearerOf(request) ?? '', adminKey);
  const stranger = (reply: FastifyReply): FastifyReply =>
    send(reply, 401, { code: 'not-allowed', sentence: 'This is done on the server’s own machine only.' });

  app.get('/admin/reports', async (request, reply) => {
    if (!isHost(request)) return stranger(reply);
    const listed = await reports({ kind: 'list' });
    return listed.ok ? reply.send({ ok: true, reports: listed.value }) : send(reply, 503, listed.error);
  });

  app.post('/admin/reports', async (request, reply) => {
    if (!isHost(request)) return stranger(reply);
    const body = askedSchema.safeParse(request.body);
    if (!body.success) {
      return send(reply, 400, { code: 'bad-request', sentence: 'This request is not well formed.' });
    }
    const made = await makeReport(body.data);
    return made.ok ? reply.send({ ok: true, sentence: made.value }) : send(reply, 422, made.error);
  });
}
