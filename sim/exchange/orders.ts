import type { Order, Side } from '../engine/order.ts';
import type { Listing } from '../market/listing.ts';

export const ORDER_TYPES = [
  'LIMIT',
  'LIMIT_MAKER',
  'MARKET',
  'STOP_LOSS',
  'STOP_LOSS_LIMIT',
  'TAKE_PROFIT',
  'TAKE_PROFIT_LIMIT',
] as const;
export type OrderType = (typeof ORDER_TYPES)[number];
export const TIMES_IN_FORCE = ['GTC', 'IOC', 'FOK'] as const;
export type TimeInForce = (typeof TIMES_IN_FORCE)[number];
export type OrderStatus = 'NEW' | 'PARTIALLY_FILLED' | 'FILLED' | 'CANCELED' | 'EXPIRED';

/** One execution of an account's order. */
export interface Fill {
  readonly order: AccountOrder;
  readonly tradeId: number;
  readonly ticks: number;
  readonly lots: number;
  readonly isMaker: boolean;
  readonly millis: number;
}

/** An account's order from acceptance to its end. Its size still open lives in the engine's order. */
export interface AccountOrder {
  readonly listing: Listing;
  readonly order: Order;
  readonly clientOrderId: string;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  /** 0 where the type has no price. */
  readonly ticks: number;
  readonly stopTicks: number;
  readonly lots: number;
  /** Units of 10^-8 of the quote; 0 unless a market order was given by value. */
  readonly quoteOrderUnits: bigint;
  /** Price at which a buyer's quote currency is locked; 0 = nothing is. */
  readonly lockTicks: number;
  readonly createdMillis: number;
  updatedMillis: number;
  /** When it entered the book; null for a stop that waits. */
  workingMillis: number | null;
  status: OrderStatus;
  filledLots: number;
  /** Units of 10^-8 of the quote. */
  filledQuote: bigint;
  readonly fills: Fill[];
}

export function isOpen(order: AccountOrder): boolean {
  return order.status === 'NEW' || order.status === 'PARTIALLY_FILLED';
}

const FINISHED_KEPT = 20_000;
const FILLS_KEPT = 20_000;

/** The account's orders by id and by client id, the open ones per listing, and its fills. Bounded. */
export class OrderLedger {
  readonly #byId = new Map<number, AccountOrder>();
  readonly #byClientId = new Map<string, AccountOrder>();
  readonly #open = new Map<Listing, Set<AccountOrder>>();
  readonly #finished: AccountOrder[] = [];
  readonly #fills: Fill[] = [];

  add(order: AccountOrder): void {
    this.#byId.set(order.order.id, order);
    this.#byClientId.set(order.clientOrderId, order);
    const open = this.#open.get(order.listing);
    if (open) open.add(order);
    else this.#open.set(order.listing, new Set([order]));
  }

  close(order: AccountOrder): void {
    this.#open.get(order.listing)?.delete(order);
    this.#finished.push(order);
    if (this.#finished.length <= FINISHED_KEPT * 1.1) return;
    for (const old of this.#finished.splice(0, this.#finished.length - FINISHED_KEPT)) {
      this.#byId.delete(old.order.id);
      if (this.#byClientId.get(old.clientOrderId) === old) this.#byClientId.delete(old.clientOrderId);
    }
  }

  addFill(fill: Fill): void {
    this.#fills.push(fill);
    if (this.#fills.length > FILLS_KEPT * 1.1) this.#fills.splice(0, this.#fills.length - FILLS_KEPT);
  }

  byId(id: number): AccountOrder | undefined {
    return this.#byId.get(id);
  }

  byClientId(id: string): AccountOrder | undefined {
    return this.#byClientId.get(id);
  }

  /** Open orders of one listing or of all, oldest first. */
  open(listing?: Listing): AccountOrder[] {
    if (listing) return [...(this.#open.get(listing) ?? [])];
    return [...this.#open.values()].flatMap((orders) => [...orders]).sort(byAge);
  }

  openCount(listing: Listing): number {
    return this.#open.get(listing)?.size ?? 0;
  }

  ofListing(listing: Listing): AccountOrder[] {
    return [...this.#byId.values()].filter((order) => order.listing === listing).sort(byAge);
  }

  fillsOf(listing: Listing): Fill[] {
    return this.#fills.filter((fill) => fill.order.listing === listing);
  }
}

function byAge(a: AccountOrder, b: AccountOrder): number {
  return a.createdMillis - b.createdMillis || a.order.id - b.order.id;
}
