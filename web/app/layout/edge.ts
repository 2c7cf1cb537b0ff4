import type { Edge } from './tree.ts';

const NEAR = 0.28;

/** Which edge of a place a pointer means (both 0 … 1): the nearest within 28 %, else its middle (a tab). */
export function edgeAt(x: number, y: number): Edge {
  const distances: readonly (readonly [number, Edge])[] = [
    [x, 'left'],
    [1 - x, 'right'],
    [y, 'top'],
    [1 - y, 'bottom'],
  ];
  const [nearest, edge] = distances.reduce((a, b) => (b[0] < a[0] ? b : a));
  return nearest < NEAR ? edge : 'centre';
}
