import { generator } from '../correlation/returns.testkit.ts';
import type { Edge, IsingModel } from './ising.ts';

export const model = (
  fields: readonly number[],
  edges: readonly (readonly [number, number, number])[] = [],
) =>
  ({
    n: fields.length,
    fields: Float64Array.from(fields),
    edges: edges.map(([i, j, coupling]) => ({ i, j, coupling })),
  }) satisfies IsingModel;

/** Spins in a row, all joined by the same coupling; `closed`: in a ring. */
export function chainModel(n: number, coupling: number, closed = false): IsingModel {
  const edges: Edge[] = Array.from({ length: closed ? n : n - 1 }, (_, i) => ({
    i,
    j: (i + 1) % n,
    coupling,
  }));
  return { n, fields: new Float64Array(n), edges };
}

/** Random fields and couplings, uniform within ±`strength`, at most `degree` neighbours a spin. */
export function randomModel(n: number, degree: number, strength: number, seed: number): IsingModel {
  const random = generator(seed);
  const uniform = (): number => (2 * random() - 1) * strength;
  const degrees = new Uint8Array(n);
  const pairs: [number, number][] = [];
  for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) pairs.push([i, j]);
  const edges: Edge[] = [];
  for (let left = pairs.length; left > 0; left--) {
    const at = Math.floor(random() * left);
    const [i, j] = pairs[at] ?? [0, 0];
    pairs[at] = pairs[left - 1] ?? [0, 0];
    if ((degrees[i] ?? 0) >= degree || (degrees[j] ?? 0) >= degree) continue;
    degrees[i] = (degrees[i] ?? 0) + 1;
    degrees[j] = (degrees[j] ?? 0) + 1;
    edges.push({ i, j, coupling: uniform() });
  }
  return { n, fields: Float64Array.from({ length: n }, uniform), edges };
}
