/**
 * Host of the WASM SIMD kernel (assembly/index.ts): lays out its memory, nothing else. Compiled at
 * first use; a page needs `'wasm-unsafe-eval'` in its script-src.
 */
import { pairsBefore } from '../lib/pairs.ts';
import { instantiate, Layout, reserve } from '../lib/wasm-memory.ts';
import { FIGURES, type Bootstrapped } from './bootstrapped.ts';
import { LANES } from './cpu.ts';
import type { Resampling } from './resampling.ts';
import { MODULE_BASE64 } from './wasm-binary.ts';

interface Kernel {
  readonly memory: WebAssembly.Memory;
  pack(source: number, target: number, n: number, t: number): void;
  bootstrapRow(
    rows: number,
    means: number,
    scales: number,
    offsets: number,
    runs: number,
    prefix: number,
    values: number,
    partial: number,
    out: number,
    row: number,
    n: number,
    t: number,
    resamples: number,
    threshold: number,
    low: number,
    lowFraction: number,
    high: number,
    highFraction: number,
  ): void;
}

/** Four pairs are computed at a time. */
const VECTOR = 16;

/** One instance and its memory, which grows to the largest resampling seen and is reused. */
export class WasmBootstrap {
  readonly #kernel: Kernel;

  /** @throws where WebAssembly is missing, lacks SIMD, or the page's CSP forbids it. */
  constructor() {
    // The exports of a module that is compiled in; a test recompiles it from its source.
    this.#kernel = instantiate(MODULE_BASE64) as unknown as Kernel;
  }

  bootstrap(resampling: Resampling): Bootstrapped {
    const { n, usable } = resampling;
    const pairs = new Float32Array(pairsBefore(n, n) * FIGURES);
    const rows = this.load(resampling);
    for (let i = 0; i < n; i++) pairs.set(rows(i), pairsBefore(n, i) * FIGURES);
    return { n, pairs, usable };
  }

  /**
   * Lays a resampling out; the answer computes one row at a time, so that a worker can stop between
   * two and several can share them. It is good until the next `load`.
   * @returns row i → its pairs (i, i + 1) … (i, n − 1), valid until the next row.
   */
  load(resampling: Resampling): (row: number) => Float32Array {
    const { n, t, resamples, table, ranks, threshold } = resampling;
    const panels = Math.ceil(n / 4) * VECTOR;
    const layout = new Layout();
    const source = layout.take(n * Math.max(t, resamples) * 4);
    const [rows, means, scales] = [t, resamples, resamples].map((length) => layout.take(panels * length));
    const offsets = layout.take(table.offsets.byteLength);
    const runs = layout.take(table.runs.byteLength);
    const prefix = layout.take((t + 1) * VECTOR);
    const values = layout.take(resamples * VECTOR);
    const partial = layout.take(LANES * VECTOR);
    const out = layout.take(n * VECTOR);
    reserve(this.#kernel.memory, layout.bytes);
    const kernel = this.#kernel;
    const pack = (operand: Float32Array, target: number, length: number): void => {
      new Float32Array(kernel.memory.buffer, source, operand.length).set(operand);
      kernel.pack(source, target, n, length);
    };
    const at = { rows: rows ?? 0, means: means ?? 0, scales: scales ?? 0 };
    pack(resampling.rows, at.rows, t);
    pack(resampling.means, at.means, resamples);
    pack(resampling.scales, at.scales, resamples);
    new Uint32Array(kernel.memory.buffer, offsets, table.offsets.length).set(table.offsets);
    const inBytes = new Uint32Array(kernel.memory.buffer, runs, table.runs.length);
    for (let k = 0; k < inBytes.length; k++) inBytes[k] = (table.runs[k] ?? 0) * VECTOR;
    const { low, lowFraction, high, highFraction } = ranks;
    const ends = [low, lowFraction, high, highFraction] as const;
    const bases = [at.rows, at.means, at.scales, offsets, runs, prefix, values, partial, out] as const;
    return (row) => {
      kernel.bootstrapRow(...bases, row, n, t, resamples, threshold, ...ends);
      return new Float32Array(kernel.memory.buffer, out, (n - 1 - row) * FIGURES);
    };
  }
}
