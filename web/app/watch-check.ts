/** Asks for the server's check as often as there is one, has it computed again here, and tells what was found. */
import type { CheckReport, CrossCheck, CrossCheckReply } from '../../protocol/cross-check.ts';
import type { Result } from '../../protocol/result.ts';
import type { Backend } from '../../shaders/runtime/backend.ts';
import type { CheckAnswer } from '../compute/port.ts';
import { reportOf, type CrossCheckStore } from '../state/cross-check.ts';
import { inputWords } from '../state/check-words.ts';

export interface CheckParts {
  readonly store: CrossCheckStore;
  readonly read: () => Promise<Result<CrossCheckReply>>;
  readonly compute: (check: CrossCheck) => Promise<CheckAnswer>;
  readonly report: (report: CheckReport) => Promise<Result<unknown>>;
  readonly nameOf: (instrument: number) => string;
  /** What computes now, and on which adapter. */
  readonly backend: () => { readonly backend: Backend | null; readonly adapter: string | null };
  readonly version: string;
  /** The server's clock, µs. */
  readonly now: () => number;
  /** Runs once after so many ms unless it is cancelled. */
  readonly later: (ms: number, run: () => void) => () => void;
}

/** Until the server has said how often. */
const FIRST_SECONDS = 10;
/** The compute worker answers in this or not at all. */
const PATIENCE_MS = 20_000;

/** Stands still until it is started; `stop` says why nothing is checked from then on. */
export class CheckWatch {
  readonly #parts: CheckParts;
  #everySeconds = FIRST_SECONDS;
  #cancel: () => void = () => undefined;
  /** Goes on with each start: what was asked before is forgotten. */
  #round = 0;
  #done: { readonly asOf: number; readonly backend: Backend } | null = null;

  constructor(parts: CheckParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#cancel();
    void this.#go(++this.#round);
  }

  stop(why: string): void {
    this.#cancel();
    this.#round++;
    this.#parts.store.unchecked(why, this.#parts.now());
  }

  async #go(round: number): Promise<void> {
    await this.#look(() => round === this.#round);
    if (round !== this.#round) return;
    this.#cancel = this.#parts.later(this.#everySeconds * 1000, () => void this.#go(round));
  }

  async #look(isWanted: () => boolean): Promise<void> {
    const { store, read, now } = this.#parts;
    const reply = await read();
    if (!isWanted()) return;
    if (!reply.ok) {
      store.unchecked(reply.error.sentence, now());
      return;
    }
    const { check, why, everySeconds } = reply.value;
    this.#everySeconds = everySeconds;
    if (!check) {
      store.unchecked(why ?? 'The server published nothing to check.', now());
      return;
    }
    // Once is enough, unless something else computes meanwhile.
    if (this.#done?.asOf === check.asOf && this.#done.backend === this.#parts.backend().backend) return;
    const answer = await this.#answer(check);
    if (isWanted()) await this.#take(check, answer);
  }

  /** A worker that failed answers nothing. */
  async #answer(check: CrossCheck): Promise<CheckAnswer> {
    const { compute, later } = this.#parts;
    let cancel: () => void = () => undefined;
    const silence = new Promise<CheckAnswer>((resolve) => {
      const sentence = 'The compute worker did not answer.';
      cancel = later(PATIENCE_MS, () => resolve({ kind: 'unchecked', sentence }));
    });
    const answer = await Promise.race([compute(check), silence]);
    cancel();
    return answer;
  }

  async #take(check: CrossCheck, answer: CheckAnswer): Promise<void> {
    const { store, report, nameOf, now, version } = this.#parts;
    if (answer.kind === 'unchecked') {
      store.unchecked(answer.sentence, now());
      return;
    }
    const { comparison, backend } = answer;
    const { asOf } = check;
    if (comparison.kind === 'other-inputs') {
      store.unchecked(inputWords(comparison.inputs), now());
      return;
    }
    if (comparison.kind === 'nothing') {
      store.unchecked('No two instruments have a correlation at the server yet.', now());
      return;
    }
    this.#done = { asOf, backend };
    const worst = comparison.kind === 'disagreed' ? comparison.worst : null;
    const pair = worst?.of === 'pair' ? ([name(worst.row), name(worst.column)] as const) : null;
    store.compared({ comparison, backend, asOf, pair, untold: 'It is being told.' });
    const { adapter } = this.#parts.backend();
    const told = await report(reportOf(comparison, { asOf, backend }, { adapter, version }));
    store.told(asOf, told.ok ? null : told.error.sentence);

    function name(row: number): string {
      const instrument = check.rows[row]?.instrument;
      return instrument === undefined ? 'an unknown instrument' : nameOf(instrument);
    }
  }
}
