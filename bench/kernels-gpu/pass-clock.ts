/**
 * How long compute passes took by the GPU's own timestamps: each pass that the kernels begin is given a
 * pair. Without timestamps it is the wall's time until the queue is done, and `isWall` says so.
 */
const PASSES = 2048;
const QUERY_RESOLVE = 0x0200;
const COPY_SOURCE = 0x0004;
const COPY_TARGET = 0x0008;
const MAP_READ = 0x0001;

export class PassClock {
  readonly isWall: boolean;
  readonly #device: GPUDevice;
  readonly #queries: GPUQuerySet | null;
  #passes = 0;

  constructor(device: GPUDevice, canTime: boolean) {
    this.isWall = !canTime;
    this.#device = device;
    this.#queries = canTime ? device.createQuerySet({ type: 'timestamp', count: 2 * PASSES }) : null;
    const queries = this.#queries;
    if (queries === null) return;
    const make = device.createCommandEncoder.bind(device);
    device.createCommandEncoder = (descriptor) => {
      const encoder = make(descriptor);
      const begin = encoder.beginComputePass.bind(encoder);
      encoder.beginComputePass = (pass) => {
        const at = 2 * this.#passes;
        if (++this.#passes > PASSES) throw new Error(`more than ${PASSES} passes were timed at once`);
        const timestampWrites = {
          ...{ querySet: queries, beginningOfPassWriteIndex: at, endOfPassWriteIndex: at + 1 },
        };
        return begin({ ...pass, timestampWrites });
      };
      return encoder;
    };
  }

  /** ms that the passes of `work` took together. */
  async time(work: () => Promise<unknown>): Promise<number> {
    this.#passes = 0;
    const started = performance.now();
    await work();
    await this.#device.queue.onSubmittedWorkDone();
    const wall = performance.now() - started;
    return this.#queries === null || this.#passes === 0 ? wall : this.#read(this.#queries);
  }

  async #read(queries: GPUQuerySet): Promise<number> {
    const size = 16 * this.#passes;
    const device = this.#device;
    const resolved = device.createBuffer({ size, usage: QUERY_RESOLVE | COPY_SOURCE });
    const staging = device.createBuffer({ size, usage: COPY_TARGET | MAP_READ });
    const encoder = device.createCommandEncoder();
    encoder.resolveQuerySet(queries, 0, 2 * this.#passes, resolved, 0);
    encoder.copyBufferToBuffer(resolved, 0, staging, 0, size);
    device.queue.submit([encoder.finish()]);
    await staging.mapAsync(MAP_READ);
    const stamps = new BigUint64Array(staging.getMappedRange().slice(0));
    resolved.destroy();
    staging.destroy();
    let nanos = 0n;
    for (let k = 0; k < stamps.length; k += 2) nanos += (stamps[k + 1] ?? 0n) - (stamps[k] ?? 0n);
    return Number(nanos) / 1e6;
  }
}
