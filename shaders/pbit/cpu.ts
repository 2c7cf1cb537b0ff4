/** The TypeScript twin: one chain after another, by the definition. The check on the other two. */
import { popcount } from '../correlation/correlated.ts';
import { philox4x32 } from '../lib/philox.ts';
import { pairCount } from './ising.ts';
import { MAX_DEGREE } from './network.ts';
import { BLOCKS, checkRun, keyOf, startSpins, wordsOf, type Run, type Sampler } from './sampler.ts';
import { thresholdOf } from './threshold.ts';

export class TypescriptSampler implements Sampler {
  readonly run: Run;
  readonly #spins: Uint32Array<ArrayBuffer>;
  /** Made when first counted: the replicas of an exchange count nothing. */
  #differing: Uint32Array<ArrayBuffer> | null = null;
  readonly #words: number;
  readonly #key: readonly [number, number];
  readonly #counter: Uint32Array<ArrayBuffer>;
  readonly #drawn = new Uint32Array(4);
  readonly #around = new Uint32Array(MAX_DEGREE);
  #sweeps: number;

  /** @throws RangeError on a run that cannot be. */
  constructor(run: Run) {
    checkRun(run);
    this.run = run;
    this.#sweeps = run.from ?? 0;
    this.#spins = startSpins(run);
    this.#words = wordsOf(run.chains);
    this.#key = keyOf(run.seed);
    this.#counter = Uint32Array.of(0, 0, 0, run.stream);
  }

  sweep(count: number): void {
    const { order } = this.run.network;
    for (let end = this.#sweeps + count; this.#sweeps < end; this.#sweeps++) {
      this.#counter[0] = this.#sweeps;
      for (let at = 0; at < order.length; at++) this.#update(order[at] ?? 0);
    }
  }

  countPairs(): void {
    const { n } = this.run.network;
    const spins = this.#spins;
    const words = this.#words;
    const differing = (this.#differing ??= this.#noCounts());
    for (let j = 1, pair = 0; j < n; j++) {
      for (let i = 0; i < j; i++, pair += BLOCKS) {
        for (let w = 0; w < words; w++) {
          const at = pair + (w & (BLOCKS - 1));
          const apart = popcount((spins[i * words + w] ?? 0) ^ (spins[j * words + w] ?? 0));
          differing[at] = (differing[at] ?? 0) + apart;
        }
      }
    }
  }

  read(): Uint32Array<ArrayBuffer> {
    return this.#spins.slice();
  }

  write(spins: Uint32Array<ArrayBuffer>): void {
    this.#spins.set(spins);
  }

  differing(): Uint32Array<ArrayBuffer> {
    return this.#differing?.slice() ?? this.#noCounts();
  }

  #noCounts(): Uint32Array<ArrayBuffer> {
    return new Uint32Array(pairCount(this.run.network.n) * BLOCKS);
  }

  /** One spin of all chains. */
  #update(spin: number): void {
    const { offsets, neighbours } = this.run.network;
    const words = this.#words;
    const first = offsets[spin] ?? 0;
    const degree = (offsets[spin + 1] ?? 0) - first;
    this.#counter[1] = spin;
    for (let w = 0; w < words; w++) {
      for (let k = 0; k < degree; k++) {
        this.#around[k] = this.#spins[(neighbours[first + k] ?? 0) * words + w] ?? 0;
      }
      this.#spins[spin * words + w] = this.#draw(spin, w);
    }
  }

  /** The word's 32 chains: eight groups of four, a block of Philox to each. */
  #draw(spin: number, word: number): number {
    let up = 0;
    for (let group = 0; group < 8; group++) {
      this.#counter[2] = word * 8 + group;
      philox4x32(this.#counter, this.#key, this.#drawn);
      for (let lane = 0; lane < 4; lane++) {
        const bit = group * 4 + lane;
        if ((this.#drawn[lane] ?? 0) < thresholdOf(this.#field(spin, bit))) up |= 1 << bit;
      }
    }
    return up;
  }

  #field(spin: number, bit: number): number {
    const { fields, offsets, couplings } = this.run.network;
    const first = offsets[spin] ?? 0;
    const end = offsets[spin + 1] ?? 0;
    let field = fields[spin] ?? 0;
    for (let at = first; at < end; at++) {
      const coupling = couplings[at] ?? 0;
      field += ((this.#around[at - first] ?? 0) >>> bit) & 1 ? coupling : -coupling;
    }
    return field;
  }
}
