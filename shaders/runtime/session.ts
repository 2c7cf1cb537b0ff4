/**
 * Effects: keeps a device with its kernels alive for as long as the GPU is worth it. A lost device
 * consumed its adapter, so everything is asked for again: adapter → device → pipelines → warm-up.
 */
import type { GpuLimits } from './adapter.ts';
import type { GpuState } from './backend.ts';
import { gpuIsFaster, type Calibration } from './calibration.ts';
import { findAdapter, GpuContext } from './context.ts';
import { LossLog } from './losses.ts';

/** After a loss a driver may take seconds to offer an adapter again: so often and so far apart it is asked. */
const RETRY_MS = [250, 500, 1000, 2000, 4000, 8000, 16_000] as const;

export interface SessionOptions<K> {
  /** `navigator.gpu`; null where there is none. */
  readonly gpu: GPU | null;
  /** A software adapter is used only when someone pinned WebGPU. */
  readonly software: boolean;
  /** Builds the kernels on a fresh device and proves them: what it throws counts as a loss. */
  readonly build: (context: GpuContext, progress: Progress) => Promise<K>;
  /** Measures them against the CPU, the first device alone; null: it is used however fast it is. */
  readonly measure: ((kernels: K) => Promise<Calibration>) | null;
  /** ms of a monotonic clock. */
  readonly now: () => number;
  readonly onChange: () => void;
  /** Calls `then` after `ms` unless cancelled. */
  readonly after: (ms: number, then: () => void) => () => void;
}

/** Says how many steps of a warm-up are done. */
export type Progress = (done: number, of: number) => void;

export interface Live<K> {
  readonly context: GpuContext;
  readonly kernels: K;
}

export class GpuSession<K> {
  readonly #options: SessionOptions<K>;
  readonly #losses = new LossLog();
  #state: GpuState = { kind: 'absent', why: 'No GPU was asked for:' };
  #context: GpuContext | null = null;
  #live: Live<K> | null = null;
  #generation = 0;
  #closed = false;
  #retries = 0;
  #stopWaiting: (() => void) | null = null;
  #calibration: Calibration | null = null;

  constructor(options: SessionOptions<K>) {
    this.#options = options;
  }

  get state(): GpuState {
    return this.#state;
  }

  /** The kernels, while their device is there and proven. */
  get live(): Live<K> | null {
    return this.#live;
  }

  get generation(): number {
    return this.#generation;
  }

  get losses(): number {
    return this.#losses.count;
  }

  get limits(): GpuLimits | null {
    return this.#context?.limits ?? null;
  }

  /** Runs until the GPU is closed, absent or given up on; never rejects. */
  async run(): Promise<void> {
    const { gpu } = this.#options;
    if (gpu === null) {
      this.#enter({ kind: 'absent', why: 'This browser has no WebGPU:' });
      return;
    }
    while (!this.#over() && (await this.#serve(gpu)));
  }

  /** Gives the GPU up for this session, e.g. because its results are wrong. */
  abandon(why: string): void {
    this.#closed = true;
    this.#enter({ kind: 'abandoned', why });
    this.#context?.close();
    this.#stopWaiting?.();
  }

  close(): void {
    this.#closed = true;
    this.#live = null;
    this.#context?.close();
    this.#stopWaiting?.();
  }

  /** One device from its adapter to its loss; whether to try another. */
  async #serve(gpu: GPU): Promise<boolean> {
    // After a loss the state stays `lost` until there is a new device to warm.
    if (this.#losses.count === 0) this.#enter({ kind: 'starting' });
    const found = await findAdapter(gpu);
    if (this.#over()) return false;
    if (!found.ok) return this.#without({ kind: 'absent', why: found.error.sentence });
    const adapter = found.value.view;
    if (adapter.software && !this.#options.software) return this.#without({ kind: 'unused', adapter });
    const opened = await GpuContext.open(found.value, ++this.#generation, this.#options.now);
    if (this.#over()) {
      if (opened.ok) opened.value.close();
      return false;
    }
    if (!opened.ok) return this.#without({ kind: 'absent', why: opened.error.sentence });
    const context = opened.value;
    this.#context = context;
    this.#retries = 0;
    this.#enter({ kind: 'warming', adapter, done: 0, of: 1 });
    const why = await this.#warmAndServe(context);
    this.#live = null;
    this.#context = null;
    if (this.#over() || this.#state.kind === 'slower') return false;
    if (this.#losses.record(this.#options.now())) {
      this.#enter({ kind: 'lost', why });
      return true;
    }
    return this.#end({ kind: 'abandoned', why: `The GPU was lost twice within a minute (${why}):` });
  }

  /**
   * No device to be had. At the start that is how this machine is; after a loss it is still the loss,
   * and it is asked again, a few times and further and further apart.
   */
  async #without(state: Extract<GpuState, { kind: 'absent' | 'unused' }>): Promise<boolean> {
    if (this.#losses.count === 0) return this.#end(state);
    const why = state.kind === 'absent' ? state.why : 'Only a software adapter is offered.';
    const wait = RETRY_MS[this.#retries];
    if (wait === undefined) {
      return this.#end({ kind: 'abandoned', why: `The GPU was lost and did not come back. ${why}` });
    }
    this.#retries++;
    await new Promise<void>((resolve) => {
      const cancel = this.#options.after(wait, resolve);
      this.#stopWaiting = () => {
        cancel();
        resolve();
      };
    });
    this.#stopWaiting = null;
    return !this.#over();
  }

  /** Warms, measures and serves; resolves with the reason when the device is lost or its warm-up failed. */
  async #warmAndServe(context: GpuContext): Promise<string> {
    const { adapter } = context;
    try {
      const progress: Progress = (done, of) => {
        if (!this.#over() && this.#context === context) this.#enter({ kind: 'warming', adapter, done, of });
      };
      const kernels = await context.guard(this.#warm(context, progress), () => () => undefined);
      if (this.#over()) return 'closed';
      if (this.#calibration !== null && !gpuIsFaster(this.#calibration)) {
        this.#enter({ kind: 'slower', adapter, calibration: this.#calibration });
        context.close();
        return 'slower';
      }
      this.#live = { context, kernels };
      this.#enter({ kind: 'ready', adapter, calibration: this.#calibration });
    } catch (error) {
      context.close();
      return error instanceof Error ? error.message : String(error);
    }
    return context.lost;
  }

  async #warm(context: GpuContext, progress: Progress): Promise<K> {
    const kernels = await this.#options.build(context, progress);
    const { measure } = this.#options;
    if (measure !== null) this.#calibration ??= await measure(kernels);
    return kernels;
  }

  /** A call, because each await may have changed it. */
  #over(): boolean {
    return this.#closed;
  }

  #end(state: GpuState): false {
    this.#enter(state);
    return false;
  }

  #enter(state: GpuState): void {
    this.#state = state;
    if (state.kind !== 'ready') this.#live = null;
    this.#options.onChange();
  }
}
