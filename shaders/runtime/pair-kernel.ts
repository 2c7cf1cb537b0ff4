/** What hosts of kernels share that give some f32 figures for each pair of n rows. */
import { pairsBefore } from '../lib/pairs.ts';
import { Buffers, readBack } from './buffers.ts';
import type { GpuContext } from './context.ts';
import { Pacer } from './pacer.ts';

export interface PairKernelSpec {
  readonly label: string;
  /** WGSL: binding 0 the uniform, 1 … operands read, the one after them vectors of figures, written. */
  readonly source: string;
  /** Its workgroup (x, y) computes the pair (first row + y, first row + y + 1 + x), if there is such. */
  readonly entryPoint: string;
  readonly operands: number;
  /** f32 a pair. */
  readonly figures: number;
  /** Pairs of the first dispatch on a software adapter, so that it does not hold it long; then it is measured. */
  readonly softwarePairs: number;
}

/** Of the first dispatch on hardware, and of any: its figures have a buffer. */
const HARDWARE_PAIRS = 256;
const MOST_PAIRS = 16384;

/** Dispatches in bands of rows and reads back. One call at a time: its buffers are reused. */
export class PairKernel {
  readonly #context: GpuContext;
  readonly #spec: PairKernelSpec;
  readonly #pipeline: GPUComputePipeline;
  readonly #buffers: Buffers;
  readonly #firstPairs: number;

  private constructor(context: GpuContext, spec: PairKernelSpec, pipeline: GPUComputePipeline) {
    this.#context = context;
    this.#spec = spec;
    this.#pipeline = pipeline;
    this.#buffers = new Buffers(context);
    this.#firstPairs = context.adapter.software ? spec.softwarePairs : HARDWARE_PAIRS;
  }

  static async create(context: GpuContext, spec: PairKernelSpec): Promise<PairKernel> {
    const operands = Array.from({ length: spec.operands }, (_, at) => [at + 1, 'read'] as const);
    const layout = context.layout({
      0: 'uniform',
      ...Object.fromEntries(operands),
      [spec.operands + 1]: 'write',
    });
    const pipelines = await context.pipelines(spec.label, spec.source, { [spec.entryPoint]: layout });
    const pipeline = pipelines[spec.entryPoint];
    if (pipeline === undefined) throw new Error(`${spec.entryPoint} was not compiled`);
    return new PairKernel(context, spec, pipeline);
  }

  /**
   * The figures of all pairs of n rows, row by row.
   * @param shapeOf the uniform of a band that begins with this row
   * @throws GpuFault, or what the device throws when it is lost.
   */
  async run(
    n: number,
    operands: readonly ArrayBufferView<ArrayBuffer>[],
    shapeOf: (firstRow: number) => ArrayBufferView<ArrayBuffer>,
  ): Promise<Float32Array<ArrayBuffer>> {
    const { label, figures } = this.#spec;
    const pairs = new Float32Array(pairsBefore(n, n) * figures);
    const uploaded = await this.#context.scoped(label, () =>
      operands.map((bytes, at) => this.#buffers.upload(`operand ${at}`, 'input', bytes)),
    );
    // Anew for each call: what a pair costs depends on how long its rows are.
    const pacer = new Pacer(this.#firstPairs);
    for (let row = 0; row < n - 1;) {
      const most = Math.min(MOST_PAIRS, pacer.slice);
      const end = Math.min(n - 1, row + Math.max(1, Math.floor(most / (n - 1 - row))));
      const started = this.#context.now();
      const band = await this.#band(n, uploaded, shapeOf(row), row, end);
      pacer.took((end - row) * (n - 1 - row), this.#context.now() - started);
      this.#context.answered();
      pairs.set(band, pairsBefore(n, row) * figures);
      row = end;
    }
    return pairs;
  }

  /** The pairs of rows from … end − 1. */
  async #band(
    n: number,
    operands: readonly GPUBuffer[],
    shape: ArrayBufferView<ArrayBuffer>,
    from: number,
    end: number,
  ): Promise<Float32Array> {
    const { device } = this.#context;
    const bytesOf = (pairs: number): number => pairs * this.#spec.figures * 4;
    const staging = await this.#context.scoped(this.#spec.label, () => {
      const uniform = this.#buffers.upload('shape', 'uniform', shape);
      const out = this.#buffers.get(
        'pairs',
        'output',
        bytesOf(Math.max(Math.min(MOST_PAIRS, pairsBefore(n, n)), n)),
      );
      const entries = [uniform, ...operands, out].map((buffer, binding) => ({
        binding,
        resource: { buffer },
      }));
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      pass.setPipeline(this.#pipeline);
      pass.setBindGroup(0, device.createBindGroup({ layout: this.#pipeline.getBindGroupLayout(0), entries }));
      pass.dispatchWorkgroups(n - 1 - from, end - from);
      pass.end();
      const staged = this.#buffers.get('staging', 'staging', out.size);
      encoder.copyBufferToBuffer(out, 0, staged, 0, bytesOf(pairsBefore(n, end) - pairsBefore(n, from)));
      device.queue.submit([encoder.finish()]);
      return staged;
    });
    return new Float32Array(await readBack(staging, bytesOf(pairsBefore(n, end) - pairsBefore(n, from))));
  }
}
