/**
 * Which kernels the next question is answered on: the GPU's where a device is there and samples faster than
 * the CPU (or is pinned), the CPU's otherwise and whenever the device fails. Nobody waits for a device.
 */
import type { Correlated } from '../correlation/correlated.ts';
import { GpuBootstrap } from '../bootstrap/gpu.ts';
import { buildPanel } from '../correlation/build-panel.ts';
import { GpuCorrelation } from '../correlation/gpu.ts';
import { GpuTickCorrelation } from '../hayashi-yoshida/gpu.ts';
import { correlateReference } from '../correlation/reference.ts';
import { knownReturns, largestDifference, TRUSTED_ERROR } from '../engine/kernels.ts';
import { GpuPbit } from '../pbit/gpu.ts';
import { buildNetwork } from '../pbit/network.ts';
import type { Run, Sampler } from '../pbit/sampler.ts';
import type { Backend } from '../runtime/backend.ts';
import { calibrate, type Calibration } from '../runtime/calibration.ts';
import { GpuFault, type GpuContext } from '../runtime/context.ts';
import { GpuSession, type Live, type Progress } from '../runtime/session.ts';
import { cpuAnalysisKernels, type Kernels } from './kernels.ts';

interface Device {
  readonly correlation: GpuCorrelation;
  readonly pbit: GpuPbit;
  readonly bootstrap: GpuBootstrap;
  readonly ticks: GpuTickCorrelation;
}

export interface ChoiceOptions {
  /** `navigator.gpu ?? null`. */
  readonly gpu: GPU | null;
  /** The one backend to use; null: the best there is. */
  readonly pinned: Backend | null;
  /** ms of a monotonic clock. */
  readonly now: () => number;
  /** Calls `then` after `ms` unless cancelled. */
  readonly after: (ms: number, then: () => void) => () => void;
  /** Another device is there, or none any more. */
  readonly onChange?: () => void;
}

/** A device that has answered nothing within this, not a slice of a sweep or of a product, is taken for lost. */
const STUCK_MS = 60_000;
/** Spins and chains of the contest: what a cascade of a desk's watch list is like. */
const CONTEST = { n: 64, t: 1024 };
const CONTEST_SWEEPS = 8;

export class ChosenKernels {
  readonly cpu: Kernels;
  readonly #options: ChoiceOptions;
  readonly #session: GpuSession<Device>;

  /** Answers at once, on the CPU. */
  constructor(options: ChoiceOptions) {
    const { gpu, pinned, now, after } = options;
    this.#options = options;
    this.cpu = cpuAnalysisKernels(pinned !== 'typescript');
    this.#session = new GpuSession({
      gpu,
      software: pinned === 'webgpu',
      build,
      measure: pinned === null ? (device) => this.#contest(device) : null,
      now,
      onChange: () => options.onChange?.(),
      after,
    });
    if (pinned === null || pinned === 'webgpu') void this.#session.run();
  }

  /** What is best at this moment; good for one question. */
  current(): Kernels {
    const { live } = this.#session;
    return live === null ? this.cpu : gpuKernels(live, this.#options.after);
  }

  close(): void {
    this.#session.close();
  }

  /** By K3, which takes the longest of all. */
  async #contest({ pbit }: Device): Promise<Calibration> {
    const ring = Array.from({ length: CONTEST.n }, (_, i) => ({ i, j: (i + 1) % CONTEST.n, coupling: 0.3 }));
    const network = buildNetwork({ n: CONTEST.n, fields: new Float64Array(CONTEST.n), edges: ring });
    const run: Run = { network, chains: CONTEST.t, seed: 1, stream: 0 };
    const sampled = async (sampler: Sampler): Promise<unknown> => {
      await sampler.sweep(CONTEST_SWEEPS);
      return sampler.read();
    };
    const measured = await calibrate({
      gpu: () => sampled(pbit.open(run)),
      cpu: async () => sampled(await this.cpu.openSampler(run)),
      now: this.#options.now,
    });
    return { ...measured, ...CONTEST };
  }
}

/** Compiles the kernels; the product is proven on a known case, as the heatmap's is. */
async function build(context: GpuContext, progress: Progress): Promise<Device> {
  const correlation = await GpuCorrelation.create(context);
  progress(1, 5);
  const known = knownReturns(true);
  const error = largestDifference(await correlation.correlate(buildPanel(known)), correlateReference(known));
  if (error > TRUSTED_ERROR) throw new GpuFault(`correlations were off by ${error} at warm-up`);
  progress(2, 5);
  const pbit = await GpuPbit.create(context);
  progress(3, 5);
  const bootstrap = await GpuBootstrap.create(context);
  progress(4, 5);
  const ticks = await GpuTickCorrelation.create(context);
  progress(5, 5);
  return { correlation, pbit, bootstrap, ticks };
}

/** What they throw when the device is lost, stuck, or too small is a GpuFault: the CPU answers then. */
function gpuKernels({ context, kernels }: Live<Device>, after: ChoiceOptions['after']): Kernels {
  const guarded = <T>(work: Promise<T>): Promise<T> =>
    context.guard(work, (giveUp) => after(STUCK_MS, giveUp));
  return {
    backend: 'webgpu',
    correlate: (panel): Promise<Correlated> => guarded(kernels.correlation.correlate(panel)),
    correlateTicks: (panel) => guarded(kernels.ticks.correlate(panel)),
    openSampler: (run) => {
      const sampler = kernels.pbit.open(run);
      return {
        run,
        sweep: (count) => guarded(sampler.sweep(count)),
        countPairs: () => guarded(sampler.countPairs()),
        read: () => guarded(sampler.read()),
        write: (spins) => sampler.write(spins),
        differing: () => guarded(sampler.differing()),
      };
    },
    bootstrap: async (resampling, each) => {
      const done = await guarded(kernels.bootstrap.bootstrap(resampling));
      await each(resampling.n);
      return done;
    },
  };
}
