/** Who waits to hear what became of a report that they asked for. */
import type { Clock } from '../clock.ts';
import type { ReportOutcome } from './questions.ts';

/** Shorter than a console waits for the answer to a command. */
const WAIT_MS = 2000;
const WAITING: ReportOutcome = { state: 'waiting' };

export class Outcomes {
  readonly #clock: Pick<Clock, 'setTimer'>;
  readonly #waiting = new Map<string, (outcome: ReportOutcome) => void>();

  constructor(clock: Pick<Clock, 'setTimer'>) {
    this.#clock = clock;
  }

  /** Of the next report made or refused under that mark; `waiting` when that takes longer than somebody waits. */
  of(mark: string): Promise<ReportOutcome> {
    return new Promise((answer) => {
      const cancel = this.#clock.setTimer(WAIT_MS, () => this.is(mark, WAITING));
      this.#waiting.set(mark, (outcome) => {
        cancel();
        answer(outcome);
      });
    });
  }

  is(mark: string | null, outcome: ReportOutcome): void {
    if (mark === null) return;
    const answer = this.#waiting.get(mark);
    this.#waiting.delete(mark);
    answer?.(outcome);
  }

  /** Nothing is made any more. */
  stop(): void {
    for (const mark of [...this.#waiting.keys()]) this.is(mark, WAITING);
  }
}
