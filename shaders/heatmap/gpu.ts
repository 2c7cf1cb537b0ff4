/** Host of heatmap.wgsl: colours where the matrix lies and reads back the pixels, not the matrix. */
import type { Correlated } from '../correlation/correlated.ts';
import type { ResidentMatrix } from '../correlation/gpu.ts';
import { Buffers, readBack } from '../runtime/buffers.ts';
import type { GpuContext } from '../runtime/context.ts';
import { identity } from './cpu.ts';
import source from './heatmap.wgsl?raw';
import { palette } from './palette.ts';
import { fixedView, type HeatmapView } from './view.ts';

/** One at a time: a call waits for the one before (its buffers are reused). */
export class GpuHeatmap {
  readonly #context: GpuContext;
  readonly #pipeline: GPUComputePipeline;
  readonly #layout: GPUBindGroupLayout;
  readonly #buffers: Buffers;

  private constructor(context: GpuContext, pipeline: GPUComputePipeline, layout: GPUBindGroupLayout) {
    this.#context = context;
    this.#pipeline = pipeline;
    this.#layout = layout;
    this.#buffers = new Buffers(context);
  }

  static async create(context: GpuContext): Promise<GpuHeatmap> {
    const layout = context.layout({ 0: 'uniform', 1: 'read', 2: 'read', 3: 'read', 4: 'read', 5: 'write' });
    const { colour } = await context.pipelines('heatmap', source, { colour: layout });
    return new GpuHeatmap(context, colour, layout);
  }

  /** On the device. */
  get bytes(): number {
    return this.#buffers.bytes;
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
   * RGBA of the view's pixels, ready for ImageData.
   * @throws GpuFault, or what the device throws when it is lost.
   */
  async colour(resident: ResidentMatrix, view: HeatmapView): Promise<Uint8ClampedArray<ArrayBuffer>> {
    const { width, height, x, y, step, thresholdLevel } = fixedView(view);
    const { n } = resident;
    const bytes = width * height * 4;
    const { device } = this.#context;
    const staging = await this.#context.scoped('heatmap', () => {
      const fields = Int32Array.of(width, height, x, y, step, thresholdLevel, n, 0);
      const pixels = this.#buffers.get('pixels', 'output', bytes);
      const bindings = [
        this.#buffers.upload('view', 'uniform', fields),
        resident.matrix,
        resident.invalid,
        this.#buffers.upload('order', 'input', view.order === null ? identity(n) : view.order.slice()),
        this.#buffers.upload('palette', 'input', palette(view.theme)),
        pixels,
      ];
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      pass.setPipeline(this.#pipeline);
      const entries = bindings.map((buffer, binding) => ({ binding, resource: { buffer } }));
      pass.setBindGroup(0, device.createBindGroup({ layout: this.#layout, entries }));
      pass.dispatchWorkgroups(Math.ceil(width / 8), Math.ceil(height / 8));
      pass.end();
      const staged = this.#buffers.get('pixels staging', 'staging', pixels.size);
      encoder.copyBufferToBuffer(pixels, 0, staged, 0, pixels.size);
      device.queue.submit([encoder.finish()]);
      return staged;
    });
    return new Uint8ClampedArray(await readBack(staging, bytes));
  }
}
