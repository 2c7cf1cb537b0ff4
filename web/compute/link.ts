import { createStore } from 'zustand/vanilla';
import type { Refusal } from '../../protocol/result.ts';
import type { Backend } from '../../shaders/runtime/backend.ts';
import type { ComputeStore } from '../state/compute.ts';
import { startWorker } from '../ui/start-worker.ts';
import workerAddress from './worker.ts?worker&url';
import { saveFile } from '../ui/save-file.ts';
import type { CrossCheck } from '../../protocol/cross-check.ts';
import type { CellReading, CheckAnswer, FromCompute, PairBreak, Provenance, ToCompute } from './port.ts';

/** The heatmap's texts: what it was made of, and the cell under the pointer. */
export interface HeatmapTexts {
  readonly provenance: Provenance | null;
  readonly reading: CellReading | null;
  /** The pairs that changed most; null while no difference is shown. */
  readonly breaks: readonly PairBreak[] | null;
  /** Why no difference can be shown; null: it can. */
  readonly refusal: Refusal | null;
  /** When the picture last went on to a newer bar, monotonic ms; null before the first. */
  readonly newBarAt: number | null;
}

/**
 * The main thread's end of the compute worker. It computes nothing here. The worker starts with `begin`:
 * while a console's panels are made, its start would take the processor from them.
 */
export class ComputeLink {
  readonly texts = createStore<HeatmapTexts>(() => ({
    provenance: null,
    reading: null,
    breaks: null,
    refusal: null,
    newBarAt: null,
  }));
  readonly #compute: ComputeStore;
  #worker: Worker | null = null;
  #checked: { readonly asOf: number; readonly answer: (answer: CheckAnswer) => void } | null = null;
  #waiting: { readonly message: ToCompute; readonly transfer: Transferable[] }[] = [];

  constructor(compute: ComputeStore, stream: MessagePort, pinned: Backend | null) {
    this.#compute = compute;
    this.send({ kind: 'start', stream, pinned }, [stream]);
  }

  /** Once the panels stand; again, it changes nothing. */
  begin(): void {
    if (this.#worker) return;
    const compute = this.#compute;
    const worker = startWorker(workerAddress, 'compute');
    this.#worker = worker;
    worker.onmessage = ({ data }: MessageEvent<FromCompute>) => {
      switch (data.kind) {
        case 'status':
          compute.setState({ status: data.status, failed: null });
          return;
        case 'provenance':
          this.texts.setState((before) => ({
            provenance: data.provenance,
            newBarAt: data.provenance?.asOf === before.provenance?.asOf ? before.newBarAt : performance.now(),
          }));
          return;
        case 'fault':
          compute.setState({ failed: data.sentence });
          return;
        case 'breaks':
          this.texts.setState({ breaks: data.breaks, refusal: data.refusal });
          return;
        case 'files':
          for (const { name, file } of data.files) saveFile(name, file);
          return;
        case 'checked':
          if (this.#checked?.asOf !== data.asOf) return;
          this.#checked.answer(data.answer);
          this.#checked = null;
          return;
        case 'reading':
          this.texts.setState({ reading: data.reading });
          return;
      }
    };
    worker.onerror = (event) => {
      compute.setState({ failed: `The compute worker failed: ${event.message || 'it could not start'}.` });
    };
    for (const { message, transfer } of this.#waiting.splice(0)) worker.postMessage(message, transfer);
  }

  /** Never answered where the worker failed; one that is asked meanwhile takes the place of the one before. */
  check(check: CrossCheck): Promise<CheckAnswer> {
    this.send({ kind: 'check', check });
    return new Promise((answer) => {
      this.#checked = { asOf: check.asOf, answer };
    });
  }

  send(message: ToCompute, transfer: Transferable[] = []): void {
    if (this.#worker) this.#worker.postMessage(message, transfer);
    else this.#waiting.push({ message, transfer });
  }
}
