/** Retention as a part of the archive thread: reads what may go, and removes what the log says is removed. */
import { ok, refuse, type Result } from '../../../protocol/result.ts';
import { causeOf } from '../../audit/audit-state.ts';
import { removedFrom } from '../../audit/segment-source.ts';
import { figure, type RowReading } from '../../health/rows.ts';
import type { LogHead, Part } from '../part.ts';
import { Facts } from './facts.ts';
import type { Days } from './families.ts';
import { judge } from './plan.ts';
import type { JudgedLog, RemovedNow, RetentionQuestion } from './questions.ts';
import { removeSegments, type RemoveStep } from './remove.ts';

export interface RetentionPartOptions {
  readonly auditDir: string;
  readonly days: Days;
  /** Told each step of a removal before it is done; a test's throws. */
  readonly before?: (step: RemoveStep) => void;
}

export class RetentionPart implements Part {
  readonly name = 'retention';
  readonly #options: RetentionPartOptions;
  readonly #facts: Facts;
  #size = 0;
  #removed = 0;

  constructor(options: RetentionPartOptions) {
    this.#options = options;
    this.#facts = new Facts(options.auditDir, options.days);
  }

  /** It does nothing by itself: records go when somebody asks for it. */
  start(): void {
    return undefined;
  }

  head(head: LogHead): void {
    this.#size = Math.max(this.#size, head.size);
  }

  status(): RowReading {
    return {
      id: 'retention',
      name: 'Retention',
      state: 'ok',
      sentence: 'Records are kept for their time, and as long as a hold asks for them.',
      figures: [figure('segments removed since start', this.#removed, 'count')],
    };
  }

  async ask(question: unknown): Promise<Result<unknown>> {
    const asked = question as RetentionQuestion;
    try {
      return asked.kind === 'judge' ? await this.#judge(asked) : await this.#remove(asked);
    } catch (error) {
      return refuse('retention-failed', `Retention can’t read or remove segments: ${causeOf(error)}.`);
    }
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  async #judge({ question }: RetentionQuestion & { kind: 'judge' }): Promise<Result<JudgedLog>> {
    const facts = await this.#facts.upTo(this.#size);
    const removed = await removedFrom(this.#options.auditDir);
    return ok({ segments: facts.map((one) => judge(one, question)), removed });
  }

  async #remove({ ranges, after }: RetentionQuestion & { kind: 'remove' }): Promise<Result<RemovedNow>> {
    const { auditDir, before } = this.#options;
    const done = await removeSegments({
      ...{ auditDir, ranges, after, size: this.#size },
      ...(before ? { before } : {}),
    });
    if (!done.ok) return done;
    this.#removed += done.value;
    return ok({ segments: done.value });
  }
}
