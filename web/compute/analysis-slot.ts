import { createStore } from 'zustand/vanilla';
import type { Refusal } from '../../protocol/result.ts';
import type { Answered } from '../../shaders/analyses/analysis.ts';
import type { AnswerOf, OptionsOf } from '../../shaders/analyses/registry.ts';
import type { AnyName, FromAnalysis, Question } from './analysis-port.ts';

/** What a panel knows of its question. */
export interface AnalysisView<N extends AnyName> {
  /** The newest answer; it stays while the next is made, so look at `isCurrent`. */
  readonly answered: (Answered<AnswerOf<N>> & { readonly options: OptionsOf<N> }) | null;
  /** False: the answer is to an earlier question of this panel, or to bars before those that have none. */
  readonly isCurrent: boolean;
  /** When the answer last went on to a newer bar, monotonic ms; null before the first. */
  readonly newBarAt: number | null;
  readonly running: boolean;
  /** 0 … 1; null where it is not known. */
  readonly progress: number | null;
  /** Why there is no answer to the present question. */
  readonly refusal: Refusal | null;
  readonly failed: string | null;
}

const NOTHING = {
  answered: null,
  isCurrent: false,
  newBarAt: null,
  running: false,
  progress: null,
  refusal: null,
  failed: null,
} as const;

export interface Hearer {
  hear(message: FromAnalysis): void;
  failed(sentence: string): void;
}

/** What a slot asks by. */
export interface Asks {
  ask(slot: number, id: number, question: Question, hearer: Hearer): void;
  drop(slot: number): void;
}

/** One panel's place at the analysis worker. */
export class AnalysisSlot<N extends AnyName> {
  readonly view = createStore<AnalysisView<N>>(() => NOTHING);
  readonly #slot: number;
  readonly #link: Asks;
  readonly #now: () => number;
  #id = 0;
  #question: Question<N> | null = null;
  #key = '';

  /** @param now ms of a monotonic clock. */
  constructor(link: Asks, slot: number, now: () => number) {
    this.#link = link;
    this.#now = now;
    this.#slot = slot;
  }

  /** The same question again changes nothing. */
  ask(question: Question<N>): void {
    const key = keyOf(question);
    if (key === this.#key) return;
    this.#key = key;
    this.#question = question;
    this.view.setState({ isCurrent: false, running: false, progress: null, refusal: null, failed: null });
    this.#link.ask(this.#slot, ++this.#id, question, this);
  }

  /** Nothing is computed for it from now on. */
  close(): void {
    if (this.#key === '') return;
    this.#key = '';
    this.#id++;
    this.view.setState(NOTHING);
    this.#link.drop(this.#slot);
  }

  failed(sentence: string): void {
    this.view.setState({ isCurrent: false, running: false, progress: null, failed: sentence });
  }

  hear(message: FromAnalysis): void {
    if (message.id !== this.#id || this.#question === null) return;
    switch (message.kind) {
      case 'running':
        this.view.setState({ running: true, progress: null });
        return;
      case 'progress':
        this.view.setState({ progress: message.done / message.of });
        return;
      case 'answered': {
        const { answered: before, newBarAt } = this.view.getState();
        const answered = {
          ...message.answered,
          options: this.#question.options,
        } as AnalysisView<N>['answered'];
        const isNewer = answered?.provenance.asOf !== before?.provenance.asOf;
        this.view.setState({
          ...NOTHING,
          answered,
          isCurrent: true,
          newBarAt: isNewer ? this.#now() : newBarAt,
        });
        return;
      }
      case 'refused':
        this.view.setState({
          ...{ isCurrent: false, running: false, progress: null, failed: null },
          refusal: message.refusal,
        });
        return;
      case 'failed':
        this.failed(message.sentence);
        return;
    }
  }
}

/** Money is in bigints, which JSON does not know. */
function keyOf(question: object): string {
  return JSON.stringify(question, (_key, value: unknown) =>
    typeof value === 'bigint' ? `${value}n` : value,
  );
}
