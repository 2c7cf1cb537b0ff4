import { reportsReplySchema, type ReportView } from '../../protocol/reports.ts';
import { ok, type Result } from '../../protocol/result.ts';
import { ask } from '../audit/ask.ts';

export async function readReports(): Promise<Result<readonly ReportView[]>> {
  const reply = await ask('/api/reports', reportsReplySchema);
  return reply.ok ? ok(reply.value.reports) : reply;
}

/** The document: `.html` to read, `.json` with its signature to check. */
export const reportAddress = (reportId: string, kind: 'html' | 'json'): string =>
  `/api/reports/${encodeURIComponent(reportId)}.${kind}`;
