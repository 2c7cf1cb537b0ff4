/** The checks that the server publishes, and what each session's console said of them. */
import type { CheckReport, CrossCheck, CrossCheckReply } from '../../protocol/cross-check.ts';
import { ok, refuse, type Result } from '../../protocol/result.ts';
import type { AlarmId, InstrumentIndex } from '../../protocol/units.ts';
import type { AuditEntry } from '../audit/record.ts';
import { askedBy, type Who } from '../audit/who.ts';
import type { Clock } from '../clock.ts';
import type { KernelsConfig } from '../config/kernels.ts';
import type { AlarmSpec } from '../health/alarm-book.ts';
import { consoleDisagrees } from '../health/catalogue.ts';
import type { RowReading } from '../health/rows.ts';
import { KeyedBuckets } from '../relay/limits.ts';
import { checkRow } from './check-row.ts';
import { disagreementWords, recordedOf } from './check-words.ts';
import { afterReport, type ConsoleState } from './console-verdict.ts';
import { FRESH_INTERVALS } from './kernels-thread.ts';
import type { CheckFigures } from './report.ts';

export interface CrossChecksParts {
  readonly clock: Pick<Clock, 'monotonicMicros'>;
  readonly config: Pick<KernelsConfig, 'enabled' | 'everySeconds'>;
  /** Version and build of the server. */
  readonly code: string;
  readonly log: { appendNow(entry: AuditEntry): void };
  readonly nameOf: (instrument: InstrumentIndex) => string;
  /** Whose session is not over. */
  readonly isThere: (session: string) => boolean;
  /** Alarms are to be read anew. */
  readonly changed: () => void;
}

/** Who reports, by their session: never a console's own word of itself. */
export type Reporter = Who & { readonly session: string };

/** A report may be of any of the last checks. */
const KEPT = 4;
/** Of one session: each of its windows reports each check once. */
const REPORTS = { perSecond: 0.5, burst: 20 };

export class CrossChecks {
  readonly #parts: CrossChecksParts;
  /** By `asOf`, oldest first. */
  readonly #checks = new Map<number, CrossCheck>();
  readonly #buckets = new KeyedBuckets(REPORTS);
  readonly #sessions = new Map<string, { readonly state: ConsoleState; readonly heardAt: number }>();
  /** Of the sessions that disagree, with the words of the first report. */
  readonly #alarms = new Map<string, AlarmSpec>();
  #last: { readonly told: Result<CrossCheck>; readonly at: number } | null = null;

  constructor(parts: CrossChecksParts) {
    this.#parts = parts;
  }

  /** A run of the server's kernels said this. */
  take(told: Result<CheckFigures>): void {
    const at = this.#parts.clock.monotonicMicros();
    if (!told.ok) {
      this.#last = { told, at };
      return;
    }
    const check: CrossCheck = { ...told.value, code: this.#parts.code };
    this.#last = { told: ok(check), at };
    // A replay that begins anew comes by the same times again.
    this.#checks.delete(check.asOf);
    this.#checks.set(check.asOf, check);
    for (const asOf of [...this.#checks.keys()].slice(0, -KEPT)) this.#checks.delete(asOf);
  }

  /** The newest check while it counts, or why there is none. */
  reply(): CrossCheckReply {
    const { everySeconds } = this.#parts.config;
    const fresh = this.#fresh();
    return fresh.ok
      ? { ok: true, everySeconds, check: fresh.value, why: null }
      : { ok: true, everySeconds, check: null, why: fresh.error.sentence };
  }

  /** Takes what a console found; what that changes is recorded, once. */
  hear(who: Reporter, report: CheckReport): Result<null> {
    const { session } = who;
    if (!this.#buckets.take(session, this.#parts.clock.monotonicMicros() / 1000)) {
      return refuse('too-many-reports', 'This session reports too often; wait a moment.');
    }
    const check = this.#checks.get(report.asOf);
    if (!check) return refuse('check-unknown', 'This check is not one of the last that were published.');
    const { verdict } = report;
    if (verdict.kind === 'disagreed' && recordedOf(check, verdict.worst) === undefined) {
      return refuse('bad-report', 'The check that is reported on has no such pair.');
    }
    this.#forgetEnded();
    const before = this.#sessions.get(session)?.state ?? null;
    const after = afterReport(before, report);
    this.#sessions.set(session, { state: after, heardAt: this.#parts.clock.monotonicMicros() });
    if (after.disagrees !== (before?.disagrees ?? false)) this.#turned(who, check, report);
    return ok(null);
  }

  /** One alarm a person, however many windows they have: nobody's console raises or clears another's. */
  conditions(): AlarmSpec[] {
    this.#forgetEnded();
    const byId = new Map<AlarmId, AlarmSpec>();
    for (const spec of this.#alarms.values()) if (!byId.has(spec.alarmId)) byId.set(spec.alarmId, spec);
    return [...byId.values()];
  }

  status(): RowReading[] {
    const { config, clock } = this.#parts;
    if (!config.enabled) return [];
    this.#forgetEnded();
    const since = clock.monotonicMicros() - FRESH_INTERVALS * config.everySeconds * 1_000_000;
    const heard = [...this.#sessions.values()];
    const disagree = heard.filter(({ state }) => state.disagrees).length;
    const agree = heard.filter(({ state, heardAt }) => !state.disagrees && heardAt >= since).length;
    return [checkRow({ agree, disagree, silent: heard.length - disagree - agree })];
  }

  #fresh(): Result<CrossCheck> {
    const { config, clock } = this.#parts;
    if (!config.enabled) return refuse('kernels-off', 'The server is set not to compute the market itself.');
    if (!this.#last) return refuse('no-check', 'The server has computed nothing yet.');
    const seconds = (clock.monotonicMicros() - this.#last.at) / 1_000_000;
    if (seconds > FRESH_INTERVALS * config.everySeconds) {
      return refuse('check-old', `The server last computed ${seconds.toFixed(0)} s ago.`);
    }
    return this.#last.told;
  }

  /** It disagrees from now on, or no longer. */
  #turned(who: Reporter, check: CrossCheck, { verdict, ...rest }: CheckReport): void {
    const { log, nameOf, changed } = this.#parts;
    const { session, user } = who;
    const own = { ...rest, compared: verdict.compared };
    const server = { backend: check.backend, code: check.code };
    const entry = { ...askedBy(who), scope: `session:${session}` };
    if (verdict.kind === 'disagreed') {
      const { worst, beyond } = verdict;
      const words = disagreementWords(verdict, check, nameOf);
      const finding = { ...worst, recorded: recordedOf(check, worst), beyond };
      this.#alarms.set(
        session,
        consoleDisagrees(user, `The console of ${user} (session ${session}) ${words}`),
      );
      const details = { sentence: `This console ${words}`, ...own, finding, server };
      log.appendNow({ ...entry, action: 'kernels.console-disagrees', details });
    } else {
      this.#alarms.delete(session);
      const details = { sentence: 'This console computes what the server does again.', ...own, server };
      log.appendNow({ ...entry, action: 'kernels.console-agrees', details });
    }
    changed();
  }

  #forgetEnded(): void {
    for (const session of this.#sessions.keys()) {
      if (this.#parts.isThere(session)) continue;
      this.#sessions.delete(session);
      this.#alarms.delete(session);
    }
  }
}
