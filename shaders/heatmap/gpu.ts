/** Host of pyramid.wgsl and heatmap.wgsl: colours where the matrix lies and reads back the pixels, not the matrix. */
import type { Correlated } from '../correlation/correlated.ts';
import type { ResidentMatrix } from '../correlation/gpu.ts';
import { Buffers, readBack, readInto } from '../runtime/buffers.ts';
import type { GpuContext } from '../runtime/context.ts';
import { Pacer } from '../runtime/pacer.ts';
import { inSlices, type Sliced } from '../runtime/slices.ts';
import source from './heatmap.wgsl?raw';
import { keyColours } from './palette.ts';
import { identity, levelsOf, type Level, type Shown } from './pyramid.ts';
import pyramidSource from './pyramid.wgsl?raw';
import {
  fixedView,
  hatchPhase,
  levelOf,
  partOf,
  wholeOf,
  type FixedView,
  type HeatmapView,
  type Part,
} from './view.ts';

type Entry = 'cells' | 'blocks' | 'colour_cells' | 'colour_blocks';

/** Keys that any adapter makes in far less than a frame's time. */
const FIRST_SLICE = { software: 2 ** 20, hardware: 2 ** 24 };
const GROUP = 64;
/** Pixels that a thread colours. */
const RUN = 16;

/** The pyramid on the device, and what it is of. */
interface HeldPyramid extends Shown {
  readonly of: ResidentMatrix;
  readonly keys: GPUBuffer;
  readonly levels: readonly Level[];
}

/** One at a time: a call waits for the one before (its buffers are reused). */
export class GpuHeatmap {
  readonly #context: GpuContext;
  readonly #pipelines: Readonly<Record<Entry, GPUComputePipeline>>;
  readonly #buffers: Buffers;
  readonly #pacer: Pacer;
  #pyramid: HeldPyramid | null = null;
  #colours: { readonly of: Uint32Array; readonly buffer: GPUBuffer } | null = null;
  /** What was read back last. */
  #pixels = new Uint32Array(0);

  private constructor(context: GpuContext, pipelines: Readonly<Record<Entry, GPUComputePipeline>>) {
    this.#context = context;
    this.#pipelines = pipelines;
    this.#buffers = new Buffers(context);
    this.#pacer = new Pacer(context.adapter.software ? FIRST_SLICE.software : FIRST_SLICE.hardware);
  }

  static async create(context: GpuContext): Promise<GpuHeatmap> {
    const colour = context.layout({ 0: 'uniform', 1: 'read', 2: 'read', 3: 'write' });
    const [pyramid, heatmap] = await Promise.all([
      context.pipelines('pyramid', pyramidSource, {
        cells: context.layout({ 0: 'uniform', 1: 'read', 2: 'read', 3: 'read', 4: 'read', 5: 'write' }),
        blocks: context.layout({ 0: 'uniform', 5: 'write' }),
      }),
      context.pipelines('heatmap', source, { colour_cells: colour, colour_blocks: colour }),
    ]);
    return new GpuHeatmap(context, { ...pyramid, ...heatmap });
  }

  /** On the device. */
  get bytes(): number {
    return this.#buffers.bytes;
  }

  /** The longest that one dispatch of a pyramid held the device, ms. */
  get longestMs(): number {
    return this.#pacer.longestMs;
  }

  /** A matrix that was computed elsewhere, brought to this device. */
  upload({ matrix, invalid }: Correlated, n: number): ResidentMatrix {
    return {
      matrix: this.#buffers.upload('matrix', 'input', matrix),
      invalid: this.#buffers.upload('invalid', 'input', invalid),
      n,
    };
  }

  /**
   * RGBA of the view's parts (of all of it, unless told which), one after the other, row by row, as u32 with red
   * lowest; its own memory, good until the next call. The pyramid is made with the first picture of a matrix, of
   * an order and of what is faint (each told by its array).
   * @throws GpuFault, or what the device throws when it is lost.
   */
  async colour(
    resident: ResidentMatrix,
    view: HeatmapView,
    parts: readonly Part[] = [wholeOf(view)],
  ): Promise<Uint32Array<ArrayBuffer>> {
    const fixed = fixedView(view);
    const { keys, levels } = await this.#pyramidOf(resident, view);
    const all = parts.reduce((sum, { width, height }) => sum + width * height, 0);
    return this.#context.scoped('heatmap', () => {
      const pixels = this.#buffers.get('pixels', 'output', fixed.width * fixed.height * 4);
      const encoder = this.#context.device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      const colours = this.#coloursOf(view);
      const entry = fixed.step > fixed.one ? 'colour_blocks' : 'colour_cells';
      let out = 0;
      for (const [at, part] of parts.entries()) {
        const uniform = viewUniform(partOf(fixed, part), levels, out);
        const bindings = { 0: this.#buffers.upload(`view ${at}`, 'uniform', uniform), 1: keys, 2: colours };
        this.#bind(pass, entry, { ...bindings, 3: pixels });
        pass.dispatchWorkgroups(Math.ceil(part.width / GROUP), Math.ceil(part.height / RUN));
        out += part.width * part.height;
      }
      pass.end();
      const staged = this.#buffers.get('pixels staging', 'staging', pixels.size);
      encoder.copyBufferToBuffer(pixels, 0, staged, 0, all * 4);
      this.#context.device.queue.submit([encoder.finish()]);
      if (this.#pixels.length < all) this.#pixels = new Uint32Array(all);
      return readInto(staged, this.#pixels.subarray(0, all));
    });
  }

  /** Uploaded when they are others than before. */
  #coloursOf(view: HeatmapView): GPUBuffer {
    const colours = keyColours(view);
    if (this.#colours?.of !== colours) {
      this.#colours = { of: colours, buffer: this.#buffers.upload('colours', 'input', colours) };
    }
    return this.#colours.buffer;
  }

  /** The keys of the pyramid that was last made, for tests. */
  async readPyramid(): Promise<Uint16Array<ArrayBuffer>> {
    const held = this.#pyramid;
    if (held === null) return new Uint16Array(0);
    const staging = this.#buffers.get('pyramid staging', 'staging', held.keys.size);
    const encoder = this.#context.device.createCommandEncoder();
    encoder.copyBufferToBuffer(held.keys, 0, staging, 0, held.keys.size);
    this.#context.device.queue.submit([encoder.finish()]);
    return new Uint16Array(await readBack(staging, 2 * levelsOf(held.of.n).keys));
  }

  async #pyramidOf(of: ResidentMatrix, { order, faint = null }: HeatmapView): Promise<HeldPyramid> {
    const held = this.#pyramid;
    if (held !== null && held.of === of && held.order === order && held.faint === faint) return held;
    this.#pyramid = null;
    const { levels, keys: length } = levelsOf(of.n);
    const work = await this.#context.scoped('pyramid', () => {
      const keys = this.#buffers.get('pyramid', 'output', 2 * length);
      const places = order === null ? identity(of.n) : order.slice();
      const marks = faint === null ? of.invalid : this.#buffers.upload('faint', 'input', faint.slice());
      const cells = {
        ...{ 1: of.matrix, 2: of.invalid, 3: marks, 5: keys },
        4: this.#buffers.upload('order', 'input', places),
      };
      const steps = levels.map((level, k): Sliced => {
        const shape = this.#shape(of.n, level, levels[k - 1] ?? level, faint !== null, `shape ${k}`);
        return {
          groups: Math.ceil((level.side * level.stride) / 2 / GROUP),
          unit: 2 * GROUP,
          record: (pass, first, count) => {
            const bindings = { 0: shape(first), ...(k === 0 ? cells : { 5: keys }) };
            this.#bind(pass, k === 0 ? 'cells' : 'blocks', bindings);
            pass.dispatchWorkgroups(count);
          },
        };
      });
      return { keys, steps };
    });
    await inSlices(this.#context, this.#pacer, 'pyramid', work.steps, () => undefined);
    this.#pyramid = { of, order, faint, keys: work.keys, levels };
    return this.#pyramid;
  }

  /** The uniform of pyramid.wgsl, from which workgroup on. */
  #shape(
    n: number,
    level: Level,
    below: Level,
    hasFaint: boolean,
    name: string,
  ): (first: number) => GPUBuffer {
    const words = ({ side, stride, offset }: Level): number[] => [side, stride / 2, offset / 2];
    return (first) => {
      const fields = [n, ...words(level), ...words(below), hasFaint ? 1 : 0, first, 0, 0, 0];
      return this.#buffers.upload(name, 'uniform', Uint32Array.from(fields));
    };
  }

  #bind(pass: GPUComputePassEncoder, entry: Entry, buffers: Readonly<Record<number, GPUBuffer>>): void {
    const pipeline = this.#pipelines[entry];
    const entries = Object.entries(buffers).map(([binding, buffer]) => ({
      binding: Number(binding),
      resource: { buffer },
    }));
    const layout = pipeline.getBindGroupLayout(0);
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, this.#context.device.createBindGroup({ layout, entries }));
  }
}

/** `View` of heatmap.wgsl. */
function viewUniform(view: FixedView, levels: readonly Level[], out: number): Int32Array<ArrayBuffer> {
  const { width, height, x, y, step, hasGrid } = view;
  const { level, shift } = levelOf(view, levels);
  const read = [shift, level.side, level.stride / 2, level.offset / 2];
  return Int32Array.of(width, height, x, y, step, ...read, hasGrid ? 1 : 0, hatchPhase(view), out);
}
