import type { Backend } from '../../shaders/runtime/backend.ts';
import { startWorker } from '../ui/start-worker.ts';
import type { AnyName, FromAnalysis, Question, ToAnalysis } from './analysis-port.ts';
import { AnalysisSlot, type Asks, type Hearer } from './analysis-slot.ts';
import workerAddress from './analysis-worker.ts?worker&url';
import type { ComputeLink } from './link.ts';

/**
 * The main thread's end of the analysis worker. The worker starts with the first question: a console
 * without such a panel has no such thread.
 */
export class AnalysisLink implements Asks {
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

  slot<N extends AnyName>(): AnalysisSlot<N> {
    return new AnalysisSlot<N>(this, ++this.#slots, () => performance.now());
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
