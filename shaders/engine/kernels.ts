import { correlateTypescript } from '../correlation/cpu.ts';
import type { Correlated } from '../correlation/correlated.ts';
import { GpuCorrelation } from '../correlation/gpu.ts';
import { buildPanel } from '../correlation/build-panel.ts';
import type { CorrelationInput, Panel } from '../correlation/panel.ts';
import { correlateReference } from '../correlation/reference.ts';
import { WasmCorrelation } from '../correlation/wasm.ts';
import { GpuHeatmap } from '../heatmap/gpu.ts';
import { GpuFault, type GpuContext } from '../runtime/context.ts';
import { hasWasmSimd } from '../runtime/simd.ts';

/** The kernels of one device. */
export interface GpuKernels {
  readonly correlation: GpuCorrelation;
  readonly heatmap: GpuHeatmap;
}

/** Backends may differ by rounding (hardware fuses); by more, one of them is wrong. */
export const TRUSTED_ERROR = 1e-5;

/**
 * Compiles the kernels and runs each once: a driver compiles some of it at the first dispatch, and
 * a wrong one shows itself before its numbers do.
 * @throws GpuFault when the results are not right.
 */
export async function buildKernels(context: GpuContext): Promise<GpuKernels> {
  const [correlation, heatmap] = await Promise.all([
    GpuCorrelation.create(context),
    GpuHeatmap.create(context),
  ]);
  for (const missing of [false, true]) {
    const input = knownReturns(missing);
    const error = largestDifference(
      await correlation.correlate(buildPanel(input)),
      correlateReference(input),
    );
    if (error > TRUSTED_ERROR) throw new GpuFault(`correlations were off by ${error} at warm-up`);
  }
  if (correlation.resident !== null) {
    const corner = { width: 16, height: 16, x: 0, y: 0, scale: 1, order: null, threshold: 0 };
    await heatmap.colour(correlation.resident, { ...corner, theme: 'light' });
  }
  return { correlation, heatmap };
}

/** What computes where there is no GPU, or not yet. */
export interface CpuKernels {
  readonly backend: 'wasm' | 'typescript';
  correlate(panel: Panel): Correlated;
  /** Largest error of a known case against float64. */
  readonly selfTestError: number;
}

/** WASM SIMD where it is there, is allowed (CSP) and computes right; else TypeScript. */
export function cpuKernels(wasmAllowed: boolean): CpuKernels {
  const wasm = wasmAllowed && hasWasmSimd() ? tryWasm() : null;
  if (wasm !== null) {
    const error = selfTest((panel) => wasm.correlate(panel));
    if (error <= TRUSTED_ERROR) {
      return { backend: 'wasm', correlate: (panel) => wasm.correlate(panel), selfTestError: error };
    }
  }
  return {
    backend: 'typescript',
    correlate: correlateTypescript,
    selfTestError: selfTest(correlateTypescript),
  };
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

/** A fixed case of 33 rows by 96 samples, incommensurate waves; with or without missing samples. */
function knownReturns(missing: boolean): CorrelationInput {
  const [n, t] = [33, 96];
  const returns = Float64Array.from({ length: n * t }, (_, at) => {
    const [i, k] = [Math.floor(at / t), at % t];
    return 1e-4 * (Math.sin(0.37 * k) + Math.sin((0.11 * i + 0.5) * k * Math.SQRT2 + i));
  });
  const valid = new Uint32Array(n * 3).fill(0xffffffff);
  if (missing) for (let i = 0; i < n; i++) valid[i * 3] = 0xffffffff << (i % 7);
  return { returns, valid, n, t };
}
