import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { edgeAt } from './edge.ts';
import { place } from './place.ts';
import { PRESET_LAYOUTS, PRESETS } from './presets.ts';
import {
  activate,
  dock,
  panelsOf,
  PANELS,
  parseLayout,
  resize,
  without,
  type Edge,
  type LayoutNode,
} from './tree.ts';

const panel = fc.constantFrom(...PANELS);
const edge = fc.constantFrom<Edge>('left', 'right', 'top', 'bottom', 'centre');
type Step = (tree: LayoutNode) => LayoutNode;
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(panel, panel, edge).map(
    ([moved, target, side]): Step =>
      (tree) =>
        panelsOf(tree).includes(target) ? dock(tree, moved, target, side) : tree,
  ),
  panel.map(
    (closed): Step =>
      (tree) =>
        without(tree, closed) ?? tree,
  ),
  panel.map(
    (shown): Step =>
      (tree) =>
        activate(tree, shown),
  ),
  fc.tuple(fc.array(fc.nat(3), { maxLength: 3 }), fc.nat(3), fc.double({ min: -1, max: 1, noNaN: true })).map(
    ([path, index, delta]): Step =>
      (tree) =>
        resize(tree, path, index, delta),
  ),
);

describe('a layout', () => {
  it.each(PRESETS)('the preset %s has no panel twice and is one that can be stored', (name) => {
    const stored: unknown = JSON.parse(JSON.stringify(PRESET_LAYOUTS[name]));
    expect(parseLayout(stored)).not.toBeNull();
  });

  it('after any docking, closing and resizing fills the whole without overlap, no panel twice', () => {
    fc.assert(
      fc.property(fc.constantFrom(...PRESETS), fc.array(step, { maxLength: 30 }), (preset, steps) => {
        const tree = steps.reduce((each, run) => run(each), PRESET_LAYOUTS[preset]);
        const panels = panelsOf(tree);
        expect(new Set(panels).size).toBe(panels.length);
        expect(panels.length).toBeGreaterThan(0);
        const { stacks } = place(tree);
        const area = stacks.reduce((sum, { rect }) => sum + rect.width * rect.height, 0);
        expect(area).toBeCloseTo(1, 9);
        for (const { rect } of stacks) expect(Math.min(rect.width, rect.height)).toBeGreaterThan(0);
        expect(parseLayout(JSON.parse(JSON.stringify(tree)))).not.toBeNull();
      }),
    );
  });

  it('docks a panel beside another, and as its tab', () => {
    const tree = dock(PRESET_LAYOUTS.Risk, 'health', 'watch', 'centre');
    expect(place(tree).stacks.find(({ stack }) => stack.panels.includes('watch'))?.stack).toEqual({
      kind: 'stack',
      panels: ['watch', 'health'],
      active: 'health',
    });
    const apart = place(dock(tree, 'health', 'watch', 'right')).stacks;
    const at = (name: string) => apart.find(({ stack }) => stack.active === name)?.rect;
    expect(at('health')?.x).toBeGreaterThan(at('watch')?.x ?? 1);
    expect(at('health')?.y).toBe(at('watch')?.y);
  });

  it.each([
    ['nothing', null],
    [
      'a panel twice',
      {
        kind: 'split',
        direction: 'row',
        parts: [{ share: 1, node: { kind: 'stack', panels: ['watch', 'watch'], active: 'watch' } }],
      },
    ],
    ['an unknown panel', { kind: 'stack', panels: ['weather'], active: 'weather' }],
    ['an active tab that is not there', { kind: 'stack', panels: ['watch'], active: 'book' }],
  ])('%s in storage is no layout', (_what, stored) => expect(parseLayout(stored)).toBeNull());

  it('a drop means the nearest edge, or the middle', () => {
    expect(edgeAt(0.05, 0.5)).toBe('left');
    expect(edgeAt(0.5, 0.95)).toBe('bottom');
    expect(edgeAt(0.5, 0.5)).toBe('centre');
  });
});
