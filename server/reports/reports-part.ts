/** Reports in the archive thread: follows the log, makes what it calls for, and sends what was made. */
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson } from '../../protocol/canonical.ts';
import { ok, refuse, type Result } from '../../protocol/result.ts';
import type { Micros } from '../../protocol/units.ts';
import type { LogHead, Part } from '../archive/part.ts';
import { writePrivateFile } from '../auth/key-file.ts';
import type { AuditEntry } from '../audit/record.ts';
import type { HeadSigner } from '../audit/signer.ts';
import type { Cancel, Clock } from '../clock.ts';
import { figure, type RowReading } from '../health/rows.ts';
import { signedReportSchema, type SignedReport } from './document.ts';
import { reportHtml } from './html.ts';
import { ReportLedger, type Delivery, type Due, type Made } from './ledger.ts';
import { eachRecord, newestCheckpoint } from './log-on-disk.ts';
import { makeReport, reportIdOf } from './make.ts';
import { Outcomes } from './outcomes.ts';
import { ATTEMPTS_MAX, isLate, nextTry } from './outbox.ts';
import type { ReportsQuestion } from './questions.ts';
import type { Deliver, Recipient } from './recipients.ts';
import { verifiedNow } from './verify.ts';

export interface ReportsOptions {
  readonly auditDir: string;
  /** Where signed reports lie, `<data>/reports`; made when it is not there. */
  readonly dir: string;
  readonly signer: HeadSigner;
  readonly recipients: readonly Recipient[];
  /** Minutes after midnight UTC at which the day before is summed up; null = by hand only. */
  readonly dailyMinute: number | null;
  readonly clock: Clock;
  readonly deliver: Deliver;
  /** Into the audit log, by the thread that owns it; this part reads it back from there. */
  readonly record: (entry: AuditEntry) => void;
}

const LOOK_MS = 1000;
const LISTED_MAX = 500;
const DAY_MS = 86_400_000;

export class ReportsPart implements Part {
  readonly name = 'reports';
  readonly #options: ReportsOptions;
  readonly #ledger = new ReportLedger();
  readonly #outcomes: Outcomes;
  /** What was told to the log and not yet read from it: not to be done twice. */
  readonly #told = new Set<string>();
  #size = 0;
  #read = 0;
  /** How much log there was when this run first looked. */
  #first = 0;
  #trouble: string | null = null;
  #running: Promise<void> | null = null;
  #again = false;
  #over = false;
  #stopLooking: Cancel = () => undefined;

  constructor(options: ReportsOptions) {
    this.#options = options;
    this.#outcomes = new Outcomes(options.clock);
  }

  start(): void {
    this.#stopLooking = this.#options.clock.setRepeating(LOOK_MS, () => this.#look());
    this.#look();
  }

  head({ size }: LogHead): void {
    this.#size = Math.max(this.#size, size);
    this.#look();
  }

  status(): RowReading {
    const now = this.#options.clock.wallMicros();
    const queued = this.#ledger.queued();
    const late = queued.filter(({ delivery }) => isLate(delivery, now));
    const figures = [figure('on their way', queued.length, 'count'), figure('late', late.length, 'count')];
    const row = { id: 'reports', name: 'Reports', figures };
    const [first] = late;
    if (this.#trouble !== null) return { ...row, state: 'degraded', sentence: this.#trouble };
    if (first) {
      const { made, delivery } = first;
      const why = delivery.trouble === null ? '' : ` ${delivery.trouble}`;
      const sentence = `${made.reportId} did not reach ${delivery.recipient} for an hour.${why}`;
      return { ...row, state: 'degraded', sentence };
    }
    return { ...row, state: 'ok', sentence: 'Reports are made and sent.' };
  }

  async ask(question: unknown): Promise<Result<unknown>> {
    const asked = question as ReportsQuestion;
    if (asked.kind === 'list') return ok(this.#ledger.views(LISTED_MAX));
    if (asked.kind === 'outcome') return ok(await this.#outcomes.of(asked.mark));
    const made = this.#ledger.made(asked.reportId);
    if (!made) return refuse('no-report', 'There is no such report.');
    if (asked.kind === 'review') {
      if (made.kind !== 'review') return refuse('no-review', 'Only a yearly review pack is certified.');
      return ok({ about: made.about, sha256: made.sha256 });
    }
    try {
      const signed = await this.#signed(made);
      if (!signed.ok) return signed;
      return ok(asked.form === 'json' ? textOf(signed.value) : reportHtml(signed.value));
    } catch {
      return refuse('report-unreadable', 'The report can not be read or made again now.');
    }
  }

  async stop(): Promise<void> {
    this.#over = true;
    this.#stopLooking();
    this.#outcomes.stop();
    await this.#running;
  }

  #look(): void {
    if (this.#over) return;
    if (this.#running) {
      this.#again = true;
      return;
    }
    this.#again = false;
    this.#running = this.#work()
      .then(
        () => (this.#trouble = null),
        (error: unknown) => {
          const { message } = error as Error;
          this.#trouble = `Reports can't be made now: ${message}`;
        },
      )
      .then(() => {
        this.#running = null;
        if (this.#again) this.#look();
      });
  }

  async #work(): Promise<void> {
    const { auditDir } = this.#options;
    // As it is now: it grows while this is read.
    const to = this.#size;
    if (to > this.#read) {
      await eachRecord(auditDir, { from: this.#read + 1, to }, (record) => {
        this.#ledger.add(record);
        this.#read = record.seq;
      });
      this.#read = to;
    }
    if (this.#read === 0) return;
    this.#begin();
    this.#askForDay();
    const trouble = await this.#makeAll();
    const now = this.#options.clock.wallMicros();
    const ready = this.#ledger.queued().filter(({ delivery }) => nextTry(delivery) <= now);
    // Side by side: one that hangs holds no other up.
    await Promise.all(ready.map(({ made, delivery }) => this.#send(made, delivery)));
    if (trouble !== null) throw trouble;
  }

  /** One that can't be made now is tried again and holds no other up. */
  async #makeAll(): Promise<Error | null> {
    let trouble: Error | null = null;
    for (const due of this.#ledger.due()) {
      if (this.#isStopped()) break;
      await this.#make(due).catch((error: unknown) => (trouble = error as Error));
    }
    return trouble;
  }

  /** Once in the life of a log; see `ReportLedger.due`. */
  #begin(): void {
    if (this.#first === 0) this.#first = this.#read;
    if (this.#ledger.hasBegun || this.#told.has('begun')) return;
    this.#told.add('begun');
    const details = { size: this.#first };
    this.#options.record({ actor: 'server', action: 'report.begun', scope: 'reports', details });
  }

  /** Asked after an await: `stop` may have come meanwhile. */
  #isStopped(): boolean {
    return this.#over;
  }

  #askForDay(): void {
    const { dailyMinute, clock, record } = this.#options;
    if (dailyMinute === null) return;
    const nowMs = clock.wallMicros() / 1000;
    const today = Math.floor(nowMs / DAY_MS) * DAY_MS;
    if (nowMs < today + dailyMinute * 60_000) return;
    const about = new Date(today - DAY_MS).toISOString().slice(0, 10);
    if (this.#ledger.hasDay(about) || this.#told.has(about)) return;
    this.#told.add(about);
    record({
      actor: 'server',
      action: 'report.asked',
      scope: 'reports',
      details: { report: 'daily', about },
    });
  }

  async #make(due: Due): Promise<void> {
    const { auditDir, signer, clock, dir, record, recipients } = this.#options;
    const reportId = reportIdOf(due);
    if (this.#told.has(reportId)) return;
    if (due.kind === 'review' && !this.#ledger.isVerified(due.cause)) return this.#verify(due);
    const newest = await newestCheckpoint(auditDir);
    // The record that called for it is not under a signed head yet.
    if (!newest || newest.head.size < due.cause) return;
    const checkpoint = newest.note;
    const madeAt = clock.wallMicros();
    const signed = await makeReport({ auditDir, signer, due, checkpoint, madeAt });
    const scope = `report:${reportId}`;
    if (!signed.ok) {
      this.#told.add(reportId);
      const details = { cause: due.cause, ...signed.error };
      record({ actor: 'server', action: 'report.refused', scope, details });
      this.#outcomes.is(due.mark, { state: 'refused', ...signed.error });
      return;
    }
    const text = textOf(signed.value);
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    writePrivateFile(join(dir, `${reportId}.html`), reportHtml(signed.value));
    writePrivateFile(join(dir, `${reportId}.json`), text);
    const made: Made = {
      ...{ reportId, kind: due.kind, about: due.about, by: due.by, cause: due.cause },
      ...{ title: signed.value.report.title, madeAt, checkpoint, sha256: sha256(text) },
      recipients: recipients.map(({ name }) => name),
    };
    this.#told.add(reportId);
    record({ actor: 'server', action: 'report.made', scope, details: made });
    this.#outcomes.is(due.mark, { state: 'made', reportId, title: made.title });
    for (const recipient of made.recipients) {
      record({ actor: 'server', action: 'report.queued', scope, details: { reportId, recipient } });
    }
  }

  /** Before a yearly pack is made: it is built from the log alone, so that the verdict goes there first. */
  async #verify({ cause, about }: Due): Promise<void> {
    const { auditDir, signer, record } = this.#options;
    const once = `verified ${cause}`;
    if (this.#told.has(once)) return;
    const { isRight, lines } = await verifiedNow(auditDir, signer.verifier);
    this.#told.add(once);
    const details = { cause, about, isRight, lines: [...lines] };
    record({ actor: 'server', action: 'report.verified', scope: `report:review-${cause}`, details });
  }

  async #send(made: Made, { recipient: name, attempts }: Delivery): Promise<void> {
    const { recipients, deliver, record } = this.#options;
    const { reportId, title } = made;
    const key = `${reportId}/${name}`;
    const attempt = `${key}#${attempts}`;
    if (this.#told.has(attempt)) return;
    const recipient = recipients.find((one) => one.name === name);
    const signed = recipient && (await this.#signed(made));
    const sent: Result<string> = !recipient
      ? refuse('no-recipient', 'This recipient is no longer configured.')
      : signed?.ok
        ? await deliver(recipient, {
            ...{ reportId, title, key, json: textOf(signed.value), html: reportHtml(signed.value) },
            signature: signed.value.signature.value,
          })
        : refuse('no-report', 'The report can not be read.');
    // At least once: what was sent and not written here is sent again, under the same key.
    this.#told.add(attempt);
    const scope = `report:${reportId}`;
    const of = { reportId, recipient: name, key };
    if (sent.ok) {
      const details = { ...of, receipt: sent.value };
      record({ actor: 'server', action: 'report.delivered', scope, details });
      return;
    }
    const last = !recipient || attempts + 1 >= ATTEMPTS_MAX;
    const details = { ...of, trouble: sent.error.sentence, last };
    record({ actor: 'server', action: 'report.failed', scope, details });
  }

  /** From its file; from the log again when that is missing or was changed. */
  async #signed(made: Made): Promise<Result<SignedReport>> {
    const { auditDir, dir, signer } = this.#options;
    const text = await readFile(join(dir, `${made.reportId}.json`), 'utf8').catch(() => null);
    if (text !== null && sha256(text) === made.sha256) {
      return ok(signedReportSchema.parse(JSON.parse(text)));
    }
    const again = await makeReport({ auditDir, signer, due: { ...made, mark: null }, ...pick(made) });
    if (again.ok && sha256(textOf(again.value)) !== made.sha256) {
      return refuse('report-changed', 'The report made again from the log is not the one that was made.');
    }
    return again;
  }
}

const pick = ({ checkpoint, madeAt }: Made): { checkpoint: string; madeAt: Micros } => ({
  checkpoint,
  madeAt,
});
const textOf = (signed: SignedReport): string => `${canonicalJson(signed)}\n`;
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
