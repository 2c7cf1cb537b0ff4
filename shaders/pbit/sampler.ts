/**
 * What every backend of the p-bit network does: many chains side by side, Gibbs updates of one spin
 * given its neighbours, integers only. The same run has the same bits on every backend.
 *
 * A p-bit is m = sgn(tanh I − r), r uniform in (−1, 1), I = h + Σ J_j m_j (Camsari, Sutton, Datta,
 * "p-bits for probabilistic spin logic", 2019): up with probability 1/(1 + e^(−2I)).
 */
import type { Network } from './network.ts';

export interface Run {
  readonly network: Network;
  /** A multiple of 256: whole words of 32 for each of the blocks. */
  readonly chains: number;
  /** A whole number from 0 to 2⁵³ − 1: Philox's key. */
  readonly seed: number;
  /** Runs of one seed and different streams draw independent numbers. */
  readonly stream: number;
  /** Sweeps made before this sampler took over, e.g. from a device that was lost; 0 where absent. */
  readonly from?: number;
}

export interface Sampler {
  readonly run: Run;
  /** Updates every spin of every chain this many times, colour by colour. */
  sweep(count: number): void | Promise<void>;
  /** Adds to each pair's counts the chains whose two spins differ now. */
  countPairs(): void | Promise<void>;
  /** Spins now, n × ⌈chains/32⌉ words: bit c & 31 of word c >> 5 is set where chain c is up. A copy. */
  read(): Uint32Array<ArrayBuffer> | Promise<Uint32Array<ArrayBuffer>>;
  write(spins: Uint32Array<ArrayBuffer>): void | Promise<void>;
  /** What countPairs counted: pair (i, j) of block b at pairIndex(i, j)·8 + b. A copy. */
  differing(): Uint32Array<ArrayBuffer> | Promise<Uint32Array<ArrayBuffer>>;
}

/**
 * Chains are counted apart in this many blocks, whose spread is the standard error. Word w belongs to
 * block w & 7, so that eight blocks are two vectors of four lanes.
 */
export const BLOCKS = 8;
export const MAX_CHAINS = 8192;

/** Streams of Philox's counter that are not a run's own. */
export const STREAM = { exchange: 0x80000000, jitter: 0x40000000 } as const;

export const wordsOf = (chains: number): number => chains >>> 5;

/** Half the chains start all up, the others all down: what never mixes then shows. */
export function startSpins({ network, chains }: Run): Uint32Array<ArrayBuffer> {
  const words = wordsOf(chains);
  return Uint32Array.from({ length: network.n * words }, (_, at) =>
    ((at % words) & (BLOCKS - 1)) < BLOCKS / 2 ? 0xffffffff : 0,
  );
}

/** Philox's key. */
export const keyOf = (seed: number): readonly [number, number] => [seed >>> 0, Math.floor(seed / 2 ** 32)];

/** @throws RangeError: the caller's mistake. */
export function checkRun({ chains, seed, stream, from = 0 }: Run): void {
  if (!Number.isInteger(chains) || chains <= 0 || chains % (32 * BLOCKS) !== 0 || chains > MAX_CHAINS) {
    throw new RangeError(`Chains come in multiples of ${32 * BLOCKS} up to ${MAX_CHAINS}, not ${chains}.`);
  }
  if (!Number.isSafeInteger(seed) || seed < 0) throw new RangeError(`${seed} is not a seed.`);
  if (!Number.isInteger(stream) || stream < 0 || stream >= STREAM.jitter) {
    throw new RangeError(`${stream} is not a stream.`);
  }
  if (!Number.isInteger(from) || from < 0 || from >= 2 ** 32) {
    throw new RangeError(`No run goes on from sweep ${from}.`);
  }
}
