import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Result } from '../../protocol/result.ts';
import type { Auth } from '../auth/auth.ts';
import { REPORT_POLICY } from '../reports/html.ts';
import type { ReportsQuestion } from '../reports/questions.ts';
import { addressOf, send } from './listener.ts';
import { cookieOf } from './session-cookie.ts';

export interface ReportRouteParts {
  /** Answered by the archive thread; this one only passes it on. */
  readonly reports: (question: ReportsQuestion) => Promise<Result<unknown>>;
}

const NAME = /^([a-z]{1,16}-\d{1,16})\.(html|json)$/;

/** Signed reports: the list and the documents, for `report.read`. */
export function addReportRoutes(
  app: FastifyInstance,
  { auth, reports }: ReportRouteParts & { readonly auth: Pick<Auth, 'identify'> },
): void {
  /** Whether this request may; when not, it is answered. */
  const mayRead = (request: FastifyRequest, reply: FastifyReply): boolean => {
    const identity = auth.identify(cookieOf(request), addressOf(request));
    if (!identity) {
      send(reply, 401, { code: 'not-signed-in', sentence: 'You are not signed in.' });
      return false;
    }
    if (identity.may('report.read')) return true;
    send(reply, 403, { code: 'not-allowed', sentence: `The role ${identity.role} may not read reports.` });
    return false;
  };

  app.get('/api/reports', async (request, reply) => {
    if (!mayRead(request, reply)) return reply;
    const listed = await reports({ kind: 'list' });
    if (!listed.ok) return send(reply, 503, listed.error);
    return reply.send({ ok: true, reports: listed.value });
  });

  app.get('/api/reports/:name', async (request, reply) => {
    if (!mayRead(request, reply)) return reply;
    const [, reportId, form] = NAME.exec((request.params as { name: string }).name) ?? [];
    if (reportId === undefined || (form !== 'html' && form !== 'json')) {
      return send(reply, 404, { code: 'no-report', sentence: 'There is no such report.' });
    }
    const document = await reports({ kind: 'document', reportId, form });
    if (!document.ok) {
      return send(reply, document.error.code === 'no-report' ? 404 : 503, document.error);
    }
    if (form === 'html') {
      return reply
        .type('text/html; charset=utf-8')
        .header('content-security-policy', REPORT_POLICY)
        .send(document.value);
    }
    return reply
      .type('application/json; charset=utf-8')
      .header('content-disposition', `attachment; filename="${reportId}.json"`)
      .send(document.value);
  });
}
