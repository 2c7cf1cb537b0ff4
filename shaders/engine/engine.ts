/**
 * The one door to the kernels, for the console's compute worker and for Node: `compute` always
 * answers, on the best backend there is at that moment, and `paint` draws what it last computed.
 */
import type { Correlated } from '../correlation/correlated.ts';
import type { CrewOptions } from '../correlation/crew.ts';
import { buildPanel } from '../correlation/build-panel.ts';
import type { CorrelationInput, Panel } from '../correlation/panel.ts';
import type { ResidentMatrix } from '../correlation/gpu.ts';
import { CpuHeatmap } from '../heatmap/cpu.ts';
import { keyColours } from '../heatmap/palette.ts';
import { Picture } from '../heatmap/picture.ts';
import type { HeatmapView, Part } from '../heatmap/view.ts';
import { chooseBackend, type Backend } from '../runtime/backend.ts';
import { GpuSession, type Live } from '../runtime/session.ts';
import { Timings } from '../runtime/timings.ts';
import { DeviceChecks } from './device-checks.ts';
import {
  buildKernels,
  cpuKernels,
  measureKernels,
  TRUSTED_ERROR,
  type CpuKernels,
  type GpuKernels,
} from './kernels.ts';
import type { ComputeStatus, CrossCheck } from './status.ts';

export interface EngineOptions {
  /** `navigator.gpu ?? null`. */
  readonly gpu: GPU | null;
  /** ms of a monotonic clock: `() => performance.now()`. */
  readonly now: () => number;
  /** The one backend to use; null or absent: the best there is. */
  readonly pinned?: Backend | null;
  /** False: as if WebAssembly SIMD were missing. */
  readonly wasm?: boolean;
  readonly onStatus?: (status: ComputeStatus) => void;
  /** Calls `then` after `ms` unless cancelled: for a device that neither answers nor is lost, and between tries. */
  readonly after?: (ms: number, then: () => void) => () => void;
  /** Further threads for the WASM kernel; null or absent: none. */
  readonly helpers?: Omit<CrewOptions, 'after' | 'now'> | null;
}

export interface CorrelationResult extends Correlated {
  readonly n: number;
  /** Samples that entered, of the window given: those at which some instrument was valid. */
  readonly samples: number;
  /** Of the weighting: `samples` for equal weights, fewer for EWMA. */
  readonly effectiveSamples: number;
  /** For `commonSamples(result, i, j)`: bits of the samples each row has, n × words. */
  readonly valid: Uint32Array<ArrayBuffer>;
  readonly words: number;
  /** Whether pairs stand on differing samples: such a matrix may not be positive semi-definite. */
  readonly pairwise: boolean;
  readonly lambda: number | null;
  readonly backend: Backend;
  readonly millis: number;
  /** The device's; 0 for the CPU. */
  readonly generation: number;
  /** Counts computes of this engine. */
  readonly sequence: number;
}

/** What pictures are of: correlations, or anything else of pairs that lies between −1 and 1. */
export interface SquareMatrix extends Correlated {
  readonly n: number;
}

export interface HeatmapImage {
  /** width × height RGBA, for `new ImageData(rgba, width, height)`; good until the next picture is asked for. */
  readonly rgba: Uint8ClampedArray<ArrayBuffer>;
  readonly width: number;
  readonly height: number;
  /** What coloured it, or its newest part. */
  readonly backend: 'webgpu' | 'typescript';
  readonly millis: number;
  /** Of the result that was last computed. */
  readonly sequence: number;
}

/** A device that has answered nothing within this, no part of what it was given, is taken for lost. */
const STUCK_MS = 10_000;

export class CorrelationEngine {
  readonly #options: EngineOptions;
  readonly #session: GpuSession<GpuKernels>;
  readonly #cpu: CpuKernels;
  readonly #cpuHeatmap = new CpuHeatmap();
  readonly #picture = new Picture();
  #paintedBy: HeatmapImage['backend'] = 'typescript';
  readonly #computing = new Timings();
  readonly #painting = new Timings();
  #queue: Promise<unknown> = Promise.resolve();
  #last: CorrelationResult | null = null;
  #resident: { readonly of: SquareMatrix; readonly on: GpuKernels; readonly matrix: ResidentMatrix } | null =
    null;
  #sequence = 0;
  #faults = 0;
  #lastFault: string | null = null;
  readonly #checks = new DeviceChecks();

  /** Ready to compute at once, on the CPU; a GPU joins when it is warm. */
  constructor(options: EngineOptions) {
    this.#options = options;
    const pinned = options.pinned ?? null;
    const { helpers = null, after = timer } = options;
    this.#cpu = cpuKernels(
      options.wasm !== false && pinned !== 'typescript',
      helpers === null ? null : { ...helpers, after, now: options.now },
    );
    this.#session = new GpuSession({
      gpu: options.gpu,
      software: pinned === 'webgpu',
      build: buildKernels,
      measure: pinned === null ? (kernels) => measureKernels(kernels, this.#cpu, options.now) : null,
      now: options.now,
      onChange: () => this.#publish(),
      after,
    });
    if (pinned === null || pinned === 'webgpu') void this.#session.run();
    else this.#publish();
  }

  /**
   * ρ of every pair, n × n, in the order of the calls. While a device warms up, after it was lost and
   * when it refuses, the CPU twin answers; it never waits for a device.
   * Rejects with a RangeError when the input's lengths do not fit together.
   */
  compute(input: CorrelationInput): Promise<CorrelationResult> {
    return this.#enqueue(() => this.#compute(input));
  }

  /**
   * The view of a matrix, or of what was last computed; null before the first. Rejects with a RangeError on
   * an empty view. What belongs to a matrix is kept from picture to picture, as long as it is the same object;
   * of a view that is only moved, only what comes into sight is coloured.
   */
  paint(view: HeatmapView, of: SquareMatrix | null = null): Promise<HeatmapImage | null> {
    return this.#enqueue(() => this.#paint(view, of ?? this.#last));
  }

  /** Lets the device and the helpers go; what is under way is answered by this thread. */
  close(): void {
    this.#session.close();
    this.#cpu.crew?.close();
  }

  status(): ComputeStatus {
    const { state, limits, generation, losses } = this.#session;
    const pinned = this.#options.pinned ?? null;
    const wasmSimd = this.#cpu.backend === 'wasm';
    const kernels = this.#session.live?.kernels ?? null;
    return {
      ...chooseBackend({ pinned, gpu: state, wasmSimd }),
      pinned,
      gpu: state,
      limits,
      generation,
      losses,
      faults: this.#faults,
      lastFault: this.#lastFault,
      compute: this.#computing.view(),
      paint: this.#painting.view(),
      crossCheck: this.#crossCheck(),
      crew: this.#cpu.crew?.view ?? null,
      memory: {
        gpu: kernels === null ? 0 : kernels.correlation.bytes + kernels.heatmap.bytes,
        wasm: this.#cpu.bytes(),
        heatmap:
          this.#cpuHeatmap.bytes +
          this.#picture.bytes +
          (this.#last?.matrix.byteLength ?? 0) +
          (this.#last?.invalid.byteLength ?? 0),
      },
      longestDispatchMs:
        kernels === null ? null : Math.max(kernels.correlation.longestMs, kernels.heatmap.longestMs),
    };
  }

  async #compute(input: CorrelationInput): Promise<CorrelationResult> {
    const started = this.#options.now();
    const panel = buildPanel(input);
    const { correlated, on } = await this.#correlate(panel);
    const millis = this.#options.now() - started;
    this.#computing.add(millis);
    const result: CorrelationResult = {
      ...correlated,
      n: panel.n,
      samples: panel.t,
      effectiveSamples: panel.effectiveSamples,
      valid: panel.valid,
      words: panel.words,
      pairwise: panel.pairwise !== null,
      lambda: input.lambda ?? null,
      backend: on === null ? this.#cpu.backend : 'webgpu',
      millis,
      generation: on?.context.generation ?? 0,
      sequence: ++this.#sequence,
    };
    this.#last = result;
    const matrix = on?.kernels.correlation.resident ?? null;
    this.#resident = on === null || matrix === null ? null : { of: result, on: on.kernels, matrix };
    this.#publish();
    return result;
  }

  /** On the device if there is one and it is right (`on`), else on the CPU. */
  async #correlate(panel: Panel): Promise<{ correlated: Correlated; on: Live<GpuKernels> | null }> {
    const live = panel.n === 0 ? null : this.#session.live;
    if (live !== null) {
      const correlated = await this.#tryGpu(live, () => live.kernels.correlation.correlate(panel));
      if (correlated !== null && this.#trust(live, panel, correlated)) return { correlated, on: live };
    }
    const correlated = await (this.#cpu.crew?.correlate(panel) ?? this.#cpu.correlate(panel));
    return { correlated, on: null };
  }

  async #paint(view: HeatmapView, of: SquareMatrix | null): Promise<HeatmapImage | null> {
    if (of === null) return null;
    const started = this.#options.now();
    const looks = [of.matrix, view.order, view.faint ?? null, keyColours(view)];
    const rgba = await this.#picture.draw(view, looks, (parts) => this.#colour(view, of, parts));
    const millis = this.#options.now() - started;
    this.#painting.add(millis);
    const { width, height } = view;
    return {
      ...{ rgba, width, height },
      backend: this.#paintedBy,
      ...{ millis, sequence: this.#last?.sequence ?? 0 },
    };
  }

  /** On the device if there is one, else on the CPU: the same bits. */
  async #colour(view: HeatmapView, of: SquareMatrix, parts: readonly Part[]): Promise<Uint32Array> {
    const live = of.n === 0 ? null : this.#session.live;
    const onGpu =
      live === null
        ? null
        : await this.#tryGpu(live, () =>
            live.kernels.heatmap.colour(this.#residentOn(live.kernels, of), view, parts),
          );
    this.#paintedBy = onGpu === null ? 'typescript' : 'webgpu';
    return onGpu ?? this.#cpuHeatmap.colour(of, of.n, view, parts);
  }

  /** A matrix on this device: where it was computed, or uploaded once. */
  #residentOn(kernels: GpuKernels, of: SquareMatrix): ResidentMatrix {
    const held = this.#resident;
    if (held !== null && held.of === of && held.on === kernels) return held.matrix;
    const matrix = kernels.heatmap.upload(of, of.n);
    this.#resident = { of, on: kernels, matrix };
    return matrix;
  }

  /** What `work` gives, or null when the device was lost, is stuck, or refused. Slow is not stuck. */
  async #tryGpu<T>({ context }: Live<GpuKernels>, work: () => Promise<T>): Promise<T | null> {
    const after = this.#options.after ?? timer;
    try {
      return await context.guard(work(), (giveUp) => after(STUCK_MS, giveUp));
    } catch (error) {
      if (error instanceof RangeError) throw error;
      this.#faults++;
      this.#lastFault = error instanceof Error ? error.message : String(error);
      return null;
    }
  }

  /** Compares now and then with the CPU; a GPU that computes something else is given up for this session. */
  #trust({ context }: Live<GpuKernels>, panel: Panel, correlated: Correlated): boolean {
    const error = this.#checks.error(context.generation, correlated, () => this.#cpu.correlate(panel).matrix);
    if (error <= TRUSTED_ERROR) return true;
    this.#session.abandon(`The GPU's correlations were off by ${error.toExponential(1)}:`);
    return false;
  }

  #crossCheck(): CrossCheck {
    const { backend, selfTestError } = this.#cpu;
    const { checks, maxError } = this.#checks;
    return this.#session.live !== null && checks > 0
      ? { against: backend, maxError, checks }
      : { against: 'float64 reference', maxError: selfTestError, checks: 1 };
  }

  #publish(): void {
    this.#options.onStatus?.(this.status());
  }

  /** One job at a time: kernels reuse their buffers, and pictures follow the numbers they show. */
  #enqueue<T>(job: () => Promise<T>): Promise<T> {
    const run = this.#queue.then(job);
    this.#queue = run.catch(() => undefined);
    return run;
  }
}

function timer(ms: number, then: () => void): () => void {
  const id = setTimeout(then, ms);
  return () => clearTimeout(id);
}
