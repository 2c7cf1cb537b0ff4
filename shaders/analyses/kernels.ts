/** The kernels that analyses stand on, on the backend that is there or was pinned. */
import type { Correlated } from '../correlation/correlated.ts';
import type { Panel } from '../correlation/panel.ts';
import { bootstrapRow } from '../bootstrap/cpu.ts';
import { FIGURES, type Bootstrapped } from '../bootstrap/bootstrapped.ts';
import type { Resampling } from '../bootstrap/resampling.ts';
import { WasmBootstrap } from '../bootstrap/wasm.ts';
import { cpuKernels } from '../engine/kernels.ts';
import { tickCorrelationsTypescript } from '../hayashi-yoshida/cpu.ts';
import type { TickCorrelations } from '../hayashi-yoshida/estimate.ts';
import type { TickPanel } from '../hayashi-yoshida/ticks.ts';
import { WasmTickCorrelation } from '../hayashi-yoshida/wasm.ts';
import { pairsBefore } from '../lib/pairs.ts';
import { TypescriptSampler } from '../pbit/cpu.ts';
import type { OpenSampler } from '../pbit/walk.ts';
import { WasmSampler } from '../pbit/wasm.ts';
import type { Backend } from '../runtime/backend.ts';

export interface Kernels {
  /** What really computes. */
  readonly backend: Backend;
  /** K1. */
  correlate(panel: Panel): Promise<Correlated>;
  /** K2. Pairs (i, j) with i < `rows` are wanted; the others may be 0. */
  correlateTicks(panel: TickPanel, rows: number): Promise<TickCorrelations>;
  /** K3. */
  readonly openSampler: OpenSampler;
  /** K4. `each` is called, and waited for, as rows are done; what it throws ends the bootstrap. */
  bootstrap(resampling: Resampling, each: (rowsDone: number) => Promise<void>): Promise<Bootstrapped>;
}

/** WASM SIMD where it is there and right, else TypeScript; the bits are the same. */
export function cpuAnalysisKernels(wasmAllowed: boolean): Kernels {
  const cpu = cpuKernels(wasmAllowed);
  const { backend } = cpu;
  const wasm = backend === 'wasm' ? new WasmBootstrap() : null;
  const ticks = backend === 'wasm' ? new WasmTickCorrelation() : null;
  return {
    backend,
    correlate: (panel) => Promise.resolve(cpu.correlate(panel)),
    correlateTicks: (panel, rows) =>
      Promise.resolve(ticks?.correlate(panel, rows) ?? tickCorrelationsTypescript(panel, rows)),
    openSampler: (run) => (backend === 'wasm' ? new WasmSampler(run) : new TypescriptSampler(run)),
    bootstrap: async (resampling, each) => {
      const row = wasm?.load(resampling) ?? ((i) => bootstrapRow(resampling, i));
      const { n, usable } = resampling;
      const pairs = new Float32Array(pairsBefore(n, n) * FIGURES);
      for (let i = 0; i < n; i++) {
        pairs.set(row(i), pairsBefore(n, i) * FIGURES);
        await each(i + 1);
      }
      return { n, pairs, usable };
    },
  };
}
