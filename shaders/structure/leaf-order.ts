/**
 * An order of the instruments that brings alike ones together: average-linkage clustering on 1 − ρ
 * by the nearest-neighbour chain (Murtagh 1983), O(n²), then each merge turned so that the two ends
 * that meet are the most alike. f64 on the CPU: 512 rows take milliseconds.
 */
import { isInvalid, type Correlated } from '../correlation/correlated.ts';

/** A permutation of 0 … n−1: at place k stands row order[k]. Pairs without ρ count as uncorrelated. */
export function leafOrder(source: Correlated, n: number): Uint32Array<ArrayBuffer> {
  if (n < 3) return Uint32Array.from({ length: n }, (_, i) => i);
  const distance = distances(source, n);
  const chains = new Map<number, number[]>();
  for (let i = 0; i < n; i++) chains.set(i, [i]);
  const between = distance.slice();
  for (const [a, b] of merges(between, n)) {
    const left = chains.get(a) ?? [];
    const right = chains.get(b) ?? [];
    chains.delete(b);
    chains.set(a, join(left, right, distance, n));
  }
  return Uint32Array.from([...chains.values()].flat());
}

/** 1 − ρ, symmetric whatever came in: the chain ends only because distances fall along it. */
function distances({ matrix, invalid }: Correlated, n: number): Float64Array {
  const distance = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      const rho = isInvalid(invalid, n, i, j) ? 0 : (matrix[i * n + j] ?? 0);
      const apart = Number.isFinite(rho) ? 1 - rho : 1;
      distance[i * n + j] = apart;
      distance[j * n + i] = apart;
    }
  }
  return distance;
}

/**
 * Pairs of clusters as they merge, each cluster named by one of its rows (the first of the pair goes
 * on). `between` is overwritten with the distances between clusters. In the order of the chain, not
 * of the heights: every cluster is complete before it is merged, which is all that is needed here.
 */
function* merges(between: Float64Array, n: number): Generator<readonly [number, number]> {
  const size = new Float64Array(n).fill(1);
  const alive = Array.from({ length: n }, (_, i) => i);
  const chain: number[] = [];
  while (alive.length > 1) {
    if (chain.length === 0) chain.push(alive[0] ?? 0);
    const top = chain.at(-1) ?? 0;
    const before = chain.at(-2);
    const next = nearest(between, n, alive, top, before);
    if (next !== before) {
      chain.push(next);
      continue;
    }
    chain.length -= 2;
    const [a, b] = top < next ? [top, next] : [next, top];
    unite(between, n, alive, size, a, b);
    alive.splice(alive.indexOf(b), 1);
    // Rounding can make a chain meet itself: what follows a cluster that is gone is void.
    const gone = chain.indexOf(b);
    if (gone >= 0) chain.length = gone;
    yield [a, b];
  }
}

/** The nearest cluster; the one before in the chain if it is as near, else the lowest row (repeatable). */
function nearest(
  between: Float64Array,
  n: number,
  alive: readonly number[],
  top: number,
  before: number | undefined,
): number {
  let best = before ?? -1;
  let least = before === undefined ? Infinity : (between[top * n + before] ?? Infinity);
  for (const other of alive) {
    const d = between[top * n + other] ?? Infinity;
    if (other !== top && d < least) {
      least = d;
      best = other;
    }
  }
  return best;
}

/** Average linkage (Lance and Williams): distances to a ∪ b are the means by size. */
function unite(
  between: Float64Array,
  n: number,
  alive: readonly number[],
  size: Float64Array,
  a: number,
  b: number,
): void {
  const sizeA = size[a] ?? 1;
  const sizeB = size[b] ?? 1;
  for (const other of alive) {
    if (other === a || other === b) continue;
    const mean =
      (sizeA * (between[a * n + other] ?? 0) + sizeB * (between[b * n + other] ?? 0)) / (sizeA + sizeB);
    between[a * n + other] = mean;
    between[other * n + a] = mean;
  }
  size[a] = sizeA + sizeB;
}

/** Of the four ways to put two chains end to end, the one whose meeting rows are the most alike. */
function join(left: number[], right: number[], distance: Float64Array, n: number): number[] {
  const d = (x: number | undefined, y: number | undefined): number =>
    distance[(x ?? 0) * n + (y ?? 0)] ?? Infinity;
  const ways = [
    { cost: d(left.at(-1), right[0]), turnLeft: false, turnRight: false },
    { cost: d(left.at(-1), right.at(-1)), turnLeft: false, turnRight: true },
    { cost: d(left[0], right[0]), turnLeft: true, turnRight: false },
    { cost: d(left[0], right.at(-1)), turnLeft: true, turnRight: true },
  ];
  const best = ways.reduce((a, b) => (b.cost < a.cost ? b : a));
  if (best.turnLeft) left.reverse();
  if (best.turnRight) right.reverse();
  return left.concat(right);
}
