/**
 * Host of the WASM SIMD kernel (assembly/index.ts): lays out its memory, nothing else. 2 KB,
 * compiled at first use; a page needs `'wasm-unsafe-eval'` in its script-src.
 */
import { instantiate, Layout, reserve } from '../lib/wasm-memory.ts';
import { invalidWords, type Correlated } from './correlated.ts';
import type { Panel } from './panel.ts';
import { MODULE_BASE64 } from './wasm-binary.ts';

interface Kernel {
  readonly memory: WebAssembly.Memory;
  pack(source: number, target: number, n: number, t: number): void;
  product(left: number, right: number, out: number, n: number, t: number, symmetric: number): void;
  finishComplete(
    cross: number,
    valid: number,
    matrix: number,
    invalid: number,
    n: number,
    pad: number,
    words: number,
    samples: number,
  ): void;
  finishPairwise(
    cross: number,
    sum: number,
    square: number,
    mass: number,
    valid: number,
    matrix: number,
    invalid: number,
    n: number,
    pad: number,
    words: number,
  ): void;
}

/** One instance and its memory, which grows to the largest panel seen and is reused. */
export class WasmCorrelation {
  readonly #kernel: Kernel;

  /** @throws where WebAssembly is missing, lacks SIMD, or the page's CSP forbids it. */
  constructor() {
    // The exports of a module that is compiled in; a test recompiles it from its source.
    this.#kernel = instantiate(MODULE_BASE64) as unknown as Kernel;
  }

  correlate(panel: Panel): Correlated {
    const { n, t, nPad, tPad, words, pairwise } = panel;
    const operand = nPad * tPad * 4;
    const square = nPad * nPad * 4;
    const layout = new Layout();
    const source = layout.take(operand);
    const left = layout.take(operand);
    const right = layout.take(pairwise === null ? 0 : operand);
    const products = [0, 1, 2, 3].map((k) => layout.take(pairwise === null && k > 0 ? 0 : square));
    const [cross = 0, sum = 0, squares = 0, mass = 0] = products;
    const valid = layout.take(n * words * 4);
    const matrix = layout.take(n * n * 4);
    const invalid = layout.take(n * invalidWords(n) * 4);
    reserve(this.#kernel.memory, layout.bytes);

    const kernel = this.#kernel;
    const load = (operandData: Float32Array, target: number): void => {
      new Float32Array(kernel.memory.buffer, source, operandData.length).set(operandData);
      kernel.pack(source, target, nPad, tPad);
    };
    new Uint32Array(kernel.memory.buffer, valid, n * words).set(panel.valid);
    new Uint32Array(kernel.memory.buffer, invalid, n * invalidWords(n)).fill(0);
    load(panel.z, left);
    kernel.product(left, left, cross, nPad, tPad, 1);
    if (pairwise === null) {
      kernel.finishComplete(cross, valid, matrix, invalid, n, nPad, words, t);
    } else {
      load(pairwise.weight, right);
      kernel.product(left, right, sum, nPad, tPad, 0);
      kernel.product(right, right, mass, nPad, tPad, 1);
      load(pairwise.square, left);
      load(pairwise.mask, right);
      kernel.product(left, right, squares, nPad, tPad, 0);
      kernel.finishPairwise(cross, sum, squares, mass, valid, matrix, invalid, n, nPad, words);
    }
    return {
      matrix: new Float32Array(kernel.memory.buffer, matrix, n * n).slice(),
      invalid: new Uint32Array(kernel.memory.buffer, invalid, n * invalidWords(n)).slice(),
    };
  }
}
