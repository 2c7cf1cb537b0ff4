import { createStore } from 'zustand/vanilla';
import type { StoredPrices } from '../../protocol/prices.ts';
import { startWorker } from '../ui/start-worker.ts';
import type { ComputeLink } from './link.ts';
import type { FromPrices, PricesSummary, ToPrices } from './prices-port.ts';
import workerAddress from './prices-worker.ts?worker&url';

/** The price panels of this page. */
export interface PricesView {
  /** Oldest first. */
  readonly loaded: readonly PricesSummary[];
  readonly loading: { readonly name: string; readonly done: number; readonly rows: number } | null;
  /** Why the last one is not here. */
  readonly refusal: { readonly name: string; readonly sentence: string } | null;
}

/** Each holds its returns in the compute worker, up to 256 MB: the oldest go. */
const MOST_LOADED = 4;

/** The main thread's end of the price worker, which starts with the first import. */
export class PricesLink {
  readonly view = createStore<PricesView>(() => ({ loaded: [], loading: null, refusal: null }));
  readonly #compute: ComputeLink;
  #worker: Worker | null = null;
  #id = 0;
  #done: (prices: PricesSummary | null) => void = () => undefined;

  constructor(compute: ComputeLink) {
    this.#compute = compute;
  }

  /** A file of this machine, which goes nowhere else. Null: it was refused or stopped, and `view` says why. */
  open(file: File): Promise<PricesSummary | null> {
    const name = file.name.replace(/(\.csv|\.txt|\.tsv)?(\.gz)?$/i, '').slice(0, 64) || file.name;
    return this.#begin(name, (id) => ({ kind: 'file', id, file, name }));
  }

  /** One that the server keeps; once it is here, it is here. */
  load({ sha256, name, bytes, cleaned }: StoredPrices): Promise<PricesSummary | null> {
    const here = this.view.getState().loaded.find((one) => one.sha256 === sha256);
    if (here) return Promise.resolve(here);
    const asked = { kind: 'stored', sha256, name, bytes, asPrinted: !cleaned } as const;
    return this.#begin(name, (id) => ({ ...asked, id }));
  }

  stop(): void {
    this.#worker?.postMessage({ kind: 'stop' } satisfies ToPrices);
    this.#end(null);
  }

  dismiss(): void {
    this.view.setState({ refusal: null });
  }

  #begin(name: string, ask: (id: number) => ToPrices): Promise<PricesSummary | null> {
    this.#done(null);
    const id = ++this.#id;
    this.view.setState({ loading: { name, done: 0, rows: 0 }, refusal: null });
    this.#worker ??= this.#start();
    this.#worker.postMessage(ask(id));
    return new Promise((resolve) => (this.#done = resolve));
  }

  #end(prices: PricesSummary | null): void {
    this.#id++;
    this.view.setState({ loading: null });
    this.#done(prices);
    this.#done = () => undefined;
  }

  #hear(message: FromPrices): void {
    const { loading } = this.view.getState();
    if (message.id !== this.#id || !loading) return;
    switch (message.kind) {
      case 'progress':
        this.view.setState({ loading: { ...loading, done: message.done, rows: message.rows } });
        return;
      case 'imported':
        this.#keep(message.prices);
        this.#end(message.prices);
        return;
      case 'refused':
        this.#refuse(message.refusal.sentence);
        return;
    }
  }

  #refuse(sentence: string): void {
    const { loading } = this.view.getState();
    if (loading) this.view.setState({ refusal: { name: loading.name, sentence } });
    this.#end(null);
  }

  #keep(prices: PricesSummary): void {
    const others = this.view.getState().loaded.filter(({ sha256 }) => sha256 !== prices.sha256);
    const loaded = [...others, prices];
    for (const { sha256 } of loaded.slice(0, -MOST_LOADED)) this.#compute.send({ kind: 'forget', sha256 });
    this.view.setState({ loaded: loaded.slice(-MOST_LOADED) });
  }

  #start(): Worker {
    const worker = startWorker(workerAddress, 'prices');
    const { port1, port2 } = new MessageChannel();
    worker.onmessage = ({ data }: MessageEvent<FromPrices>) => this.#hear(data);
    worker.onerror = (event) => {
      this.#worker = null;
      this.#refuse(`The import failed: ${event.message || 'its worker could not start'}.`);
    };
    worker.postMessage({ kind: 'start', panels: port1 } satisfies ToPrices, [port1]);
    this.#compute.send({ kind: 'prices', port: port2 }, [port2]);
    return worker;
  }
}
