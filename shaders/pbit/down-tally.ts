/** Of a set of spins, how many were down at once: the numbers behind P(at least k down). */
import { BLOCKS } from './sampler.ts';

export interface Question {
  /** Spins, each once. */
  readonly set: readonly number[];
  /** Counts only chains in which this spin is down; it is not itself in the set. Null: all chains. */
  readonly given: number | null;
}

/** Chains by how many of the set were down: block b, number d at b·(size + 1) + d. */
export type Tally = Uint32Array<ArrayBuffer>;

/** @throws RangeError: the caller's mistake. */
export function checkQuestion({ set, given }: Question, n: number): void {
  const spin = (i: number): boolean => Number.isInteger(i) && i >= 0 && i < n;
  if (!set.every(spin) || new Set(set).size !== set.length) {
    throw new RangeError(`A set names spins of 0 to ${n - 1}, each once.`);
  }
  if (given !== null && (!spin(given) || set.includes(given))) {
    throw new RangeError(`What is given is a spin outside the set, not ${given}.`);
  }
}

/** Adds the chains of one state (n × words). The set's sum is carried for 32 chains at a time. */
export function tallyDown({ set, given }: Question, spins: Uint32Array, words: number, tally: Tally): void {
  const planes = new Uint32Array(32 - Math.clz32(set.length));
  for (let w = 0; w < words; w++) {
    const counted = given === null ? 0xffffffff : ~(spins[given * words + w] ?? 0);
    planes.fill(0);
    for (const spin of set) {
      let carry = ~(spins[spin * words + w] ?? 0);
      for (let p = 0; carry !== 0; p++) {
        const held = planes[p] ?? 0;
        planes[p] = held ^ carry;
        carry &= held;
      }
    }
    const from = (w & (BLOCKS - 1)) * (set.length + 1);
    for (let bit = 0; bit < 32; bit++) {
      if (((counted >>> bit) & 1) === 0) continue;
      let down = 0;
      for (let p = 0; p < planes.length; p++) down |= (((planes[p] ?? 0) >>> bit) & 1) << p;
      tally[from + down] = (tally[from + down] ?? 0) + 1;
    }
  }
}
