/**
 * Host of the WASM kernel (assembly/index.ts): lays out its memory, nothing else. A merge of two
 * lists has nothing for SIMD, so that this runs wherever WebAssembly does.
 */
import { pairsBefore } from '../lib/pairs.ts';
import { instantiate, Layout, reserve } from '../lib/wasm-memory.ts';
import { LANES } from './cpu.ts';
import { FIGURES, type TickCorrelations } from './estimate.ts';
import type { TickPanel } from './ticks.ts';
import { MODULE_BASE64 } from './wasm-binary.ts';

interface Kernel {
  readonly memory: WebAssembly.Memory;
  correlateRow(
    offsets: number,
    times: number,
    logPrices: number,
    scales: number,
    sums: number,
    out: number,
    row: number,
    n: number,
  ): void;
}

/** One instance and its memory, which grows to the largest panel seen and is reused. */
export class WasmTickCorrelation {
  readonly #kernel: Kernel;

  /** @throws where WebAssembly is missing or the page's CSP forbids it. */
  constructor() {
    // The exports of a module that is compiled in; a test recompiles it from its source.
    this.#kernel = instantiate(MODULE_BASE64) as unknown as Kernel;
  }

  /** @param rows of the first so many instruments with all behind them; the other pairs stay 0 */
  correlate(panel: TickPanel, rows = panel.n): TickCorrelations {
    const { n } = panel;
    const pairs = new Float32Array(pairsBefore(n, n) * FIGURES);
    const row = this.load(panel);
    for (let i = 0; i < rows; i++) pairs.set(row(i), pairsBefore(n, i) * FIGURES);
    return { n, pairs };
  }

  /**
   * Lays a panel out; the answer computes one row at a time, so that a worker can stop between two
   * and several can share them. It is good until the next `load`.
   * @returns row i → its pairs (i, i + 1) … (i, n − 1), valid until the next row.
   */
  load(panel: TickPanel): (row: number) => Float32Array {
    const { n } = panel;
    const { memory } = this.#kernel;
    const layout = new Layout();
    const offsets = layout.take(panel.offsets.byteLength);
    const times = layout.take(panel.times.byteLength);
    const logPrices = layout.take(panel.logPrices.byteLength);
    const scales = layout.take(panel.scales.byteLength);
    const sums = layout.take(LANES * 4);
    const out = layout.take(n * FIGURES * 4);
    reserve(memory, layout.bytes);
    new Uint32Array(memory.buffer, offsets, n + 1).set(panel.offsets);
    new Uint32Array(memory.buffer, times, panel.times.length).set(panel.times);
    new Int32Array(memory.buffer, logPrices, panel.logPrices.length).set(panel.logPrices);
    new Float32Array(memory.buffer, scales, n).set(panel.scales);
    return (row) => {
      this.#kernel.correlateRow(offsets, times, logPrices, scales, sums, out, row, n);
      return new Float32Array(memory.buffer, out, (n - 1 - row) * FIGURES);
    };
  }
}
