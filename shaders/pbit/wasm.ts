/**
 * Host of the WASM SIMD twin (assembly/index.ts): an instance and its memory a sampler. 3 KB; a page
 * needs `'wasm-unsafe-eval'` in its script-src.
 */
import { instantiate, Layout, reserve } from '../lib/wasm-memory.ts';
import { pairCount } from './ising.ts';
import { patternTables } from './pattern-tables.ts';
import { BLOCKS, checkRun, keyOf, startSpins, wordsOf, type Run, type Sampler } from './sampler.ts';
import { THRESHOLDS } from './threshold.ts';
import { MODULE_BASE64 } from './wasm-binary.ts';

interface Kernel {
  readonly memory: WebAssembly.Memory;
  sweep(
    rows: number,
    tables: number,
    spins: number,
    states: number,
    words: number,
    thresholds: number,
    seed0: number,
    seed1: number,
    stream: number,
    first: number,
    count: number,
  ): void;
  countPairs(states: number, spins: number, words: number, counts: number): void;
}

export class WasmSampler implements Sampler {
  readonly run: Run;
  readonly #kernel: Kernel;
  readonly #rows: number;
  readonly #tables: number;
  readonly #thresholds: number;
  readonly #states: number;
  /** Pair counts come last, when they are first asked for: the replicas of an exchange have none. */
  #counts: number | null = null;
  readonly #layout = new Layout();
  #sweeps: number;

  /** @throws RangeError on a run that cannot be; where WebAssembly is missing, lacks SIMD, or the page's CSP forbids it. */
  constructor(run: Run) {
    checkRun(run);
    this.run = run;
    this.#sweeps = run.from ?? 0;
    // The exports of a module that is compiled in; a test recompiles it from its source.
    this.#kernel = instantiate(MODULE_BASE64) as unknown as Kernel;
    this.#thresholds = this.#place(THRESHOLDS);
    this.#states = this.#place(startSpins(run));
    const { rows, tables } = patternTables(run.network);
    this.#rows = this.#place(rows);
    this.#tables = this.#place(tables);
  }

  sweep(count: number): void {
    const { network, chains, seed, stream } = this.run;
    const [seed0, seed1] = keyOf(seed);
    const place = [
      this.#rows,
      this.#tables,
      network.n,
      this.#states,
      wordsOf(chains),
      this.#thresholds,
    ] as const;
    this.#kernel.sweep(...place, seed0, seed1, stream, this.#sweeps, count);
    this.#sweeps += count;
  }

  countPairs(): void {
    const { network, chains } = this.run;
    this.#counts ??= this.#take(this.#countWords() * 4);
    this.#kernel.countPairs(this.#states, network.n, wordsOf(chains), this.#counts);
  }

  read(): Uint32Array<ArrayBuffer> {
    return this.#view().slice();
  }

  write(spins: Uint32Array<ArrayBuffer>): void {
    this.#view().set(spins);
  }

  differing(): Uint32Array<ArrayBuffer> {
    if (this.#counts === null) return new Uint32Array(this.#countWords());
    return new Uint32Array(this.#kernel.memory.buffer, this.#counts, this.#countWords()).slice();
  }

  #countWords(): number {
    return pairCount(this.run.network.n) * BLOCKS;
  }

  #view(): Uint32Array {
    const { network, chains } = this.run;
    return new Uint32Array(this.#kernel.memory.buffer, this.#states, network.n * wordsOf(chains));
  }

  #place(words: Uint32Array | Int32Array): number {
    const at = this.#take(words.byteLength);
    new Int32Array(this.#kernel.memory.buffer, at, words.length).set(words);
    return at;
  }

  /** The next free bytes, zeroed. */
  #take(bytes: number): number {
    const at = this.#layout.take(bytes);
    reserve(this.#kernel.memory, this.#layout.bytes);
    return at;
  }
}
