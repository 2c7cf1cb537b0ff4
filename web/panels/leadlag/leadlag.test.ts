import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arrow, seats } from './graph-layout.ts';

describe('who leads whom, round a circle', () => {
  it('seats each once, the one that leads most at the top', () => {
    const around = seats([
      { leader: 'B', follower: 'C' },
      { leader: 'A', follower: 'C' },
      { leader: 'A', follower: 'B' },
    ]);
    expect(around.map(({ name, leads }) => [name, leads])).toEqual([
      ['A', 2],
      ['B', 1],
      ['C', 0],
    ]);
    expect(around[0]?.angle).toBeCloseTo(-Math.PI / 2);
    expect(seats([])).toEqual([]);
  });

  it('an arrow is finite and ends before its follower, wherever the two are', () => {
    const place = fc.record({ x: fc.integer({ min: 0, max: 500 }), y: fc.integer({ min: 0, max: 500 }) });
    fc.assert(
      fc.property(place, place, (from, to) => {
        const { line, head } = arrow(from, to, { x: 250, y: 250 });
        expect(`${line}${head}`).not.toMatch(/NaN|Infinity/);
        const [x = 0, y = 0] = /^M(-?[\d.]+) (-?[\d.]+)/.exec(head)?.slice(1).map(Number) ?? [];
        expect(Math.hypot(x - to.x, y - to.y)).toBeLessThan(5.2);
      }),
    );
  });
});
