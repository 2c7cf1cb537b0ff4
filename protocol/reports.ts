/**
 * Reports as the console lists them. A report is built from the log, signed, and kept.
 *
 *     GET /api/reports                       → ReportsReply    (report.read)
 *     GET /api/reports/:reportId.html|.json  the document; `.json` carries its signature
 */
import { z } from 'zod';
import { unitSchema } from './units.ts';

/** `incident`: a halt, breaker or by hand. `daily`: a day. `review`: the yearly pack. */
export const REPORT_KINDS = ['incident', 'daily', 'review'] as const;

export const deliverySchema = z.object({
  recipient: z.string(),
  state: z.enum(['queued', 'delivered', 'failed']),
  attempts: unitSchema.count,
  /** When the recipient took it, and what it answered. */
  at: unitSchema.micros.nullable(),
  receipt: z.string().nullable(),
  trouble: z.string().nullable(),
});

export const reportSchema = z.object({
  reportId: z.string(),
  kind: z.enum(REPORT_KINDS),
  title: z.string(),
  madeAt: unitSchema.micros,
  by: z.string(),
  deliveries: z.array(deliverySchema),
});
export type ReportView = z.infer<typeof reportSchema>;

export const reportsReplySchema = z.object({ ok: z.literal(true), reports: z.array(reportSchema) });
