import { createStore } from 'zustand/vanilla';
import type { Refusal } from '../../protocol/result.ts';
import type { Answered } from '../../shaders/analyses/analysis.ts';
import type { AnalysisName, AnswerOf, OptionsOf } from '../../shaders/analyses/registry.ts';
import type { Backend } from '../../shaders/runtime/backend.ts';
import { startWorker } from '../ui/start-worker.ts';
import type { FromAnalysis, Question, ToAnalysis } from './analysis-port.ts';
import workerAddress from './analysis-worker.ts?worker&url';
import type { ComputeLink } from './link.ts';

/** What a panel knows of its question. */
export interface AnalysisView<N extends AnalysisName> {
  /** The newest answer; it stays while the next is made, so look at `isCurrent`. */
  readonly answered: (Answered<AnswerOf<N>> & { readonly options: OptionsOf<N> }) | null;
  /** False: the answer is to an earlier question of this panel. */
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

/** One panel's place at the analysis worker. */
export class AnalysisSlot<N extends AnalysisName> {
  readonly view = createStore<AnalysisView<N>>(() => NOTHING);
  readonly #slot: number;
  readonly #link: AnalysisLink;
  #id = 0;
  #question: Question<N> | null = null;
  #key = '';

  constructor(link: AnalysisLink, slot: number) {
    this.#link = link;
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
    this.view.setState({ running: false, progress: null, failed: sentence });
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
          newBarAt: isNewer ? performance.now() : newBarAt,
        });
        return;
      }
      case 'refused':
        this.view.setState({ running: false, progress: null, refusal: message.refusal, failed: null });
        return;
      case 'failed':
        this.failed(message.sentence);
        return;
    }
  }
}

interface Hearer {
  hear(message: FromAnalysis): void;
  failed(sentence: string): void;
}

/**
 * The main thread's end of the analysis worker. The worker starts with the first question: a console
 * without such a panel has no such thread.
 */
export class AnalysisLink {
  readonly #compute: ComputeLink;
  readonly #hearers = new Map<number, Hearer>();
  #worker: Worker | null = null;
  #pinned: Backend | null;
  #isVisible = true;
  #slots = 0;

  constructor(compute: ComputeLink, pinned: Backend | null) {
    this.#compute = compute;
    this.#pinned = pinned;
  }

  slot<N extends AnalysisName>(): AnalysisSlot<N> {
    return new AnalysisSlot<N>(this, ++this.#slots);
  }

  ask(slot: number, id: number, question: Question, hearer: Hearer): void {
    this.#hearers.set(slot, hearer);
    this.#send({ kind: 'ask', slot, id, question });
  }

  drop(slot: number): void {
    if (this.#hearers.delete(slot)) this.#send({ kind: 'drop', slot });
  }

  /** The user's choice of a backend; it holds for the worker that is yet to start too. */
  pin(backend: Backend | null): void {
    this.#pinned = backend;
    this.#worker?.postMessage({ kind: 'pin', backend } satisfies ToAnalysis);
  }

  visible(isVisible: boolean): void {
    this.#isVisible = isVisible;
    this.#worker?.postMessage({ kind: 'visible', visible: isVisible } satisfies ToAnalysis);
  }

  #send(message: ToAnalysis): void {
    this.#worker ??= this.#start();
    this.#worker.postMessage(message);
  }

  #start(): Worker {
    const worker = startWorker(workerAddress, 'analyses');
    const { port1, port2 } = new MessageChannel();
    worker.onmessage = ({ data }: MessageEvent<FromAnalysis>) => this.#hearers.get(data.slot)?.hear(data);
    worker.onerror = (event) => {
      const sentence = `The analysis worker failed: ${event.message || 'it could not start'}.`;
      for (const hearer of this.#hearers.values()) hearer.failed(sentence);
    };
    const start: ToAnalysis = { kind: 'start', panels: port1, pinned: this.#pinned };
    worker.postMessage(start, [port1]);
    worker.postMessage({ kind: 'visible', visible: this.#isVisible } satisfies ToAnalysis);
    this.#compute.send({ kind: 'analyses', port: port2 }, [port2]);
    return worker;
  }
}

/** Money is in bigints, which JSON does not know. */
function keyOf(question: object): string {
  return JSON.stringify(question, (_key, value: unknown) =>
    typeof value === 'bigint' ? `${value}n` : value,
  );
}
