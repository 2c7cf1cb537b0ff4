/** What the log says of reports: what is to be made, what was made, and who has it. The fold of its records. Pure. */
import { z } from 'zod';
import type { AuditRecord } from '../../protocol/audit.ts';
import { REPORT_KINDS, type ReportView } from '../../protocol/reports.ts';
import { unitSchema, type Micros } from '../../protocol/units.ts';
import { wallMicrosOf } from '../audit/record.ts';
import { asObject, asText } from './words.ts';

/** A report that something in the log calls for. */
export interface Due {
  /** The record that called for it: it names the report. */
  readonly cause: number;
  readonly kind: (typeof REPORT_KINDS)[number];
  readonly about: string;
  readonly by: string;
  /** Of who waits to hear what became of it; null: nobody does. */
  readonly mark: string | null;
}

export const madeSchema = z.object({
  reportId: z.string(),
  kind: z.enum(REPORT_KINDS),
  about: z.string(),
  by: z.string(),
  cause: unitSchema.count,
  title: z.string(),
  madeAt: unitSchema.micros,
  /** The head it was built under: with it the same records make the same report again. */
  checkpoint: z.string(),
  /** Of the signed JSON. */
  sha256: z.string(),
  /** To whom it goes: in the same record, so that no crash makes a report that goes to nobody. */
  recipients: z.array(z.string()).default([]),
});
export type Made = z.infer<typeof madeSchema>;

export type Delivery = ReportView['deliveries'][number] & { readonly queuedAt: Micros };

const deliverySchema = z.object({ reportId: z.string(), recipient: z.string() });

export class ReportLedger {
  readonly #due = new Map<number, Due>();
  readonly #made = new Map<string, Made>();
  readonly #deliveries = new Map<string, Map<string, Delivery>>();
  /** Halts by id and phase: a phase that comes again makes no other report. */
  readonly #halts = new Set<string>();
  readonly #days = new Set<string>();
  /** Causes of yearly packs for which the log was verified. */
  readonly #verified = new Set<number>();
  /** The size of the log when reports were first followed; null before that is known. */
  #begun: number | null = null;

  add(record: AuditRecord): void {
    const { action } = record;
    if (action.startsWith('halt.')) this.#halt(record);
    else if (action === 'report.begun') this.#begins(record);
    else if (action === 'report.asked') this.#asked(record);
    else if (action === 'review.certified') this.#certified(record);
    else if (action === 'report.made') this.#isMade(record);
    else if (action === 'report.verified') this.#verified.add(Number(record.details['cause']));
    else if (action === 'report.refused') this.#due.delete(Number(record.details['cause']));
    else if (action.startsWith('report.')) this.#delivery(record);
  }

  /**
   * What is to be made now. A halt calls for its report by itself only behind the size of the log that
   * `report.begun` holds, which the first start that knows reports writes once: a log that is older than
   * reports gets none for the halts it has (a person asks for one by hand), but the release after that
   * start of a halt pressed before it has its own. Before `report.begun` is read, halts wait.
   */
  due(): readonly Due[] {
    const begun = this.#begun ?? Infinity;
    return [...this.#due.values()].filter((one) => !isOfHaltItself(one) || one.cause > begun);
  }

  get hasBegun(): boolean {
    return this.#begun !== null;
  }

  made(reportId: string): Made | undefined {
    return this.#made.get(reportId);
  }

  /** Whether the log was verified for the pack of that cause, and the log says so. */
  isVerified(cause: number): boolean {
    return this.#verified.has(cause);
  }

  /** Whether the summary of that day was asked for by the clock. */
  hasDay(day: string): boolean {
    return this.#days.has(day);
  }

  /** What is still on its way. */
  queued(): { readonly made: Made; readonly delivery: Delivery }[] {
    return [...this.#made.values()].flatMap((made) =>
      [...(this.#deliveries.get(made.reportId)?.values() ?? [])]
        .filter(({ state }) => state === 'queued')
        .map((delivery) => ({ made, delivery })),
    );
  }

  /** Newest first. */
  views(limit: number): ReportView[] {
    return [...this.#made.values()]
      .slice(-limit)
      .reverse()
      .map(({ reportId, kind, title, madeAt, by }) => ({
        ...{ reportId, kind, title, madeAt, by },
        deliveries: [...(this.#deliveries.get(reportId)?.values() ?? [])].map(
          ({ queuedAt: _queuedAt, ...delivery }) => delivery,
        ),
      }));
  }

  #halt({ seq, action, details, before, after }: AuditRecord): void {
    if (details['refused'] !== null) return;
    const state = asObject(details['state']);
    const phase = asText(state['phase']) ?? '';
    const isOver = action === 'halt.release';
    const isAtEnd = action === 'halt.progress' && (phase === 'confirmed' || phase === 'residual');
    if (!isOver && !isAtEnd) return;
    const about = asText(before?.['haltId']) ?? asText(after?.['haltId']) ?? asText(state['haltId']);
    const key = `${about} ${isOver ? 'released' : phase}`;
    if (about === null || this.#halts.has(key)) return;
    this.#halts.add(key);
    this.#due.set(seq, { cause: seq, kind: 'incident', about, by: 'server', mark: null });
  }

  #begins({ details }: AuditRecord): void {
    this.#begun ??= unitSchema.count.safeParse(details['size']).data ?? null;
    const begun = this.#begun;
    if (begun === null) return;
    for (const [cause, due] of this.#due) if (isOfHaltItself(due) && cause <= begun) this.#due.delete(cause);
  }

  #asked({ seq, actor, details }: AuditRecord): void {
    const kind = z.enum(REPORT_KINDS).safeParse(details['report']).data;
    const about = asText(details['about']);
    if (kind === undefined || about === null) return;
    if (kind === 'daily' && actor === 'server') this.#days.add(about);
    this.#due.set(seq, { cause: seq, kind, about, by: actor, mark: asText(details['mark']) });
  }

  /** The pack is made once more, with its certification in it. */
  #certified({ seq, actor, details }: AuditRecord): void {
    const about = asText(details['about']);
    if (about !== null) this.#due.set(seq, { cause: seq, kind: 'review', about, by: actor, mark: null });
  }

  #isMade(record: AuditRecord): void {
    const made = madeSchema.safeParse(record.details).data;
    if (!made) return;
    const { reportId } = made;
    this.#due.delete(made.cause);
    this.#made.set(reportId, made);
    for (const recipient of made.recipients) this.#queue(reportId, recipient, wallMicrosOf(record));
  }

  /** Once for each report and recipient; what was sent or tried meanwhile stays as it is. */
  #queue(reportId: string, recipient: string, queuedAt: Micros): Delivery {
    const of = this.#deliveries.get(reportId) ?? new Map<string, Delivery>();
    this.#deliveries.set(reportId, of);
    const delivery = of.get(recipient) ?? {
      ...{ recipient, state: 'queued' as const, attempts: 0, at: null, receipt: null, trouble: null },
      queuedAt,
    };
    of.set(recipient, delivery);
    return delivery;
  }

  #delivery(record: AuditRecord): void {
    const named = deliverySchema.safeParse(record.details).data;
    if (!named) return;
    const { reportId, recipient } = named;
    const at = wallMicrosOf(record);
    const before = this.#queue(reportId, recipient, at);
    const of = this.#deliveries.get(reportId);
    if (record.action === 'report.delivered') {
      const receipt = asText(record.details['receipt']);
      of?.set(recipient, {
        ...before,
        state: 'delivered',
        attempts: before.attempts + 1,
        at,
        receipt,
        trouble: null,
      });
    } else if (record.action === 'report.failed') {
      const state = record.details['last'] === true ? 'failed' : 'queued';
      const trouble = asText(record.details['trouble']);
      of?.set(recipient, { ...before, state, attempts: before.attempts + 1, at, trouble });
    }
  }
}

/** A halt's own report: asked for by hand it carries its asker's name. */
const isOfHaltItself = ({ kind, by }: Due): boolean => kind === 'incident' && by === 'server';
