import { Worker } from 'node:worker_threads';
import { Work, type Found, type Job } from './work.ts';

export interface ThreadsOption {
  /** The built entry, `verify-thread.js`. */
  readonly entry: URL | string;
  readonly count: number;
}

export interface JobMessage {
  readonly id: number;
  readonly job: Job;
}
export type JobAnswer =
  | { readonly id: number; readonly found: Found[keyof Found] }
  | { readonly id: number; readonly failed: string };

interface Waiting {
  readonly job: Job;
  readonly done: (found: never) => void;
  readonly failed: (error: Error) => void;
}

/** Does jobs on several threads, in the order they were given; without threads in this one. */
export class Workers {
  readonly #own: Work;
  readonly #idle: Worker[] = [];
  readonly #all: Worker[] = [];
  readonly #queue: Waiting[] = [];
  readonly #running = new Map<Worker, { readonly id: number; readonly waiting: Waiting }>();
  #ids = 0;
  #dead: Error | null = null;

  constructor(dir: string, threads: ThreadsOption | null) {
    this.#own = new Work(dir);
    for (let i = 0; threads && i < threads.count; i++) {
      const worker = new Worker(threads.entry, { workerData: { dir } });
      worker.on('message', (answer: JobAnswer) => this.#answered(worker, answer));
      worker.on('error', (error) => this.#died(worker, error));
      this.#all.push(worker);
      this.#idle.push(worker);
    }
  }

  do<Kind extends Job['kind']>(job: Job & { readonly kind: Kind }): Promise<Found[Kind]> {
    if (this.#all.length === 0) return this.#own.do(job) as Promise<Found[Kind]>;
    if (this.#dead !== null && this.#isDeserted()) return Promise.reject(this.#dead);
    return new Promise<Found[Kind]>((done, failed) => {
      this.#queue.push({ job, done, failed });
      this.#next();
    });
  }

  /** What still runs is given up. */
  async close(): Promise<void> {
    this.#queue.length = 0;
    await Promise.all(this.#all.map((worker) => worker.terminate()));
  }

  #next(): void {
    while (this.#idle.length > 0 && this.#queue.length > 0) {
      const worker = this.#idle.pop();
      const waiting = this.#queue.shift();
      if (!worker || !waiting) return;
      const id = (this.#ids += 1);
      this.#running.set(worker, { id, waiting });
      worker.postMessage({ id, job: waiting.job } satisfies JobMessage);
    }
  }

  #answered(worker: Worker, answer: JobAnswer): void {
    const running = this.#running.get(worker);
    if (running?.id !== answer.id) return;
    this.#running.delete(worker);
    this.#idle.push(worker);
    if ('failed' in answer) running.waiting.failed(new Error(answer.failed));
    else running.waiting.done(answer.found as never);
    this.#next();
  }

  #died(worker: Worker, error: unknown): void {
    const running = this.#running.get(worker);
    this.#running.delete(worker);
    const reason = error instanceof Error ? error : new Error(String(error));
    running?.waiting.failed(reason);
    const at = this.#idle.indexOf(worker);
    if (at >= 0) this.#idle.splice(at, 1);
    this.#dead = reason;
    if (!this.#isDeserted()) return;
    for (const waiting of this.#queue.splice(0)) waiting.failed(reason);
  }

  /** Whether no thread is left to do anything. */
  #isDeserted(): boolean {
    return this.#running.size === 0 && this.#idle.length === 0;
  }
}
