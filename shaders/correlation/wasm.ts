/**
 * Host of the WASM SIMD kernel (assembly/index.ts): lays out its memory, nothing else. 2 KB,
 * compiled at first use; a page needs `'wasm-unsafe-eval'` in its script-src.
 */
import { instantiate, Layout, reserve } from '../lib/wasm-memory.ts';
import { cutBand, type Band, type Rows } from './band.ts';
import { invalidWords, type Correlated } from './correlated.ts';
import type { Panel, PairwiseOperands } from './panel.ts';
import { MODULE_BASE64 } from './wasm-binary.ts';

/** First row, end row, first column, end column. */
type Cells = readonly [number, number, number, number];

interface Kernel {
  readonly memory: WebAssembly.Memory;
  pack(source: number, target: number, n: number, t: number, first: number, end: number): void;
  product(
    left: number,
    right: number,
    out: number,
    n: number,
    t: number,
    symmetric: number,
    ...cells: Cells
  ): void;
  finishComplete(
    cross: number,
    valid: number,
    matrix: number,
    invalid: number,
    n: number,
    pad: number,
    words: number,
    samples: number,
    ...cells: Cells
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
    ...cells: Cells
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

  /** Of its memory, which stays. */
  get bytes(): number {
    return this.#kernel.memory.buffer.byteLength;
  }

  correlate(panel: Panel<ArrayBufferLike>): Correlated {
    return this.correlateRows(panel, { from: 0, to: panel.n });
  }

  /** The whole matrix, of which only the band's cells are computed. */
  correlateRows(panel: Panel<ArrayBufferLike>, rows: Rows): Correlated {
    const { matrix, invalid } = this.#run(panel, rows);
    return { matrix: matrix.slice(), invalid: invalid.slice() };
  }

  /** The same bits as those cells of the whole matrix. */
  correlateBand(panel: Panel<ArrayBufferLike>, rows: Rows): Band {
    const { matrix, invalid } = this.#run(panel, rows);
    return cutBand(matrix, invalid, panel.n, rows);
  }

  /** Views of the memory, valid until the next call. */
  #run(panel: Panel<ArrayBufferLike>, { from, to }: Rows): { matrix: Float32Array; invalid: Uint32Array } {
    const { n, t, nPad, tPad, words, pairwise } = panel;
    const operand = nPad * tPad * 4;
    const square = nPad * nPad * 4;
    const layout = new Layout();
    const source = layout.take(operand);
    const left = layout.take(operand);
    const right = layout.take(pairwise === null ? 0 : operand);
    const products = [0, 1, 2, 3].map((k) => layout.take(pairwise === null && k > 0 ? 0 : square));
    const valid = layout.take(n * words * 4);
    const matrix = layout.take(n * n * 4);
    const invalid = layout.take(n * invalidWords(n) * 4);
    reserve(this.#kernel.memory, layout.bytes);

    const { memory } = this.#kernel;
    new Uint32Array(memory.buffer, valid, n * words).set(panel.valid);
    new Uint32Array(memory.buffer, invalid, n * invalidWords(n)).fill(0);
    const at: Places = { source, left, right, products, valid, matrix, invalid };
    const cells: Cells[] = [[from, to, from, n]];
    if (to < n) cells.push([to, n, from, to]);
    this.#load(panel, panel.z, at, left, from);
    this.#product(panel, at, [left, left], 0, [from, to, from, n], true);
    if (pairwise === null) {
      for (const part of cells) {
        this.#kernel.finishComplete(products[0] ?? 0, valid, matrix, invalid, n, nPad, words, t, ...part);
      }
    } else {
      this.#pairwise(panel, pairwise, at, cells);
    }
    return {
      matrix: new Float32Array(memory.buffer, matrix, n * n),
      invalid: new Uint32Array(memory.buffer, invalid, n * invalidWords(n)),
    };
  }

  #pairwise(
    panel: Panel<ArrayBufferLike>,
    { weight, square, mask }: PairwiseOperands<ArrayBufferLike>,
    at: Places,
    cells: readonly Cells[],
  ): void {
    const { n, nPad, words } = panel;
    const { left, right, products, valid, matrix, invalid } = at;
    const [band] = cells;
    const first = band?.[0] ?? 0;
    this.#load(panel, weight, at, right, first);
    for (const part of cells) this.#product(panel, at, [left, right], 1, part, false);
    if (band) this.#product(panel, at, [right, right], 3, band, true);
    this.#load(panel, square, at, left, first);
    this.#load(panel, mask, at, right, first);
    for (const part of cells) this.#product(panel, at, [left, right], 2, part, false);
    const [cross = 0, sum = 0, squares = 0, mass = 0] = products;
    for (const part of cells) {
      this.#kernel.finishPairwise(cross, sum, squares, mass, valid, matrix, invalid, n, nPad, words, ...part);
    }
  }

  /** The columns of an operand from `first` on, packed. */
  #load(
    { n, nPad, tPad }: Panel<ArrayBufferLike>,
    operand: Float32Array,
    { source }: Places,
    target: number,
    first: number,
  ): void {
    new Float32Array(this.#kernel.memory.buffer, source, operand.length).set(operand);
    this.#kernel.pack(source, target, nPad, tPad, first, eights(n));
  }

  #product(
    { nPad, tPad }: Panel<ArrayBufferLike>,
    { products }: Places,
    [left, right]: readonly [number, number],
    number: number,
    [firstRow, endRow, firstColumn, endColumn]: Cells,
    symmetric: boolean,
  ): void {
    const out = products[number] ?? 0;
    const cells: Cells = [firstRow, eights(endRow), firstColumn, eights(endColumn)];
    this.#kernel.product(left, right, out, nPad, tPad, symmetric ? 1 : 0, ...cells);
  }
}

/** Offsets in the memory. `products`: cross, sum, squares, mass. */
interface Places {
  readonly source: number;
  readonly left: number;
  readonly right: number;
  readonly products: readonly number[];
  readonly valid: number;
  readonly matrix: number;
  readonly invalid: number;
}

/** The kernel multiplies blocks of eight columns; beyond n stand zeros, to a multiple of 128. */
const eights = (rows: number): number => Math.ceil(rows / 8) * 8;
