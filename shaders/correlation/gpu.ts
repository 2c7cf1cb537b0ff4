/** Host of correlation.wgsl: buffers, dispatches, read-back. */
import { Buffers, readBack } from '../runtime/buffers.ts';
import type { GpuContext } from '../runtime/context.ts';
import { Pacer } from '../runtime/pacer.ts';
import { inSlices, type Sliced } from '../runtime/slices.ts';
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

/**
 * Multiplications that take as long as one cell of the finish, of complete rows or of rows with gaps (and a word of
 * validity bits more): measured on SwiftShader, 0.6 ns against 18 and 40 + 7 a word. A pace learned from the product
 * must hold for the finish, and the finish must not spoil it for the next product.
 */
const CELL = { complete: 32, pairwise: 64, word: 12 };

/** Multiplications that any adapter of the kind does in far less than a frame's time. */
const FIRST_SLICE = { software: 2 ** 23, hardware: 2 ** 29 };

type Entry = ProductVariant | 'finish_complete' | 'finish_pairwise';

/** One at a time: a call waits for the one before (its buffers are reused). */
export class GpuCorrelation {
  readonly #context: GpuContext;
  readonly #pipelines: Readonly<Partial<Record<Entry, GPUComputePipeline>>>;
  readonly #buffers: Buffers;
  readonly #variant: ProductVariant | null;
  readonly #pacer: Pacer;
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
    this.#pacer = new Pacer(context.adapter.software ? FIRST_SLICE.software : FIRST_SLICE.hardware);
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

  /** On the device. */
  get bytes(): number {
    return this.#buffers.bytes;
  }

  /** The longest that one dispatch held the device, ms. */
  get longestMs(): number {
    return this.#pacer.longestMs;
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
      const stagedMatrix = this.#buffers.get('matrix staging', 'staging', matrix.size);
      const stagedInvalid = this.#buffers.get('invalid staging', 'staging', invalid.size);
      return { matrix, invalid, stagedMatrix, stagedInvalid, steps: this.#steps(panel, matrix, invalid) };
    });
    await inSlices(this.#context, this.#pacer, 'correlation', work.steps, (encoder) => {
      encoder.copyBufferToBuffer(work.matrix, 0, work.stagedMatrix, 0, work.matrix.size);
      encoder.copyBufferToBuffer(work.invalid, 0, work.stagedInvalid, 0, work.invalid.size);
    });
    const [matrix, invalid] = await Promise.all([
      readBack(work.stagedMatrix, matrixBytes),
      readBack(work.stagedInvalid, invalidBytes),
    ]);
    this.resident = { matrix: work.matrix, invalid: work.invalid, n };
    return { matrix: new Float32Array(matrix), invalid: new Uint32Array(invalid) };
  }

  /** The operands uploaded, and the dispatches in their order. */
  #steps(panel: Panel, matrix: GPUBuffer, invalid: GPUBuffer): Sliced[] {
    const { n, nPad, tPad, words, pairwise } = panel;
    const variant = this.#variant ?? variantFor(this.#context.adapter.software, n);
    const upload = (name: string, bytes: ArrayBufferView<ArrayBuffer>): GPUBuffer =>
      this.#buffers.upload(name, 'input', bytes);
    const output = (name: string): GPUBuffer => this.#buffers.get(name, 'output', nPad * nPad * 4);
    const product = (symmetric: boolean, left: GPUBuffer, right: GPUBuffer, out: GPUBuffer): Sliced => ({
      ...this.#step(variant, this.#shape(panel, variant, symmetric), { 1: left, 2: right, 3: out }),
      groups: symmetric ? triangleTiles(panel, variant) : (nPad / TILE[variant]) ** 2,
      unit: TILE[variant] ** 2 * tPad,
    });
    const cross = output('cross');
    const z = upload('z', panel.z);
    const ends = { 4: cross, 8: upload('valid', panel.valid), 9: matrix, 10: invalid };
    // A workgroup's threads have 32 cells each.
    const finish = (entry: Entry, bindings: Readonly<Record<number, GPUBuffer>>, cell: number): Sliced => ({
      ...this.#step(entry, this.#shape(panel, variant, true), bindings),
      groups: Math.ceil((n * invalidWords(n)) / 64),
      unit: 64 * 32 * cell,
    });
    const triangle = product(true, z, z, cross);
    if (pairwise === null) return [triangle, finish('finish_complete', ends, CELL.complete)];
    const weight = upload('weight', pairwise.weight);
    const [sum, squares, mass] = [output('sum'), output('squares'), output('mass')];
    return [
      triangle,
      product(false, z, weight, sum),
      product(true, weight, weight, mass),
      product(false, upload('z squared', pairwise.square), upload('mask', pairwise.mask), squares),
      finish('finish_pairwise', { ...ends, 5: sum, 6: squares, 7: mass }, CELL.pairwise + CELL.word * words),
    ];
  }

  /** The uniform of correlation.wgsl, from which workgroup on: n, n_pad, t_pad, tiles, symmetric, words, samples, first. */
  #shape(panel: Panel, variant: ProductVariant, symmetric: boolean): (first: number) => GPUBuffer {
    const { n, nPad, tPad, words, t } = panel;
    const name = symmetric ? 'triangle' : 'square';
    return (first) => {
      const fields = [n, nPad, tPad, nPad / TILE[variant], symmetric ? 1 : 0, words, t, first];
      return this.#buffers.upload(name, 'uniform', Uint32Array.from(fields));
    };
  }

  #step(
    entry: Entry,
    shape: (first: number) => GPUBuffer,
    bindings: Readonly<Record<number, GPUBuffer>>,
  ): Pick<Sliced, 'record'> {
    const pipeline = this.#pipelines[entry];
    if (pipeline === undefined) throw new Error(`${entry} was not compiled`);
    return {
      record: (pass, first, count) => {
        const buffers = { 0: shape(first), ...bindings };
        const entries = Object.entries(buffers).map(([binding, buffer]) => ({
          binding: Number(binding),
          resource: { buffer },
        }));
        const layout = pipeline.getBindGroupLayout(0);
        pass.setPipeline(pipeline);
        pass.setBindGroup(0, this.#context.device.createBindGroup({ layout, entries }));
        pass.dispatchWorkgroups(count);
      },
    };
  }
}

function triangleTiles({ nPad }: Panel, variant: ProductVariant): number {
  const tiles = nPad / TILE[variant];
  return (tiles * (tiles + 1)) / 2;
}
