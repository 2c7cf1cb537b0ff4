import type { LayoutNode, Stack } from './tree.ts';

/** Parts of the whole: 0 … 1. */
export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
export interface PlacedStack {
  readonly stack: Stack;
  readonly rect: Rect;
}
/** The border after part `index` of the split at `path`. */
export interface PlacedBorder {
  readonly path: readonly number[];
  readonly index: number;
  readonly direction: 'row' | 'column';
  readonly rect: Rect;
  /** The split's own length, to turn pixels into shares. */
  readonly length: number;
  /** Share before the border among both its neighbours, for screen readers. */
  readonly share: number;
  readonly between: readonly [string, string];
}
export interface Placement {
  readonly stacks: readonly PlacedStack[];
  readonly borders: readonly PlacedBorder[];
}

/** Where everything stands. Panels are then drawn flat, so that docking one never remounts another. */
export function place(node: LayoutNode): Placement {
  const stacks: PlacedStack[] = [];
  const borders: PlacedBorder[] = [];
  walk(node, { x: 0, y: 0, width: 1, height: 1 }, [], stacks, borders);
  return { stacks, borders };
}

function walk(
  node: LayoutNode,
  rect: Rect,
  path: readonly number[],
  stacks: PlacedStack[],
  borders: PlacedBorder[],
): void {
  if (node.kind === 'stack') {
    stacks.push({ stack: node, rect });
    return;
  }
  const inRow = node.direction === 'row';
  const length = inRow ? rect.width : rect.height;
  let at = inRow ? rect.x : rect.y;
  node.parts.forEach((part, index) => {
    const size = part.share * length;
    const own = inRow ? { ...rect, x: at, width: size } : { ...rect, y: at, height: size };
    walk(part.node, own, [...path, index], stacks, borders);
    at += size;
    const next = node.parts[index + 1];
    if (!next) return;
    borders.push({
      path,
      index,
      direction: node.direction,
      rect: inRow ? { ...rect, x: at, width: 0 } : { ...rect, y: at, height: 0 },
      length,
      share: part.share / (part.share + next.share),
      between: [firstPanel(part.node), firstPanel(next.node)],
    });
  });
}

function firstPanel(node: LayoutNode): string {
  if (node.kind === 'stack') return node.active;
  const [first] = node.parts;
  return first ? firstPanel(first.node) : '';
}
