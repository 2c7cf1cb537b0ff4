import { z } from 'zod';

export const PANELS = [
  'watch',
  'candles',
  'book',
  'trades',
  'statistics',
  'correlation',
  'orders',
  'limits',
  'alarms',
  'health',
  'audit',
  'notes',
  'reports',
  'people',
  'feeds',
  'structure',
  'cascade',
  'contagion',
  'leadlag',
  'risk',
  'horizons',
  'history',
] as const;
export type PanelId = (typeof PANELS)[number];

/** Panels on one place; one is seen, the others are its tabs. */
export interface Stack {
  readonly kind: 'stack';
  readonly panels: readonly PanelId[];
  readonly active: PanelId;
}
export interface Split {
  readonly kind: 'split';
  readonly direction: 'row' | 'column';
  readonly parts: readonly Part[];
}
export interface Part {
  /** Share of the split's length; a split's shares sum to 1. */
  readonly share: number;
  readonly node: LayoutNode;
}
export type LayoutNode = Stack | Split;

export type Edge = 'left' | 'right' | 'top' | 'bottom' | 'centre';

const panelSchema = z.enum(PANELS);
const stackSchema = z
  .object({ kind: z.literal('stack'), panels: z.array(panelSchema).min(1), active: panelSchema })
  .refine((stack) => stack.panels.includes(stack.active));
const nodeSchema: z.ZodType<LayoutNode> = z.lazy(() =>
  z.union([
    stackSchema,
    z.object({
      kind: z.literal('split'),
      direction: z.enum(['row', 'column']),
      parts: z.array(z.object({ share: z.number().positive(), node: nodeSchema })).min(1),
    }),
  ]),
);

/** A stored layout, or null when it is not one (another version, a panel twice). */
export function parseLayout(stored: unknown): LayoutNode | null {
  const parsed = nodeSchema.safeParse(stored);
  if (!parsed.success) return null;
  const panels = panelsOf(parsed.data);
  return new Set(panels).size === panels.length ? tidy(parsed.data) : null;
}

export const stack = (...panels: readonly [PanelId, ...PanelId[]]): Stack => ({
  kind: 'stack',
  panels,
  active: panels[0],
});

export function split(direction: Split['direction'], ...parts: readonly [number, LayoutNode][]): Split {
  const total = parts.reduce((sum, [share]) => sum + share, 0);
  return { kind: 'split', direction, parts: parts.map(([share, node]) => ({ share: share / total, node })) };
}

export function panelsOf(node: LayoutNode): PanelId[] {
  return node.kind === 'stack' ? [...node.panels] : node.parts.flatMap((part) => panelsOf(part.node));
}

/** Brings a tab to the front. */
export function activate(node: LayoutNode, panel: PanelId): LayoutNode {
  if (node.kind === 'stack') return node.panels.includes(panel) ? { ...node, active: panel } : node;
  return { ...node, parts: node.parts.map((part) => ({ ...part, node: activate(part.node, panel) })) };
}

/** The layout without this panel; null when it was the only one. */
export function without(node: LayoutNode, panel: PanelId): LayoutNode | null {
  const rest = removed(node, panel);
  return rest && tidy(rest);
}

/** Moves (or opens) `panel` to an edge of the place where `target` is, or onto it as a tab. */
export function dock(node: LayoutNode, panel: PanelId, target: PanelId, edge: Edge): LayoutNode {
  if (panel === target) return node;
  const rest = removed(node, panel);
  if (!rest) return node;
  return tidy(inserted(rest, panel, target, edge));
}

/** Moves the border after part `index` of the split at `path` by `delta` of the split's length. */
export function resize(node: LayoutNode, path: readonly number[], index: number, delta: number): LayoutNode {
  if (node.kind === 'stack') return node;
  const [step, ...deeper] = path;
  if (step !== undefined) {
    const parts = node.parts.map((part, i) =>
      i === step ? { ...part, node: resize(part.node, deeper, index, delta) } : part,
    );
    return { ...node, parts };
  }
  const before = node.parts[index];
  const after = node.parts[index + 1];
  if (!before || !after) return node;
  const least = 0.06;
  const moved = Math.min(Math.max(delta, least - before.share), after.share - least);
  const parts = node.parts.map((part, i) => {
    if (i === index) return { ...part, share: part.share + moved };
    return i === index + 1 ? { ...part, share: part.share - moved } : part;
  });
  return { ...node, parts };
}

function removed(node: LayoutNode, panel: PanelId): LayoutNode | null {
  if (node.kind === 'stack') {
    const panels = node.panels.filter((each) => each !== panel);
    const [first] = panels;
    if (!first) return null;
    return { ...node, panels, active: node.active === panel ? first : node.active };
  }
  const parts = node.parts.flatMap((part) => {
    const rest = removed(part.node, panel);
    return rest ? [{ ...part, node: rest }] : [];
  });
  return parts.length > 0 ? { ...node, parts } : null;
}

function inserted(node: LayoutNode, panel: PanelId, target: PanelId, edge: Edge): LayoutNode {
  if (node.kind === 'split') {
    return { ...node, parts: node.parts.map((p) => ({ ...p, node: inserted(p.node, panel, target, edge) })) };
  }
  if (!node.panels.includes(target)) return node;
  if (edge === 'centre') return { ...node, panels: [...node.panels, panel], active: panel };
  const direction = edge === 'left' || edge === 'right' ? 'row' : 'column';
  const fresh = stack(panel);
  return edge === 'left' || edge === 'top'
    ? split(direction, [1, fresh], [1, node])
    : split(direction, [1, node], [1, fresh]);
}

/** Splits of one part, and splits inside a split of the same direction, are folded away. */
function tidy(node: LayoutNode): LayoutNode {
  if (node.kind === 'stack') return node;
  const parts = node.parts.flatMap((part) => {
    const inner = tidy(part.node);
    if (inner.kind === 'stack' || inner.direction !== node.direction) return [{ ...part, node: inner }];
    return inner.parts.map((deep) => ({ share: deep.share * part.share, node: deep.node }));
  });
  const [only] = parts;
  if (parts.length === 1 && only) return only.node;
  const total = parts.reduce((sum, part) => sum + part.share, 0);
  return { ...node, parts: parts.map((part) => ({ ...part, share: part.share / total })) };
}
