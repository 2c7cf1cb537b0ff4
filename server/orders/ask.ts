import type { OrderId } from '../../protocol/units.ts';
import type { Cancel, Clock } from '../clock.ts';
import type { Lane, VenueAdapter, VenueOrder } from '../venues/types.ts';
import type { TrackedOrder } from './tracked.ts';

const STREAM_MS = 1000;
const APART_MS = 50;
const DELAYS_MS = [0, 250, 500, 1000, 2000, 5000] as const;

export interface AskOptions {
  readonly clock: Clock;
  readonly adapterOf: (order: TrackedOrder) => VenueAdapter | undefined;
  /** The order as it is now; undefined = nobody needs the answer any more. */
  readonly current: (orderId: OrderId) => TrackedOrder | undefined;
  /** When it was given to the venue in this run, monotonic µs; undefined = not in this run. */
  readonly sentAt: (orderId: OrderId) => number | undefined;
  /** While halted or stopping what became of an order holds the zero up: then it asks in the halt's lane. */
  readonly lane: () => Lane;
  readonly found: (orderId: OrderId, order: VenueOrder) => void;
  readonly missing: (orderId: OrderId) => void;
}

/**
 * Asks the venue what became of single orders, again and again until it says so. "No such order"
 * counts only when the order can no longer arrive.
 */
export class Asker {
  readonly #options: AskOptions;
  readonly #asking = new Map<OrderId, Cancel>();
  readonly #since = new Map<OrderId, number>();

  constructor(options: AskOptions) {
    this.#options = options;
  }

  /** Harmless for an order that is being asked for already. */
  ask(order: TrackedOrder, afterMs = 0): void {
    if (this.#asking.has(order.orderId)) return;
    const now = this.#options.clock.monotonicMicros();
    // One that the venue has shown before is not believed lost for being old.
    const sentAt = order.venueOrderId === null ? this.#options.sentAt(order.orderId) : undefined;
    this.#since.set(order.orderId, sentAt ?? now);
    this.#later(order.orderId, 0, afterMs);
  }

  /**
   * Asks for orders that a snapshot does not show. First the private stream gets its chance to say
   * what became of them; then they are asked one after the other, for each question costs weight.
   */
  askInTurn(orders: readonly TrackedOrder[]): void {
    orders.forEach((order, n) => this.ask(order, STREAM_MS + n * APART_MS));
  }

  stop(): void {
    for (const cancel of this.#asking.values()) cancel();
    this.#asking.clear();
  }

  #later(orderId: OrderId, attempt: number, afterMs = 0, mostMs = Infinity): void {
    const delay = Math.min(mostMs, afterMs + (DELAYS_MS[Math.min(attempt, DELAYS_MS.length - 1)] ?? 0));
    const cancel = this.#options.clock.setTimer(delay, () => void this.#try(orderId, attempt));
    this.#asking.set(orderId, cancel);
  }

  async #try(orderId: OrderId, attempt: number): Promise<void> {
    const order = this.#options.current(orderId);
    const adapter = order && this.#options.adapterOf(order);
    if (!order || !adapter) {
      this.#done(orderId);
      return;
    }
    const askedAt = this.#options.clock.monotonicMicros();
    const ours = order.owner === 'ours';
    const answer = await adapter.order(
      {
        symbol: order.symbol,
        clientOrderId: ours ? order.clientOrderId : null,
        venueOrderId: ours ? null : order.venueOrderId,
      },
      this.#options.lane(),
    );
    if (!this.#asking.has(orderId)) return;
    if (answer.ok && answer.value) {
      this.#done(orderId);
      this.#options.found(orderId, answer.value);
      return;
    }
    const since = this.#since.get(orderId) ?? askedAt;
    const leftMs = adapter.arrivalLimitMs - (askedAt - since) / 1000;
    if (answer.ok && leftMs <= 0) {
      this.#done(orderId);
      this.#options.missing(orderId);
      return;
    }
    // The answer that settles it comes right after the limit, not a whole delay later.
    this.#later(orderId, attempt + 1, 0, leftMs > 0 ? Math.ceil(leftMs) + 1 : Infinity);
  }

  #done(orderId: OrderId): void {
    this.#asking.delete(orderId);
    this.#since.delete(orderId);
  }
}
