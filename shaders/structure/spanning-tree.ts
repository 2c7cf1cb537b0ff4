/**
 * The minimum spanning tree of a market by Mantegna's distance d = √(2(1 − ρ)) (1999), and the clusters
 * that it falls into when its long edges are cut (which are those of single linkage). Prim, O(n²).
 */
import { isInvalid, type Correlated } from '../correlation/correlated.ts';

export interface Edge {
  readonly a: number;
  readonly b: number;
  readonly rho: number;
  /** √(2(1 − ρ)), 0 to 2. */
  readonly distance: number;
}

/** n − 1 edges, fewer where the pairs without ρ leave the market in parts. */
export function spanningTree({ matrix, invalid }: Correlated, n: number): Edge[] {
  const nearest = new Float64Array(n).fill(-Infinity);
  const parent = new Int32Array(n).fill(-1);
  const isIn = new Uint8Array(n);
  const edges: Edge[] = [];
  for (let step = 0; step < n; step++) {
    const next = best(nearest, isIn);
    isIn[next] = 1;
    const from = parent[next] ?? -1;
    if (from >= 0) edges.push(edge(from, next, nearest[next] ?? 0));
    for (let j = 0; j < n; j++) {
      const rho = matrix[next * n + j] ?? 0;
      if (isIn[j] === 1 || isInvalid(invalid, n, next, j) || !(rho > (nearest[j] ?? 0))) continue;
      nearest[j] = rho;
      parent[j] = next;
    }
  }
  return edges;
}

/** What is not yet in the tree and most alike to something in it; the lowest row among equals. */
function best(nearest: Float64Array, isIn: Uint8Array): number {
  let found = -1;
  for (let j = 0; j < nearest.length; j++) {
    if (isIn[j] === 0 && (found < 0 || (nearest[j] ?? 0) > (nearest[found] ?? 0))) found = j;
  }
  return found;
}

function edge(a: number, b: number, rho: number): Edge {
  return { a, b, rho, distance: Math.sqrt(2 * Math.max(0, 1 - rho)) };
}

/** Of each row the number of its cluster when edges with ρ under `least` are cut; numbered by their first rows. */
export function clusters(edges: readonly Edge[], n: number, least: number): Int32Array<ArrayBuffer> {
  const parent = Int32Array.from({ length: n }, (_, i) => i);
  const root = (i: number): number => {
    let at = i;
    while ((parent[at] ?? at) !== at) {
      const above = parent[at] ?? at;
      parent[at] = parent[above] ?? above;
      at = above;
    }
    return at;
  };
  for (const { a, b, rho } of edges) {
    if (rho < least) continue;
    const [x, y] = [root(a), root(b)];
    parent[Math.max(x, y)] = Math.min(x, y);
  }
  const numbers = new Map<number, number>();
  return Int32Array.from({ length: n }, (_, i) => {
    const top = root(i);
    const known = numbers.get(top);
    if (known !== undefined) return known;
    numbers.set(top, numbers.size);
    return numbers.size - 1;
  });
}
