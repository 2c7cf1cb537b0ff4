/** Effects: owns one adapter → device → pipelines. A lost device is never revived: a new context is. */
import { ok, refuse, type Result } from '../../protocol/result.ts';
import { LIMITS, describeAdapter, requiredLimits, type AdapterView, type GpuLimits } from './adapter.ts';

/** Work on the GPU that did not come about: a validation error, no memory, a lost or stuck device. */
export class GpuFault extends Error {
  override readonly name = 'GpuFault';
}

/** An adapter that was found, not yet turned into a device (which consumes it). */
export interface FoundAdapter {
  readonly adapter: GPUAdapter;
  readonly view: AdapterView;
}

export async function findAdapter(gpu: GPU): Promise<Result<FoundAdapter>> {
  try {
    const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
    return adapter === null
      ? refuse('no-adapter', 'The browser offers WebGPU but no adapter.')
      : ok({ adapter, view: describeAdapter(adapter.info) });
  } catch (error) {
    return refuse('no-adapter', `No GPU adapter could be had: ${text(error)}.`);
  }
}

/** Somebody who waits for work of the device. */
interface Waiting {
  readonly reject: (fault: GpuFault) => void;
  /** Waits from now on. */
  readonly renew: () => void;
}

export class GpuContext {
  readonly device: GPUDevice;
  readonly adapter: AdapterView;
  readonly limits: GpuLimits;
  /** ms of a monotonic clock. */
  readonly now: () => number;
  /** Counts devices: what belongs to an older one is dropped. */
  readonly generation: number;
  /** Why, once it happens; never rejects. */
  readonly lost: Promise<string>;
  readonly #waiting = new Set<Waiting>();
  #fault: GpuFault | null = null;

  private constructor(
    device: GPUDevice,
    adapter: AdapterView,
    limits: GpuLimits,
    generation: number,
    now: () => number,
  ) {
    this.device = device;
    this.adapter = adapter;
    this.limits = limits;
    this.now = now;
    this.generation = generation;
    this.lost = device.lost.then(({ reason, message }) => {
      const why = message || `device ${reason}`;
      this.#fault = new GpuFault(`the device was lost: ${why}`);
      for (const { reject } of this.#waiting) reject(this.#fault);
      return why;
    });
  }

  static async open(
    { adapter, view }: FoundAdapter,
    generation: number,
    now: () => number,
  ): Promise<Result<GpuContext>> {
    const limits = requiredLimits(adapter.limits);
    try {
      const device = await adapter.requestDevice({
        label: `kernels ${generation}`,
        requiredLimits: Object.fromEntries(LIMITS.map((name) => [name, limits[name]])),
      });
      return ok(new GpuContext(device, view, limits, generation, now));
    } catch (error) {
      return refuse('no-device', `The GPU adapter gave no device: ${text(error)}.`);
    }
  }

  close(): void {
    this.device.destroy();
  }

  /**
   * `work`, or a GpuFault as soon as the device is lost or `stuck` fires first; `stuck` is asked anew with
   * every part of the work that is `answered`, so that what takes long is not taken for a device that hangs.
   * (Not a race with `lost` itself: each would leave a reaction behind on it for as long as the device lives.)
   */
  guard<T>(work: Promise<T>, stuck: (giveUp: () => void) => () => void): Promise<T> {
    return new Promise((resolve, reject) => {
      const giveUp = (): void => {
        this.#waiting.delete(waiting);
        this.device.destroy();
        reject(new GpuFault('the device gave no answer'));
      };
      let cancel = stuck(giveUp);
      const renew = (): void => {
        cancel();
        cancel = stuck(giveUp);
      };
      const waiting: Waiting = { reject, renew };
      this.#waiting.add(waiting);
      work.then(resolve, reject).finally(() => {
        this.#waiting.delete(waiting);
        cancel();
      });
      if (this.#fault !== null) reject(this.#fault);
    });
  }

  /** The device has done a part of what it was given: whoever waits for the rest waits from here on. */
  answered(): void {
    for (const { renew } of this.#waiting) renew();
  }

  /**
   * Runs `work` within error scopes: it encodes and submits at once, and may give what it waits for from there,
   * so that a read-back does not first wait for the scopes.
   * @throws GpuFault naming `what` on a validation error or when memory runs out; else what `work` throws.
   */
  async scoped<T>(what: string, work: () => T | Promise<T>): Promise<T> {
    this.device.pushErrorScope('out-of-memory');
    this.device.pushErrorScope('validation');
    let value: T | Promise<T>;
    let errors: Promise<(GPUError | null)[]>;
    try {
      value = work();
    } finally {
      errors = Promise.all([this.device.popErrorScope(), this.device.popErrorScope()]);
      // Awaited below unless `work` threw; then its own error is the news.
      errors.catch(() => undefined);
    }
    // Both, whatever becomes of one: buffers are not left to somebody who still reads them.
    const [done, found] = await Promise.allSettled([value, errors]);
    if (found.status === 'rejected') throw found.reason;
    const error = found.value.find((each) => each !== null);
    if (error) throw new GpuFault(`${what}: ${error.message}`);
    if (done.status === 'rejected') throw done.reason;
    return done.value;
  }

  /** Compiles entry points of one WGSL source, each with its explicit bind-group layout. */
  async pipelines<E extends string>(
    label: string,
    code: string,
    entries: Readonly<Record<E, GPUBindGroupLayout>>,
  ): Promise<Readonly<Record<E, GPUComputePipeline>>> {
    const module = await this.scoped(label, () => this.device.createShaderModule({ label, code }));
    const names = Object.keys(entries) as E[];
    const built = await Promise.all(
      names.map(async (entryPoint) => {
        const layout = this.device.createPipelineLayout({ bindGroupLayouts: [entries[entryPoint]] });
        const compute = { module, entryPoint };
        return [
          entryPoint,
          await this.device.createComputePipelineAsync({ label: entryPoint, layout, compute }),
        ] as const;
      }),
    );
    return Object.fromEntries(built) as Record<E, GPUComputePipeline>;
  }

  /** A layout of compute bindings by number: `uniform`, `read` or `write` (read and write) storage. */
  layout(bindings: Readonly<Record<number, 'uniform' | 'read' | 'write'>>): GPUBindGroupLayout {
    const types = { uniform: 'uniform', read: 'read-only-storage', write: 'storage' } as const;
    return this.device.createBindGroupLayout({
      entries: Object.entries(bindings).map(([binding, kind]) => ({
        binding: Number(binding),
        visibility: GPU_COMPUTE,
        buffer: { type: types[kind] },
      })),
    });
  }
}

/** GPUShaderStage.COMPUTE: Node has no such global. */
const GPU_COMPUTE = 4;

const text = (error: unknown): string => (error instanceof Error ? error.message : String(error));
