import { correlateTypescript } from '../correlation/cpu.ts';
import { Crew, type CrewOptions } from '../correlation/crew.ts';
import type { Correlated } from '../correlation/correlated.ts';
import { GpuCorrelation } from '../correlation/gpu.ts';
import { buildPanel } from '../correlation/build-panel.ts';
import type { CorrelationInput, Panel } from '../correlation/panel.ts';
import { correlateReference } from '../correlation/reference.ts';
import { WasmCorrelation } from '../correlation/wasm.ts';
import { GpuHeatmap } from '../heatmap/gpu.ts';
import { calibrate, type Calibration } from '../runtime/calibration.ts';
import { GpuFault, type GpuContext } from '../runtime/context.ts';
import type { Progress } from '../runtime/session.ts';
import { hasWasmSimd } from '../runtime/simd.ts';

/** The kernels of one device. */
export interface GpuKernels {
  readonly correlation: GpuCorrelation;
  readonly heatmap: GpuHeatmap;
}

/** Steps of `buildKernels`: two compiled, two proofs, a picture. */
const STEPS = 5;

/** Backends may differ by rounding (hardware fuses); by more, one of them is wrong. */
export const TRUSTED_ERROR = 1e-5;

/**
 * Compiles the kernels and runs each once: a driver compiles some of it at the first dispatch, and
 * a wrong one shows itself before its numbers do.
 * @throws GpuFault when the results are not right.
 */
export async function buildKernels(context: GpuContext, progress: Progress): Promise<GpuKernels> {
  let done = 0;
  const step = <T>(made: T): T => {
    progress(++done, STEPS);
    return made;
  };
  const [correlation, heatmap] = await Promise.all([
    GpuCorrelation.create(context).then(step),
    GpuHeatmap.create(context).then(step),
  ]);
  for (const missing of [false, true]) {
    const input = knownReturns(missing);
    const error = largestDifference(
      await correlation.correlate(buildPanel(input)),
      correlateReference(input),
    );
    if (error > TRUSTED_ERROR) throw new GpuFault(`correlations were off by ${error} at warm-up`);
    step(error);
  }
  if (correlation.resident !== null) {
    const corner = { width: 16, height: 16, x: 0, y: 0, scale: 1, order: null, threshold: 0 };
    await heatmap.colour(correlation.resident, { ...corner, theme: 'light' });
    step(corner);
  }
  return { correlation, heatmap };
}

/** What computes where there is no GPU, or not yet. */
export interface CpuKernels {
  readonly backend: 'wasm' | 'typescript';
  /** On this thread alone. */
  correlate(panel: Panel): Correlated;
  /** WASM on several threads, the same bits; null where there is none. */
  readonly crew: Crew | null;
  /** Of the WASM memories; they stay. */
  bytes(): number;
  /** Largest error of a known case against float64. */
  readonly selfTestError: number;
}

/** WASM SIMD where it is there, is allowed (CSP) and computes right; else TypeScript. */
export function cpuKernels(wasmAllowed: boolean, helpers: CrewOptions | null = null): CpuKernels {
  const wasm = wasmAllowed && hasWasmSimd() ? tryWasm() : null;
  if (wasm !== null) {
    const error = selfTest((panel) => wasm.correlate(panel));
    if (error <= TRUSTED_ERROR) {
      const crew = helpers === null ? null : new Crew(wasm, helpers);
      return {
        backend: 'wasm',
        correlate: (panel) => wasm.correlate(panel),
        crew,
        bytes: () => wasm.bytes + (crew?.bytes ?? 0),
        selfTestError: error,
      };
    }
  }
  return {
    backend: 'typescript',
    correlate: correlateTypescript,
    crew: null,
    bytes: () => 0,
    selfTestError: selfTest(correlateTypescript),
  };
}

/** The matrix that decides between GPU and CPU: from the panel to the numbers, upload and read-back included. */
const CONTEST = { n: 512, t: 1024 };

/** Rejects with what the GPU's work rejects with. */
export async function measureKernels(
  { correlation }: GpuKernels,
  cpu: CpuKernels,
  now: () => number,
): Promise<Calibration> {
  const panel = buildPanel(waves(CONTEST.n, CONTEST.t));
  const contest = { gpu: () => correlation.correlate(panel), cpu: () => cpu.correlate(panel), now };
  return { ...(await calibrate(contest)), ...CONTEST };
}

function tryWasm(): WasmCorrelation | null {
  try {
    return new WasmCorrelation();
  } catch {
    // A page whose CSP lacks 'wasm-unsafe-eval': the status then names TypeScript as the backend.
    return null;
  }
}

function selfTest(correlate: (panel: Panel) => Correlated): number {
  return Math.max(
    ...[false, true].map((missing) => {
      const input = knownReturns(missing);
      return largestDifference(correlate(buildPanel(input)), correlateReference(input));
    }),
  );
}

/** max |ρ − expected| over the valid pairs; `expected` is NaN where there is nothing to compare. */
export function largestDifference(
  { matrix }: Pick<Correlated, 'matrix'>,
  expected: ArrayLike<number>,
): number {
  let worst = 0;
  for (let k = 0; k < matrix.length; k++) {
    const difference = Math.abs((matrix[k] ?? 0) - (expected[k] ?? Number.NaN));
    if (difference > worst) worst = difference;
  }
  return worst;
}

/** A fixed case of 33 rows by 96 samples, with or without missing samples. */
export function knownReturns(missing: boolean): CorrelationInput {
  const input = waves(33, 96);
  if (missing) for (let i = 0; i < input.n; i++) input.valid[i * 3] = 0xffffffff << (i % 7);
  return input;
}

/** Incommensurate waves: fixed, and no two alike. */
function waves(n: number, t: number): CorrelationInput {
  const returns = Float64Array.from({ length: n * t }, (_, at) => {
    const [i, k] = [Math.floor(at / t), at % t];
    return 1e-4 * (Math.sin(0.37 * k) + Math.sin((0.11 * i + 0.5) * k * Math.SQRT2 + i));
  });
  return { returns, valid: new Uint32Array(n * Math.ceil(t / 32)).fill(0xffffffff), n, t };
}
