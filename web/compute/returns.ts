import { refuse, ok, type Result } from '../../protocol/result.ts';
import { selectColumns, type ReturnsPanel } from '../../shaders/analyses/returns-panel.ts';
import type { ReturnsRing } from '../../shaders/returns/returns-ring.ts';
import { livePanel } from './live-panel.ts';
import type { PanelQuery } from './port.ts';

/** Every return that this console has: the live bars, and the price panels that were imported into it. */
export class Returns {
  #ring: ReturnsRing;
  #names: readonly string[] = [];
  readonly #imported = new Map<string, ReturnsPanel>();

  constructor(ring: ReturnsRing) {
    this.#ring = ring;
  }

  /** Another market: its instruments, and the ring of their returns. */
  live(names: readonly string[], ring: ReturnsRing): void {
    this.#names = names;
    this.#ring = ring;
  }

  take(panel: ReturnsPanel): void {
    if (panel.source.kind === 'imported') this.#imported.set(panel.source.sha256, panel);
  }

  forget(sha256: string): void {
    this.#imported.delete(sha256);
  }

  /** The newest `window` columns; its arrays are the caller's own. */
  panel(query: PanelQuery): Result<ReturnsPanel> {
    if (query.imported === undefined) return livePanel(this.#ring, this.#names, query);
    const panel = this.#imported.get(query.imported);
    if (!panel) return refuse('no-prices', 'These prices are not loaded.');
    return ok(selectColumns(panel, Math.max(0, panel.t - query.window), panel.t));
  }
}
