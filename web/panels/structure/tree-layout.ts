import type { Edge } from '../../../shaders/structure/spanning-tree.ts';

/** Where an instrument stands: unit circle, the middle of the tree in the centre. */
export interface Spot {
  readonly row: number;
  /** 0 … 1. */
  readonly radius: number;
  readonly angle: number;
  /** Neighbours in the tree. */
  readonly degree: number;
}

/** Of names in the drawing: about so wide a letter, and a line. */
export const LETTER_PX = 7.2;
export const LINE_PX = 12;
/** A panel that is squeezed has a circle all the same. */
const LEAST_PX = 10;

/**
 * The circle's radius in `half` a box, px. The leaves are named around it where each then has a line of its own;
 * else none is, and the circle takes the room of their names.
 *
 * @param longest letters of the longest name
 */
export function rimOf(
  leaves: number,
  longest: number,
  half: number,
): { readonly reach: number; readonly hasNames: boolean } {
  const named = half - LETTER_PX * longest;
  const hasNames = named >= LEAST_PX && leaves * LINE_PX <= 2 * Math.PI * named;
  return { reach: Math.max(LEAST_PX, hasNames ? named : half), hasNames };
}

/**
 * A tree drawn from its middle outwards, a ring a step, the leaves evenly around the rim. Several parts (pairs without
 * ρ can part a market) share the circle; an instrument without any edge is not drawn.
 */
export function layoutTree(edges: readonly Edge[], n: number): readonly Spot[] {
  const around: number[][] = Array.from({ length: n }, () => []);
  for (const { a, b } of edges) {
    around[a]?.push(b);
    around[b]?.push(a);
  }
  const rings: { row: number; ring: number; angle: number }[] = [];
  const roots = partsOf(around).map((part) => middleOf(part, around));
  const leaves = Math.max(1, around.filter((beside) => beside.length === 1).length);
  let leaf = 0;
  /** @returns the branch's angle: a leaf's own, else the middle of its branches'. */
  const place = (row: number, from: number | null, ring: number): number => {
    const next = (around[row] ?? []).filter((beside) => beside !== from);
    const angles = next.map((beside) => place(beside, row, ring + 1));
    const own = angles.length === 0 ? (leaf++ * 2 * Math.PI) / leaves : mean(angles);
    rings.push({ row, ring, angle: own });
    return own;
  };
  const first = roots.length > 1 ? 1 : 0;
  for (const root of roots) place(root, null, first);
  const most = Math.max(1, ...rings.map(({ ring }) => ring));
  return rings
    .map(({ row, ring, angle }) => {
      const degree = around[row]?.length ?? 0;
      return { row, radius: degree === 1 && ring > 0 ? 1 : ring / most, angle, degree };
    })
    .sort((a, b) => a.row - b.row);
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Rows that hang together, where there are at least two. */
function partsOf(around: readonly (readonly number[])[]): number[][] {
  const seen = new Set<number>();
  const parts: number[][] = [];
  around.forEach((beside, start) => {
    if (seen.has(start) || beside.length === 0) return;
    const part = [start];
    seen.add(start);
    for (const row of part) {
      for (const next of around[row] ?? []) {
        if (seen.has(next)) continue;
        seen.add(next);
        part.push(next);
      }
    }
    parts.push(part);
  });
  return parts;
}

/** What is left when the leaves are taken off, again and again: the longest way out is shortest from there. */
function middleOf(part: readonly number[], around: readonly (readonly number[])[]): number {
  const degree = new Map(part.map((row) => [row, around[row]?.length ?? 0]));
  let left = [...part];
  while (left.length > 2) {
    const off = left.filter((row) => degree.get(row) === 1);
    for (const row of off) {
      degree.delete(row);
      for (const next of around[row] ?? [])
        if (degree.has(next)) degree.set(next, (degree.get(next) ?? 0) - 1);
    }
    left = left.filter((row) => degree.has(row));
  }
  return left[0] ?? 0;
}
