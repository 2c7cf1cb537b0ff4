import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Edge } from '../../../shaders/structure/spanning-tree.ts';
import { groupsOf } from './cluster-words.ts';
import { layoutTree, rimOf } from './tree-layout.ts';

const edge = (a: number, b: number): Edge => ({ a, b, rho: 0.5, distance: 1 });
/** Each row hangs on an earlier one. */
const tree = fc
  .array(fc.nat(), { maxLength: 60 })
  .map((parents) => parents.map((parent, at) => edge(parent % (at + 1), at + 1)));

describe('the circle of the tree', () => {
  it('leaves room for the names of its leaves only where they have room', () => {
    // 20 names of ten letters: a circle of 78 px has 40 lines around it.
    expect(rimOf(20, 10, 150)).toEqual({ reach: 78, hasNames: true });
    expect(rimOf(64, 10, 150)).toEqual({ reach: 150, hasNames: false });
    expect(rimOf(2, 10, 60)).toEqual({ reach: 60, hasNames: false });
    expect(rimOf(2, 10, -4)).toEqual({ reach: 10, hasNames: false });
  });
});

describe('the drawn tree', () => {
  it('has every instrument once, its middle in the centre, its leaves evenly on the rim', () => {
    fc.assert(
      fc.property(tree, (edges) => {
        const n = edges.length + 1;
        const spots = layoutTree(edges, n);
        expect(spots.map(({ row }) => row)).toEqual(edges.length === 0 ? [] : [...Array(n).keys()]);
        for (const { radius, angle } of spots) {
          expect(radius).toBeGreaterThanOrEqual(0);
          expect(radius).toBeLessThanOrEqual(1);
          expect(Number.isFinite(angle)).toBe(true);
        }
        expect(spots.filter(({ radius }) => radius === 0)).toHaveLength(Math.min(1, edges.length));
        const leaves = spots.filter(({ degree, radius }) => degree === 1 && radius > 0);
        expect(leaves.every(({ radius }) => radius === 1)).toBe(true);
        expect(new Set(leaves.map(({ angle }) => angle.toFixed(6))).size).toBe(leaves.length);
      }),
    );
  });

  it('stands on its middle, from where the longest way out is shortest', () => {
    const centre = layoutTree([edge(0, 1), edge(1, 2), edge(2, 3), edge(3, 4)], 5).find(
      ({ radius }) => radius === 0,
    );
    expect(centre?.row).toBe(2);
  });

  it('of a market in parts shares the circle; what has no edge is not drawn', () => {
    const spots = layoutTree([edge(0, 1), edge(2, 3), edge(3, 4)], 6);
    expect(spots.map(({ row }) => row)).toEqual([0, 1, 2, 3, 4]);
    expect(spots.every(({ radius }) => radius > 0)).toBe(true);
  });
});

it('clusters come by size, and who is in none is named', () => {
  expect(groupsOf([0, 1, 0, 2, 2, 2, 3])).toEqual({
    groups: [
      { number: 2, rows: [3, 4, 5] },
      { number: 0, rows: [0, 2] },
    ],
    alone: [1, 6],
  });
});
