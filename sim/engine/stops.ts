import type { Lifetime, Order } from './order.ts';

/** A trade at `ticks` or beyond, in the given direction, wakes the order. */
export interface Trigger {
  readonly direction: 'rises-to' | 'falls-to';
  readonly ticks: number;
}

export interface WaitingStop {
  readonly order: Order;
  readonly trigger: Trigger;
  readonly lifetime: Lifetime;
}

/** True when a trade at `lastTicks` wakes the stop. */
export function triggers(trigger: Trigger, lastTicks: number): boolean {
  return trigger.direction === 'rises-to' ? lastTicks >= trigger.ticks : lastTicks <= trigger.ticks;
}

/** Stops that wait for a price, in order of arrival: few, so a plain list is fast enough. */
export class StopList {
  readonly #waiting: WaitingStop[] = [];

  get size(): number {
    return this.#waiting.length;
  }

  add(stop: WaitingStop): void {
    this.#waiting.push(stop);
  }

  remove(order: Order): boolean {
    const index = this.#waiting.findIndex((stop) => stop.order === order);
    if (index < 0) return false;
    this.#waiting.splice(index, 1);
    return true;
  }

  /** Takes out the oldest stop that a trade anywhere in `[lowest, highest]` wakes. */
  takeTriggered(lowest: number, highest: number): WaitingStop | null {
    const index = this.#waiting.findIndex(
      ({ trigger }) => triggers(trigger, highest) || triggers(trigger, lowest),
    );
    if (index < 0) return null;
    return this.#waiting.splice(index, 1)[0] ?? null;
  }
}
