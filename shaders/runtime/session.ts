/**
 * Effects: keeps a device with its kernels alive for as long as the GPU is worth it. A lost device
 * consumed its adapter, so everything is asked for again: adapter → device → pipelines → warm-up.
 */
import type { GpuLimits } from './adapter.ts';
import type { GpuState } from './backend.ts';
import { findAdapter, GpuContext } from './context.ts';
import { LossLog } from './losses.ts';

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
  }

  close(): void {
    this.#closed = true;
    this.#live = null;
    this.#context?.close();
  }

  /** One device from its adapter to its loss; whether to try another. */
  async #serve(gpu: GPU): Promise<boolean> {
    this.#generation++;
    // After a loss the state stays `lost` until there is a new device to warm.
    if (this.#losses.count === 0) this.#enter({ kind: 'starting' });
    const found = await findAdapter(gpu);
    if (this.#over()) return false;
    if (!found.ok) return this.#end({ kind: 'absent', why: found.error.sentence });
    const adapter = found.value.view;
    if (adapter.software && !this.#options.software) return this.#end({ kind: 'unused', adapter });
    const opened = await GpuContext.open(found.value, this.#generation);
    if (!opened.ok) return this.#end({ kind: 'absent', why: opened.error.sentence });
    const context = opened.value;
    this.#context = context;
    if (this.#over()) {
      context.close();
      return false;
    }
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
