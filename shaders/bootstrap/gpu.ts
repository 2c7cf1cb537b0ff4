/** Host of bootstrap.wgsl. */
import { pairsBefore } from '../lib/pairs.ts';
import { GpuFault, type GpuContext } from '../runtime/context.ts';
import { PairKernel } from '../runtime/pair-kernel.ts';
import source from './bootstrap.wgsl?raw';
import { FIGURES, type Bootstrapped } from './bootstrapped.ts';
import type { Resampling } from './resampling.ts';

/** Prefix sums of a pair stay in a workgroup's 16 KiB. */
export const MOST_SAMPLES = 4096;

/** One at a time: a call waits for the one before (its buffers are reused). */
export class GpuBootstrap {
  readonly #kernel: PairKernel;

  private constructor(kernel: PairKernel) {
    this.#kernel = kernel;
  }

  static async create(context: GpuContext): Promise<GpuBootstrap> {
    const kernel = await PairKernel.create(context, {
      ...{ label: 'bootstrap', source, entryPoint: 'bootstrap' },
      // A software adapter takes milliseconds for each.
      ...{ operands: 4, figures: FIGURES, softwarePairs: 16 },
    });
    return new GpuBootstrap(kernel);
  }

  /** @throws GpuFault on more than 4,096 samples, and as the device does; the CPU twins take any number. */
  async bootstrap(resampling: Resampling): Promise<Bootstrapped> {
    const { n, t, usable, rows, table } = resampling;
    if (t > MOST_SAMPLES)
      throw new GpuFault(`a bootstrap on the GPU takes ${MOST_SAMPLES} samples, not ${t}`);
    const operands = [rows, table.offsets, table.runs, momentsOf(resampling)];
    return { n, pairs: await this.#kernel.run(n, operands, (row) => shapeOf(resampling, row)), usable };
  }
}

/** mean, scale of each row in each resample. */
function momentsOf({ means, scales }: Resampling): Float32Array<ArrayBuffer> {
  const moments = new Float32Array(2 * means.length);
  means.forEach((mean, at) => {
    moments[2 * at] = mean;
    moments[2 * at + 1] = scales[at] ?? 0;
  });
  return moments;
}

/** The uniform of bootstrap.wgsl. */
function shapeOf({ n, t, resamples, ranks, threshold }: Resampling, row: number): Uint8Array<ArrayBuffer> {
  const whole = Uint32Array.of(n, t, resamples, row, pairsBefore(n, row), ranks.low, ranks.high);
  const real = Float32Array.of(
    ...[ranks.lowFraction, ranks.highFraction, threshold, 1 / resamples, 1 / (resamples - 1)],
  );
  const bytes = new Uint8Array(whole.byteLength + real.byteLength);
  bytes.set(new Uint8Array(whole.buffer));
  bytes.set(new Uint8Array(real.buffer), whole.byteLength);
  return bytes;
}
