import { refuse, ok, type Result } from '../../protocol/result.ts';
import { selectColumns, type ReturnsPanel } from '../../shaders/analyses/returns-panel.ts';
import { livePanel } from './live-panel.ts';
import type { LiveReturns } from './live-returns.ts';
import type { PanelQuery } from './port.ts';

/** Every return that this console has: the live bars, and the price panels that were imported into it. */
export class Returns {
  readonly #live: LiveReturns;
  #names: readonly string[] = [];
  readonly #imported = new Map<string, ReturnsPanel>();

  constructor(live: LiveReturns) {
    this.#live = live;
  }

  /** Another market is live. */
  market(names: readonly string[]): void {
    this.#names = names;
    this.#live.market(names.length);
  }

  take(panel: ReturnsPanel): void {
    if (panel.source.kind === 'imported') this.#imported.set(panel.source.sha256, panel);
  }

  forget(sha256: string): void {
    this.#imported.delete(sha256);
  }

  /** The newest `window` columns; its arrays are the caller's own. */
  panel(query: PanelQuery): Result<ReturnsPanel> {
    if (query.imported === undefined) return livePanel(this.#live, this.#names, query);
    const panel = this.#imported.get(query.imported);
    if (!panel) return refuse('no-prices', 'These prices are not loaded.');
    return ok(selectColumns(panel, Math.max(0, panel.t - query.window), panel.t));
  }
}
