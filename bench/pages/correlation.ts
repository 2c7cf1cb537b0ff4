/**
 * Runs in the page: every backend and the plain loop on the same returns, from the returns to the
 * matrix (standardising, upload and read-back included), in turns.
 */
import { correlateTypescript } from '../../shaders/correlation/cpu.ts';
import { GpuCorrelation } from '../../shaders/correlation/gpu.ts';
import { buildPanel } from '../../shaders/correlation/build-panel.ts';
import type { CorrelationInput } from '../../shaders/correlation/panel.ts';
import { correlateReference } from '../../shaders/correlation/reference.ts';
import { WasmCorrelation } from '../../shaders/correlation/wasm.ts';
import { adapterName } from '../../shaders/runtime/adapter.ts';
import { findAdapter, GpuContext } from '../../shaders/runtime/context.ts';
import { factorReturns } from '../lib/returns.ts';
import { plainCorrelation } from './plain-correlation.ts';

export interface ContenderReport {
  readonly name: string;
  readonly millis: number[];
  /** Against float64; NaN where it did not run. */
  readonly maxError: number;
  /** Why it did not run; null if it did. */
  readonly missing: string | null;
}

export interface CorrelationReport {
  readonly contenders: ContenderReport[];
  readonly adapter: string | null;
}

interface Contender {
  readonly name: string;
  readonly run: () => ArrayLike<number> | Promise<ArrayLike<number>>;
}

async function correlationBench(n: number, t: number, rounds: number): Promise<CorrelationReport> {
  const input: CorrelationInput = { ...factorReturns(n, t, 2026), n, t };
  const wasm = new WasmCorrelation();
  const gpu = await gpuContender(input);
  const contenders: Contender[] = [
    { name: 'plain', run: () => plainCorrelation(input.returns, n, t, false) },
    { name: 'plainHalf', run: () => plainCorrelation(input.returns, n, t, true) },
    { name: 'typescript', run: () => correlateTypescript(buildPanel(input)).matrix },
    { name: 'wasm', run: () => wasm.correlate(buildPanel(input)).matrix },
    ...('run' in gpu ? [gpu] : []),
  ];
  const reference = correlateReference(input);
  const reports = new Map<string, { millis: number[]; maxError: number }>();
  for (const { name, run } of contenders) {
    // Two runs to warm up: compilers see each loop hot, the GPU its pipelines.
    await run();
    reports.set(name, { millis: [], maxError: largestError(await run(), reference) });
  }
  for (let round = 0; round < rounds; round++) {
    for (const { name, run } of contenders) {
      const started = performance.now();
      await run();
      reports.get(name)?.millis.push(performance.now() - started);
    }
  }
  const ran = [...reports].map(([name, report]) => ({ name, ...report, missing: null }));
  const missing =
    'missing' in gpu ? [{ name: 'webgpu', millis: [], maxError: Number.NaN, missing: gpu.missing }] : [];
  return { contenders: [...ran, ...missing], adapter: 'adapter' in gpu ? gpu.adapter : null };
}

async function gpuContender(
  input: CorrelationInput,
): Promise<(Contender & { readonly adapter: string }) | { readonly missing: string }> {
  // Typed as always there, but not so in every browser.
  const gpu = navigator.gpu as GPU | undefined;
  if (gpu === undefined) return { missing: 'This browser has no WebGPU.' };
  const found = await findAdapter(gpu);
  if (!found.ok) return { missing: found.error.sentence };
  const context = await GpuContext.open(found.value, 1, () => performance.now());
  if (!context.ok) return { missing: context.error.sentence };
  const kernel = await GpuCorrelation.create(context.value);
  return {
    name: 'webgpu',
    adapter: adapterName(found.value.view),
    run: async () => (await kernel.correlate(buildPanel(input))).matrix,
  };
}

function largestError(matrix: ArrayLike<number>, reference: Float64Array): number {
  let worst = matrix.length === reference.length ? 0 : Infinity;
  reference.forEach((rho, at) => {
    const error = Math.abs((matrix[at] ?? Number.NaN) - rho);
    worst = error <= worst ? worst : error;
  });
  return worst;
}

declare global {
  var correlationBench: (n: number, t: number, rounds: number) => Promise<CorrelationReport>;
}
globalThis.correlationBench = correlationBench;
