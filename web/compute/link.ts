import { createStore } from 'zustand/vanilla';
import type { Backend } from '../../shaders/runtime/backend.ts';
import type { ComputeStore } from '../state/compute.ts';
import { startWorker } from '../ui/start-worker.ts';
import workerAddress from './worker.ts?worker&url';
import type { CellReading, FromCompute, Provenance, ToCompute } from './port.ts';

/** The heatmap's texts: what it was made of, and the cell under the pointer. */
export interface HeatmapTexts {
  readonly provenance: Provenance | null;
  readonly reading: CellReading | null;
  /** When the picture last went on to a newer bar, monotonic ms; null before the first. */
  readonly newBarAt: number | null;
}

/** The main thread's end of the compute worker. It computes nothing here. */
export class ComputeLink {
  readonly texts = createStore<HeatmapTexts>(() => ({
    provenance: null,
    reading: null,
    newBarAt: null,
  }));
  readonly #worker: Worker;

  constructor(compute: ComputeStore, stream: MessagePort, pinned: Backend | null) {
    this.#worker = startWorker(workerAddress, 'compute');
    this.#worker.onmessage = ({ data }: MessageEvent<FromCompute>) => {
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
        case 'reading':
          this.texts.setState({ reading: data.reading });
          return;
      }
    };
    this.#worker.onerror = (event) => {
      compute.setState({ failed: `The compute worker failed: ${event.message || 'it could not start'}.` });
    };
    this.send({ kind: 'start', stream, pinned }, [stream]);
  }

  send(message: ToCompute, transfer: Transferable[] = []): void {
    this.#worker.postMessage(message, transfer);
  }
}
