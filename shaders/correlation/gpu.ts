/** Host of correlation.wgsl: buffers, dispatches, read-back. */
import { Buffers, readBack } from '../runtime/buffers.ts';
import type { GpuContext } from '../runtime/context.ts';
import type { Correlated } from './correlated.ts';
import { invalidWords } from './correlated.ts';
import source from './correlation.wgsl?raw';
import type { Panel } from './panel.ts';

/** How the product is tiled: without workgroup memory for software adapters, 64 or 128 wide for hardware. */
export type ProductVariant = 'product_registers' | 'product_tile_64' | 'product_tile_128';
const TILE: Readonly<Record<ProductVariant, number>> = {
  product_registers: 32,
  product_tile_64: 64,
  product_tile_128: 128,
};

export function variantFor(software: boolean, n: number): ProductVariant {
  if (software) return 'product_registers';
  return n < 1024 ? 'product_tile_64' : 'product_tile_128';
}

/** The last matrix where it was computed, for the heatmap: n × n f32 and its invalid bits. */
export interface ResidentMatrix {
  readonly matrix: GPUBuffer;
  readonly invalid: GPUBuffer;
  readonly n: number;
}

type Entry = ProductVariant | 'finish_complete' | 'finish_pairwise';

/** One at a time: a call waits for the one before (its buffers are reused). */
export class GpuCorrelation {
  readonly #context: GpuContext;
  readonly #pipelines: Readonly<Partial<Record<Entry, GPUComputePipeline>>>;
  readonly #buffers: Buffers;
  readonly #variant: ProductVariant | null;
  resident: ResidentMatrix | null = null;

  private constructor(
    context: GpuContext,
    pipelines: Partial<Record<Entry, GPUComputePipeline>>,
    variant: ProductVariant | null,
  ) {
    this.#context = context;
    this.#pipelines = pipelines;
    this.#variant = variant;
    this.#buffers = new Buffers(context);
  }

  /** @param variant for tests: the one tiling to use whatever the adapter. */
  static async create(context: GpuContext, variant: ProductVariant | null = null): Promise<GpuCorrelation> {
    const product = context.layout({ 0: 'uniform', 1: 'read', 2: 'read', 3: 'write' });
    const finish = context.layout({ 0: 'uniform', 4: 'read', 8: 'read', 9: 'write', 10: 'write' });
    const pairwise = context.layout({
      ...{ 0: 'uniform', 4: 'read', 5: 'read', 6: 'read', 7: 'read', 8: 'read', 9: 'write', 10: 'write' },
    });
    const { software } = context.adapter;
    const variants = new Set(
      variant === null ? [variantFor(software, 0), variantFor(software, 4096)] : [variant],
    );
    const entries: Partial<Record<Entry, GPUBindGroupLayout>> = {
      finish_complete: finish,
      finish_pairwise: pairwise,
    };
    for (const name of variants) entries[name] = product;
    const pipelines = await context.pipelines(
      'correlation',
      source,
      entries as Record<Entry, GPUBindGroupLayout>,
    );
    return new GpuCorrelation(context, pipelines, variant);
  }

  /** @throws GpuFault, or what the device throws when it is lost. */
  async correlate(panel: Panel): Promise<Correlated> {
    const { n } = panel;
    const matrixBytes = n * n * 4;
    const invalidBytes = n * invalidWords(n) * 4;
    this.resident = null;
    const work = await this.#context.scoped('correlation', () => {
      const matrix = this.#buffers.get('matrix', 'output', matrixBytes);
      const invalid = this.#buffers.get('invalid', 'output', invalidBytes);
      const encoder = this.#context.device.createCommandEncoder();
      this.#encode(encoder, panel, matrix, invalid);
      const stagedMatrix = this.#buffers.get('matrix staging', 'staging', matrix.size);
      const stagedInvalid = this.#buffers.get('invalid staging', 'staging', invalid.size);
      encoder.copyBufferToBuffer(matrix, 0, stagedMatrix, 0, matrix.size);
      encoder.copyBufferToBuffer(invalid, 0, stagedInvalid, 0, invalid.size);
      this.#context.device.queue.submit([encoder.finish()]);
      return { matrix, invalid, stagedMatrix, stagedInvalid };
    });
    const [matrix, invalid] = await Promise.all([
      readBack(work.stagedMatrix, matrixBytes),
      readBack(work.stagedInvalid, invalidBytes),
    ]);
    this.resident = { matrix: work.matrix, invalid: work.invalid, n };
    return { matrix: new Float32Array(matrix), invalid: new Uint32Array(invalid) };
  }

  #encode(encoder: GPUCommandEncoder, panel: Panel, matrix: GPUBuffer, invalid: GPUBuffer): void {
    const { n, nPad, pairwise } = panel;
    const variant = this.#variant ?? variantFor(this.#context.adapter.software, n);
    const upload = (name: string, bytes: ArrayBufferView<ArrayBuffer>): GPUBuffer =>
      this.#buffers.upload(name, 'input', bytes);
    const output = (name: string): GPUBuffer => this.#buffers.get(name, 'output', nPad * nPad * 4);
    const triangle = this.#shape('triangle', panel, variant, true);
    const cross = output('cross');
    const valid = upload('valid', panel.valid);
    const z = upload('z', panel.z);
    const pass = encoder.beginComputePass();
    this.#product(pass, variant, triangle, [z, z, cross], triangleTiles(panel, variant));
    const ends = { 0: triangle, 4: cross, 8: valid, 9: matrix, 10: invalid };
    const groups = Math.ceil((n * invalidWords(n)) / 64);
    if (pairwise === null) {
      this.#dispatch(pass, 'finish_complete', ends, groups);
    } else {
      const square = this.#shape('square', panel, variant, false);
      const weight = upload('weight', pairwise.weight);
      const sum = output('sum');
      const squares = output('squares');
      const mass = output('mass');
      const all = (nPad / TILE[variant]) ** 2;
      this.#product(pass, variant, square, [z, weight, sum], all);
      this.#product(pass, variant, triangle, [weight, weight, mass], triangleTiles(panel, variant));
      const operands = [upload('z squared', pairwise.square), upload('mask', pairwise.mask)] as const;
      this.#product(pass, variant, square, [...operands, squares], all);
      this.#dispatch(pass, 'finish_pairwise', { ...ends, 5: sum, 6: squares, 7: mass }, groups);
    }
    pass.end();
  }

  /** The uniform of correlation.wgsl: n, n_pad, t_pad, tiles, symmetric, words, samples, unused. */
  #shape(name: string, panel: Panel, variant: ProductVariant, symmetric: boolean): GPUBuffer {
    const { n, nPad, tPad, words, t } = panel;
    const fields = [n, nPad, tPad, nPad / TILE[variant], symmetric ? 1 : 0, words, t, 0];
    return this.#buffers.upload(name, 'uniform', Uint32Array.from(fields));
  }

  #product(
    pass: GPUComputePassEncoder,
    variant: ProductVariant,
    shape: GPUBuffer,
    [left, right, out]: readonly [GPUBuffer, GPUBuffer, GPUBuffer],
    tiles: number,
  ): void {
    this.#dispatch(pass, variant, { 0: shape, 1: left, 2: right, 3: out }, tiles);
  }

  #dispatch(
    pass: GPUComputePassEncoder,
    entry: Entry,
    bindings: Readonly<Record<number, GPUBuffer>>,
    groups: number,
  ): void {
    const pipeline = this.#pipelines[entry];
    if (pipeline === undefined) throw new Error(`${entry} was not compiled`);
    pass.setPipeline(pipeline);
    pass.setBindGroup(
      0,
      this.#context.device.createBindGroup({
        layout: pipeline.getBindGroupLayout(0),
        entries: Object.entries(bindings).map(([binding, buffer]) => ({
          binding: Number(binding),
          resource: { buffer },
        })),
      }),
    );
    pass.dispatchWorkgroups(groups);
  }
}

function triangleTiles({ nPad }: Panel, variant: ProductVariant): number {
  const tiles = nPad / TILE[variant];
  return (tiles * (tiles + 1)) / 2;
}
