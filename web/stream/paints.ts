import type { Frame } from '../../protocol/frame.ts';
import type { Market } from './market.ts';
import type { Paint } from './port.ts';

export interface PaintWorld {
  readonly post: (paint: Paint) => void;
  /** Tells the server how many market frames of this connection are done with. */
  readonly applied: (frames: number) => void;
  /** Server's clock now, µs; null while it is not known. */
  readonly serverNow: () => number | null;
}

/**
 * One paint is out at a time; what comes meanwhile is one paint later, never a backlog. Credit is
 * given for what was drawn, or on a hidden page, where nothing is drawn, for what was applied.
 */
export class Paints {
  readonly #market: Market;
  readonly #world: PaintWorld;
  #visible = true;
  #applied = 0;
  #credited = 0;
  #out: { readonly id: number; readonly frames: number } | null = null;
  #lastId = 0;
  #newest: { readonly sentAt: number; readonly origin: Paint['origin'] } | null = null;

  constructor(market: Market, world: PaintWorld) {
    this.#market = market;
    this.#world = world;
  }

  /** A new connection counts its frames from zero. */
  restart(): void {
    this.#applied = 0;
    this.#credited = 0;
    this.#out = null;
    this.#newest = null;
  }

  visible(visible: boolean): void {
    this.#visible = visible;
  }

  /** A frame was applied (market) or only heard (heartbeat). */
  frame({ kind, sentAt, origin }: Pick<Frame, 'kind' | 'sentAt' | 'origin'>): void {
    if (kind === 'market') this.#applied += 1;
    this.#newest = { sentAt, origin };
    if (!this.#visible) this.#credit(this.#applied);
    this.#offer();
  }

  drawn(id: number): void {
    if (this.#out?.id !== id) return;
    const { frames } = this.#out;
    this.#out = null;
    this.#credit(frames);
    this.#offer();
  }

  #offer(): void {
    if (this.#out || !this.#newest) return;
    this.#lastId += 1;
    this.#out = { id: this.#lastId, frames: this.#applied };
    const { sentAt, origin } = this.#newest;
    this.#newest = null;
    const serverNow = this.#world.serverNow();
    this.#world.post({ kind: 'paint', id: this.#lastId, sentAt, serverNow, origin, ...this.#market.take() });
  }

  #credit(frames: number): void {
    if (frames <= this.#credited) return;
    this.#credited = frames;
    this.#world.applied(frames);
  }
}
