/**
 * A report as it is signed: words and tables from the log, and every record that it cites with the
 * proof that the record is in the log under the head the report names. Plain JSON; RFC 8785 when signed.
 */
import { z } from 'zod';
import { REPORT_KINDS } from '../../protocol/reports.ts';
import type { AuditRecord } from '../../protocol/audit.ts';
import { unitSchema } from '../../protocol/units.ts';

const sectionSchema = z.strictObject({
  title: z.string(),
  /** What the table does not say; also what is not known. */
  notes: z.array(z.string()),
  columns: z.array(z.string()),
  rows: z.array(z.strictObject({ cells: z.array(z.string()), seq: unitSchema.count.nullable() })),
});
export type Section = z.infer<typeof sectionSchema>;

export const citedSchema = z.strictObject({
  seq: unitSchema.count,
  /** The record's canonical bytes, as text. */
  record: z.string(),
  /** Inclusion in the tree of `log.size` leaves, RFC 9162, hex. */
  proof: z.array(z.string().regex(/^[0-9a-f]{64}$/)),
});
export type Cited = z.infer<typeof citedSchema>;

export const reportDocumentSchema = z.strictObject({
  format: z.literal('cwts-report-1'),
  reportId: z.string(),
  kind: z.enum(REPORT_KINDS),
  title: z.string(),
  about: z.string(),
  by: z.string(),
  /** µs since 1970, UTC. */
  madeAt: unitSchema.micros,
  period: z.strictObject({ from: unitSchema.micros.nullable(), to: unitSchema.micros.nullable() }),
  /** The state of the log that it was built from: records 1 … size and nothing else. */
  log: z.strictObject({ size: unitSchema.count, checkpoint: z.string(), verifier: z.string() }),
  summary: z.array(z.string()),
  sections: z.array(sectionSchema),
  cited: z.array(citedSchema),
});
export type ReportDocument = z.infer<typeof reportDocumentSchema>;

export const signedReportSchema = z.strictObject({
  report: reportDocumentSchema,
  signature: z.strictObject({
    /** `name+hash+key`, as the log's own verifier. */
    verifier: z.string(),
    /** What was signed: UTF-8 of this, one zero byte, the report as RFC 8785 JSON. */
    purpose: z.literal('cwts-report-v1'),
    /** Ed25519, base64. */
    value: z.string(),
  }),
});
export type SignedReport = z.infer<typeof signedReportSchema>;

/** What a builder makes of the records; the rest is known before or comes from the tree. */
export type Content = Pick<ReportDocument, 'title' | 'period' | 'summary' | 'sections'>;

/** Takes the records of the log in their order, then says what they come to. Pure. */
export interface Builder {
  add(record: AuditRecord): void;
  /** null: the log has nothing of what it is about. */
  content(): Content | null;
}

/** The records that a report's rows stand on, each once, in the order of the log. */
export function citedBy({ sections }: Content): number[] {
  const seqs = sections.flatMap(({ rows }) => rows.flatMap(({ seq }) => (seq === null ? [] : [seq])));
  return [...new Set(seqs)].sort((a, b) => a - b);
}
