/** Who asks for records to be removed asks here: refused before their time, logged before it is done. */
import type { CommandOf } from '../../../protocol/commands.ts';
import { ok, refuse, type Refusal, type Result } from '../../../protocol/result.ts';
import type { AuditEntry } from '../../audit/record.ts';
import { mergeRanges, type Range } from '../../audit/removed.ts';
import { askedBy, type Who } from '../../audit/who.ts';
import type { Clock } from '../../clock.ts';
import type { Author, HoldBook } from './holds.ts';
import { dueOf, keptAmong, keptUpTo, sameRanges } from './plan.ts';
import type { JudgedLog, RemovedNow, RetentionQuestion } from './questions.ts';

export interface OfficeParts {
  readonly log: {
    readonly sequence: number;
    append(entry: AuditEntry): Promise<void>;
    rootAt(size: number): Promise<Uint8Array>;
  };
  readonly clock: Clock;
  readonly holds: Pick<HoldBook, 'list'>;
  /** The last record that a snapshot of the state speaks for. */
  readonly covered: () => number;
  readonly ask: (question: RetentionQuestion) => Promise<Result<unknown>>;
  /** What was removed from the log is to go from the store too. */
  readonly forget: () => Promise<unknown>;
}

export interface PruneAsked {
  /** Everything up to this record, or nothing; null = all that is due. */
  readonly to: number | null;
  /** What was seen to be due: these, or nothing. */
  readonly exactly?: readonly Range[];
}

const NOT_WRITTEN = 'Nothing was removed: the audit log can’t be written, and a removal is logged first.';
/** Segments are read once; a long log's take longer than anybody waits for a page. */
const PLAN_MS = 5000;

export class RetentionOffice {
  readonly #parts: OfficeParts;
  #running = false;
  #planning: Promise<Result<JudgedLog>> | null = null;

  constructor(parts: OfficeParts) {
    this.#parts = parts;
  }

  /** Each whole segment, whether it may go now and else why not; refused while they are still being read. */
  plan(): Promise<Result<JudgedLog>> {
    // However many ask meanwhile, the segments are read once.
    const planning = (this.#planning ??= this.#judge().finally(() => (this.#planning = null)));
    return new Promise((answer) => {
      const sentence = 'The segments of the log are being read for the first time since the start.';
      const late = (): void => answer(refuse('retention-reading', sentence));
      const cancel = this.#parts.clock.setTimer(PLAN_MS, late);
      void planning.then((judged) => {
        cancel();
        answer(judged);
      });
    });
  }

  /** What a person saw to be due and confirmed. */
  remove({ ranges, reason }: Pick<CommandOf<'retention.prune'>, 'ranges' | 'reason'>, who: Who) {
    return this.prune({ to: null, exactly: ranges }, { ...askedBy(who), reason });
  }

  async prune(asked: PruneAsked, author: Author): Promise<Result<string>> {
    if (this.#running) return refuse('retention-running', 'Records are being removed already.');
    this.#running = true;
    try {
      return await this.#prune(asked, author);
    } finally {
      this.#running = false;
    }
  }

  async #judge(): Promise<Result<JudgedLog>> {
    const { clock, holds, covered, ask } = this.#parts;
    const question = { now: clock.wallMicros(), holds: holds.list(), covered: covered() };
    return (await ask({ kind: 'judge', question })) as Result<JudgedLog>;
  }

  async #prune({ to, exactly }: PruneAsked, author: Author): Promise<Result<string>> {
    const { holds, ask, forget, log } = this.#parts;
    const known = holds.list();
    const answer = await this.#judge();
    if (!answer.ok) return answer;
    const { segments, removed } = answer.value;
    const kept = exactly ? keptAmong(segments, exactly) : to === null ? null : keptUpTo(segments, to);
    if (kept) {
      const { first, last, because } = kept;
      const details = { ...(exactly ? { ranges: exactly } : { to }), first, last };
      return this.#refused(details, `Records ${first}–${last} stay: ${because}.`, author);
    }
    if (to !== null) {
      if (to > Math.max(0, ...segments.map(({ last }) => last), ...removed.map(({ last }) => last))) {
        const sentence = `Record ${to} lies in the segment that is being written, or is not there: it stays.`;
        return this.#refused({ to }, sentence, author);
      }
    }
    const due = dueOf(segments.filter(({ last }) => to === null || last <= to));
    if (exactly && !sameRanges(due, exactly)) {
      const sentence = 'Nothing was removed: what is due is no longer what was shown. Look at it again.';
      return this.#refused({ ranges: exactly }, sentence, author, 'retention-changed');
    }
    if (due.length === 0) return ok('No whole segment of the log is past its time: nothing was removed.');
    const after = log.sequence;
    try {
      // What was removed before is said again: an older record of it may go in its turn.
      for (const range of mergeRanges([...removed, ...due])) await this.#record(range, due, author);
    } catch {
      return refuse('audit-broken', NOT_WRITTEN);
    }
    const isNew = (id: string): boolean => !known.some((one) => one.id === id);
    if (holds.list().some(({ id }) => isNew(id))) {
      const sentence = 'A hold was placed meanwhile: nothing was removed. Ask again.';
      return this.#refused({ ranges: due }, sentence, author);
    }
    const done = await ask({ kind: 'remove', ranges: due, after });
    if (!done.ok) return done;
    await forget();
    const { segments: count } = done.value as RemovedNow;
    const what = due.map(({ first, last }) => `${first}–${last}`).join(', ');
    return ok(
      `Records ${what} were removed (${count} ${count === 1 ? 'segment' : 'segments'}); their hashes stay.`,
    );
  }

  async #record({ first, last }: Range, now: readonly Range[], author: Author): Promise<void> {
    const root = Buffer.from(await this.#parts.log.rootAt(last)).toString('hex');
    const details = { first, last, root, now };
    await this.#parts.log.append({ ...author, action: 'retention.removed', scope: 'audit', details });
  }

  async #refused(
    asked: Readonly<Record<string, unknown>>,
    sentence: string,
    author: Author,
    code = 'retention-early',
  ): Promise<{ readonly ok: false; error: Refusal }> {
    const details = { ...asked, sentence };
    try {
      await this.#parts.log.append({ ...author, action: 'retention.refused', scope: 'audit', details });
    } catch {
      return refuse('audit-broken', NOT_WRITTEN);
    }
    return refuse(code, sentence);
  }
}
