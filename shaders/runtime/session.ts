/**
 * Effects: keeps a device with its kernels alive for as long as the GPU is worth it. A lost device
 * consumed its adapter, so everything is asked for again: adapter → device → pipelines → warm-up.
 */
import type { GpuLimits } from './adapter.ts';
import type { GpuState } from './backend.ts';
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
  readonly build: (context: GpuContext) => Promise<K>;
  /** ms of a monotonic clock. */
  readonly now: () => number;
  readonly onChange: () => void;
  /** Calls `then` after `ms` unless cancelled. */
  readonly after: (ms: number, then: () => void) => () => void;
}

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
    const opened = await GpuContext.open(found.value, ++this.#generation);
    if (this.#over()) {
      if (opened.ok) opened.value.close();
      return false;
    }
    if (!opened.ok) return this.#without({ kind: 'absent', why: opened.error.sentence });
    const context = opened.value;
    this.#context = context;
    this.#retries = 0;
    this.#enter({ kind: 'warming', adapter });
    const why = await this.#warmAndServe(context);
    this.#live = null;
    this.#context = null;
    if (this.#over()) return false;
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

  /** Warms and serves; resolves with the reason when the device is lost or its warm-up failed. */
  async #warmAndServe(context: GpuContext): Promise<string> {
    try {
      const kernels = await context.guard(this.#options.build(context), () => () => undefined);
      if (this.#over()) return 'closed';
      this.#live = { context, kernels };
      this.#enter({ kind: 'ready', adapter: context.adapter });
    } catch (error) {
      context.close();
      return error instanceof Error ? error.message : String(error);
    }
    return context.lost;
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
