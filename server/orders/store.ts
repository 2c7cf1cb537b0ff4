import { isOpen, type Fill } from '../../protocol/orders.ts';
import type { InstrumentIndex, Lots, Micros, OrderId, Ticks, VenueId } from '../../protocol/units.ts';
import type { ExposureLedger } from '../gate/exposure.ts';
import type { VenueOrder } from '../venues/types.ts';
import { newFills } from './fills.ts';
import { applyFill, FLAT, type Holding } from './holdings.ts';
import { nextOrder, type OrderEvent } from './lifecycle.ts';
import { remaining, type TrackedOrder } from './tracked.ts';

const KEPT_CLOSED = 500;
const KEPT_FILLS = 500;
/** A minute of closings at 1,000 a second: longer than any late word of a venue takes. */
const KEPT_FORGOTTEN = 60_000;

/** What one event changed. */
export interface StoreChange {
  readonly order: TrackedOrder | null;
  readonly fills: readonly Fill[];
  /** Trades of an order that is not ours: they are not in our books, and the account holds them. */
  readonly foreignFills: readonly Fill[];
  readonly removed: readonly OrderId[];
}
const NOTHING: StoreChange = { order: null, fills: [], foreignFills: [], removed: [] };

/**
 * The desk's memory: orders, fills and what they add up to, and the gate's ledger kept in step, all
 * within one tick.
 */
export class OrderStore {
  readonly #ledger: ExposureLedger;
  readonly #orders = new Map<OrderId, TrackedOrder>();
  readonly #closed: OrderId[] = [];
  /** Closed orders that left memory, oldest first: a late word must not count their fills again. */
  readonly #forgotten = new Map<OrderId, ForgottenOrder>();
  readonly #holdings = new Map<InstrumentIndex, Holding>();
  /** What foreign orders traded while we watched, signed lots. */
  readonly #foreign = new Map<InstrumentIndex, number>();
  #fills: Fill[] = [];

  constructor(ledger: ExposureLedger) {
    this.#ledger = ledger;
  }

  get(orderId: OrderId): TrackedOrder | undefined {
    return this.#orders.get(orderId);
  }

  /** What is still known of a closed order that left memory. */
  forgotten(orderId: OrderId): ForgottenOrder | undefined {
    return this.#forgotten.get(orderId);
  }

  all(): Iterable<TrackedOrder> {
    return this.#orders.values();
  }

  open(venue?: VenueId): TrackedOrder[] {
    const open: TrackedOrder[] = [];
    for (const order of this.#orders.values()) {
      if (isOpen(order.state) && (venue === undefined || order.venue === venue)) open.push(order);
    }
    return open;
  }

  /** The last 500, oldest first. */
  fills(): readonly Fill[] {
    return this.#fills;
  }

  holdings(): Iterable<[InstrumentIndex, Holding]> {
    return this.#holdings.entries();
  }

  holding(instrument: InstrumentIndex): Holding {
    return this.#holdings.get(instrument) ?? FLAT;
  }

  /** A new order of ours, or one found at the venue or in the log. */
  add(order: TrackedOrder): StoreChange {
    return this.#keep(undefined, order, []);
  }

  apply(orderId: OrderId, event: OrderEvent, now: Micros): StoreChange {
    const before = this.#orders.get(orderId);
    if (!before) return NOTHING;
    const fills = event.kind === 'venue' ? newFills(before, event.order) : [];
    const after = nextOrder(before, event, now);
    if (after === before) return NOTHING;
    const value = fills.reduce((sum, fill) => sum + BigInt(fill.price) * BigInt(fill.size), 0n);
    const counted: TrackedOrder = {
      ...after,
      filledTickLots: before.filledTickLots + value,
    };
    if (before.owner === 'ours') return this.#keep(before, counted, fills);
    // They move the venue's balance and count for the limits, not for our own position.
    for (const fill of fills) this.addForeignFill(fill);
    return { ...this.#keep(before, counted, []), foreignFills: fills };
  }

  /** A fill read back from the log. */
  addFill(fill: Fill): void {
    const holding = applyFill(this.holding(fill.instrument), fill);
    this.#holdings.set(fill.instrument, holding);
    this.#hold(fill.instrument);
    this.#fills.push(fill);
    if (this.#fills.length > 2 * KEPT_FILLS) this.#fills = this.#fills.slice(-KEPT_FILLS);
  }

  /** A trade of a foreign order, as it is seen or read back from the log. */
  addForeignFill({ instrument, side, size }: Fill): void {
    const held = this.#foreign.get(instrument) ?? 0;
    this.#foreign.set(instrument, held + (side === 'buy' ? size : 0 - size));
    this.#hold(instrument);
  }

  /** The limits are the account's: what foreign orders traded counts beside our own. */
  #hold(instrument: InstrumentIndex): void {
    const size = this.holding(instrument).size + (this.#foreign.get(instrument) ?? 0);
    this.#ledger.hold(instrument, size);
  }

  #keep(before: TrackedOrder | undefined, order: TrackedOrder, fills: readonly Fill[]): StoreChange {
    this.#orders.set(order.orderId, order);
    for (const fill of fills) this.addFill(fill);
    const left = remaining(order);
    if (before && isOpen(before.state) === isOpen(order.state)) this.#ledger.settle(order.orderId, left);
    else this.#reserve(order);
    const closing = !isOpen(order.state) && (before === undefined || isOpen(before.state));
    return { order, fills, foreignFills: [], removed: closing ? this.#forget(order.orderId) : [] };
  }

  /** The gate has reserved a new order of ours already; this covers foreign, restored and late ones. */
  #reserve(order: TrackedOrder): void {
    const { instrument, side } = order;
    const left = remaining(order);
    if (this.#ledger.has(order.orderId)) {
      this.#ledger.settle(order.orderId, left);
      return;
    }
    const price = order.price ?? (0 as Ticks);
    this.#ledger.reserve(order.orderId, { instrument, side, remaining: left, price, reserved: left });
  }

  #forget(closed: OrderId): OrderId[] {
    this.#closed.push(closed);
    const removed: OrderId[] = [];
    while (this.#closed.length > KEPT_CLOSED) {
      const oldest = this.#closed.shift();
      // A late word of the venue may have reopened it.
      const order = oldest === undefined ? undefined : this.#orders.get(oldest);
      if (!order || isOpen(order.state)) continue;
      this.#orders.delete(order.orderId);
      const { filled, filledTickLots, closedBy, strategy, request } = order;
      this.#forgotten.set(order.orderId, { filled, filledTickLots, closedBy, strategy, request });
      removed.push(order.orderId);
    }
    for (const oldest of this.#forgotten.keys()) {
      if (this.#forgotten.size <= KEPT_FORGOTTEN) break;
      this.#forgotten.delete(oldest);
    }
    return removed;
  }
}

/** What an order that left memory had come to. */
export type ForgottenOrder = Pick<
  TrackedOrder,
  'filled' | 'filledTickLots' | 'closedBy' | 'strategy' | 'request'
>;

/**
 * An order that the venue shows and we did not place in this run, before its numbers are taken over:
 * apply the same message to it next. Ours (by the form of its id) counts from nothing filled, so that
 * what was missed becomes fills; a foreign one's past trades are not ours.
 */
export function foundAtVenue(
  venue: VenueId,
  found: VenueOrder,
  instrument: InstrumentIndex,
  ours: boolean,
  now: Micros,
): TrackedOrder {
  const orderId = ours ? found.clientOrderId : foreignId(venue, found);
  return {
    orderId: orderId as OrderId,
    venueOrderId: found.venueOrderId,
    venue,
    instrument,
    owner: ours ? 'ours' : 'foreign',
    strategy: null,
    side: found.side,
    type: found.type,
    timeInForce: found.timeInForce,
    price: found.price,
    size: found.size ?? (0 as Lots),
    filled: ours ? (0 as Lots) : (found.filled ?? (0 as Lots)),
    state: 'unknown',
    reason: null,
    createdAt: found.at,
    updatedAt: now,
    symbol: found.symbol,
    clientOrderId: found.clientOrderId,
    closedBy: null,
    request: null,
    cancelWanted: false,
    filledTickLots: 0n,
  };
}

/** Our own name for an order that has none of ours. */
export function foreignId(venue: VenueId, found: VenueOrder): string {
  return `f-${venue.slice(0, 12)}-${found.venueOrderId}`;
}

const OURS = /^cw[a-z0-9]+-\d+$/;
/** Whether a client order id has the form of ours, of this run or an earlier one. */
export const isOurs = (clientOrderId: string): boolean => OURS.test(clientOrderId);
