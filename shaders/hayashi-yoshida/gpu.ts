/** Host of hayashi-yoshida.wgsl. */
import { pairsBefore } from '../lib/pairs.ts';
import type { GpuContext } from '../runtime/context.ts';
import { PairKernel } from '../runtime/pair-kernel.ts';
import { FIGURES, type TickCorrelations } from './estimate.ts';
import source from './hayashi-yoshida.wgsl?raw';
import type { TickPanel } from './ticks.ts';

/** One at a time: a call waits for the one before (its buffers are reused). */
export class GpuTickCorrelation {
  readonly #kernel: PairKernel;

  private constructor(kernel: PairKernel) {
    this.#kernel = kernel;
  }

  static async create(context: GpuContext): Promise<GpuTickCorrelation> {
    const kernel = await PairKernel.create(context, {
      ...{ label: 'hayashi-yoshida', source, entryPoint: 'correlate' },
      ...{ operands: 4, figures: FIGURES, softwarePairs: 64 },
    });
    return new GpuTickCorrelation(kernel);
  }

  /** @throws GpuFault, or what the device throws when it is lost. */
  async correlate({ n, offsets, times, logPrices, scales }: TickPanel): Promise<TickCorrelations> {
    const shapeOf = (row: number): Uint32Array<ArrayBuffer> => Uint32Array.of(n, row, pairsBefore(n, row), 0);
    return { n, pairs: await this.#kernel.run(n, [offsets, times, logPrices, scales], shapeOf) };
  }
}
