import { createStore } from 'zustand/vanilla';
import { PRESET_LAYOUTS, type PresetName } from './presets.ts';
import {
  activate,
  dock,
  panelsOf,
  parseLayout,
  resize,
  without,
  type Edge,
  type LayoutNode,
  type PanelId,
} from './tree.ts';

export interface LayoutView {
  readonly tree: LayoutNode;
  /** The preset that this layout began as. */
  readonly preset: PresetName;
  readonly locked: boolean;
  /** One panel over all the others; null = none. */
  readonly maximised: PanelId | null;
  /** The one panel of a narrow screen. */
  readonly narrow: PanelId;
}

interface Stored {
  readonly tree: unknown;
  readonly preset?: PresetName;
}

/** The layout of one person on this machine, kept by user name. It holds no data. */
export function createLayoutStore() {
  let key: string | null = null;
  const store = createStore<LayoutView>(() => ({
    tree: PRESET_LAYOUTS.Risk,
    preset: 'Risk',
    locked: false,
    maximised: null,
    narrow: 'watch',
  }));
  const change = (tree: LayoutNode): void => {
    if (store.getState().locked) return;
    store.setState({ tree });
    save();
  };
  function save(): void {
    const { tree, preset } = store.getState();
    if (key) localStorage.setItem(key, JSON.stringify({ tree, preset }));
  }
  return {
    ...store,
    /** Loads this user's own layout, if there is one that still makes sense. */
    of(user: string): void {
      key = `cwts.layout.${user}`;
      const text = localStorage.getItem(key);
      const stored = text === null ? null : readStored(text);
      const tree = stored ? parseLayout(stored.tree) : null;
      if (stored && tree) store.setState({ tree, preset: stored.preset ?? 'Risk' });
    },
    preset(preset: PresetName): void {
      store.setState({ preset, tree: PRESET_LAYOUTS[preset], maximised: null });
      save();
    },
    /** Brings a panel in sight: to the front of its tabs, or opened beside the last one. */
    show(panel: PanelId): void {
      const { tree, maximised } = store.getState();
      const open = panelsOf(tree);
      const last = open.at(-1);
      const next = open.includes(panel) || !last ? activate(tree, panel) : dock(tree, panel, last, 'right');
      store.setState({ tree: next, narrow: panel, maximised: maximised === null ? null : panel });
      save();
    },
    close(panel: PanelId): void {
      const rest = without(store.getState().tree, panel);
      if (rest) change(rest);
      store.setState({ maximised: null });
    },
    dock(panel: PanelId, target: PanelId, edge: Edge): void {
      change(dock(store.getState().tree, panel, target, edge));
    },
    resize(path: readonly number[], index: number, delta: number): void {
      change(resize(store.getState().tree, path, index, delta));
    },
    maximise(panel: PanelId): void {
      const { maximised } = store.getState();
      store.setState({ maximised: maximised === panel ? null : panel });
    },
    lock(locked: boolean): void {
      store.setState({ locked });
    },
  };
}
export type LayoutStore = ReturnType<typeof createLayoutStore>;

function readStored(text: string): Stored | null {
  try {
    const stored: unknown = JSON.parse(text);
    if (typeof stored !== 'object' || stored === null || !('tree' in stored)) return null;
    const preset = 'preset' in stored ? stored.preset : undefined;
    const known = (Object.keys(PRESET_LAYOUTS) as PresetName[]).find((name) => name === preset);
    return { tree: stored.tree, ...(known ? { preset: known } : {}) };
  } catch {
    return null;
  }
}
