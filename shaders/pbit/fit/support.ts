/**
 * Which pairs stay coupled: first a spanning tree of the largest |J|, so that nothing falls apart, then
 * the largest of the rest, no spin with more neighbours than it may have.
 */
import type { Couplings } from './couplings.ts';

export type Pair = readonly [number, number];

export interface SupportLimits {
  readonly edges: number;
  readonly degree: number;
}

/** Pairs i < j. A coupling of exactly 0 is none: a spin that is alone stays alone. */
export function chooseSupport({ n, couplings }: Couplings, { edges, degree }: SupportLimits): Pair[] {
  const strength = ([i, j]: Pair): number => Math.abs(couplings[i * n + j] ?? 0);
  const pairs: Pair[] = [];
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) if (strength([i, j]) > 0) pairs.push([i, j]);
  }
  pairs.sort((a, b) => strength(b) - strength(a));
  const degrees = new Uint32Array(n);
  const take = ([i, j]: Pair): boolean => {
    if ((degrees[i] ?? 0) >= degree || (degrees[j] ?? 0) >= degree) return false;
    degrees[i] = (degrees[i] ?? 0) + 1;
    degrees[j] = (degrees[j] ?? 0) + 1;
    return true;
  };
  const trees = new Trees(n);
  const inTree = new Set(pairs.filter((pair) => trees.apart(pair) && take(pair) && trees.join(pair)));
  const chosen = [...inTree];
  for (const pair of pairs) {
    if (chosen.length >= edges) break;
    if (!inTree.has(pair) && take(pair)) chosen.push(pair);
  }
  return chosen;
}

/** Disjoint sets of spins (Tarjan's union–find). */
class Trees {
  readonly #parent: Uint32Array;
  constructor(n: number) {
    this.#parent = Uint32Array.from({ length: n }, (_, i) => i);
  }
  apart([i, j]: Pair): boolean {
    return this.#root(i) !== this.#root(j);
  }
  join([i, j]: Pair): true {
    this.#parent[this.#root(i)] = this.#root(j);
    return true;
  }
  #root(i: number): number {
    let at = i;
    for (let up = this.#parent[at] ?? at; up !== at; up = this.#parent[at] ?? at) {
      this.#parent[at] = this.#parent[up] ?? up;
      at = up;
    }
    return at;
  }
}
