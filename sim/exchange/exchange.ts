import { reaches } from '../engine/book.ts';
import { BUY, type Lifetime, type Order, type Outcome, type Side } from '../engine/order.ts';
import { triggers } from '../engine/stops.ts';
import type { AccountDesk, Listing } from '../market/listing.ts';
import { baseUnits, quoteUnits } from '../market/spec.ts';
import { Balances } from './balances.ts';
import { rejected, unknownOrder } from './errors.ts';
import { checkFilters, stopDirection } from './filters.ts';
import { isOpen, OrderLedger, type AccountOrder, type Fill, type OrderStatus } from './orders.ts';
import type { OrderRequest } from './request.ts';

/** The venue has one account; agents are owner 0. */
const ACCOUNT = 1;
const SEED_QUOTE = 1_000_000_000n;
const SEED_BASE = 10_000_000n;

/** Why an execution report is sent. */
export type Execution =
  | { readonly kind: 'NEW' }
  | { readonly kind: 'TRADE'; readonly fill: Fill }
  | { readonly kind: 'CANCELED'; readonly cancelId: string }
  | { readonly kind: 'EXPIRED' };

/** Told of everything that happens to the account, in order, as it happens. */
export interface AccountReader {
  onExecution(order: AccountOrder, execution: Execution): void;
  onBalances(assets: readonly string[]): void;
}

export interface OrderRef {
  readonly orderId: number | null;
  readonly clientOrderId: string | null;
}

/** The account's side of the venue: accepts, cancels and remembers its orders, and moves its balances. */
export class Exchange implements AccountDesk {
  readonly balances = new Balances();
  readonly ledger = new OrderLedger();
  reader: AccountReader | null = null;
  readonly #now: () => number;
  #lastClientId = 0;

  constructor(listings: readonly Listing[], now: () => number) {
    this.#now = now;
    for (const listing of listings) {
      listing.desk = this;
      this.balances.seed(listing.spec.base, SEED_BASE);
      this.balances.seed(listing.spec.quote, SEED_QUOTE);
    }
  }

  /** Accepts an order and lets it trade, or throws the venue's refusal and changes nothing. */
  place(request: OrderRequest): AccountOrder {
    this.check(request);
    const { listing, side, type } = request;
    const { matcher, spec } = listing;
    const market = type === 'MARKET' || type === 'STOP_LOSS' || type === 'TAKE_PROFIT';
    const waits = type !== 'MARKET' && request.stopTicks > 0;
    const lots = request.quoteOrderUnits > 0n ? lotsFor(request) : request.lots;
    if (lots < spec.minLots) throw rejected('Order book liquidity is less than symbol minimum quantity.');
    const ticks = market ? extreme(side) : request.ticks;
    const lastTicks = matcher.lastTicks;
    if (waits && lastTicks > 0 && triggers(triggerOf(request), lastTicks)) {
      throw rejected('Order would trigger immediately.');
    }
    if (type === 'LIMIT_MAKER' && crosses(listing, side, ticks)) {
      throw rejected('Order would immediately match and take.');
    }
    const clientOrderId = request.clientOrderId ?? this.nextClientId();
    const known = this.ledger.byClientId(clientOrderId);
    if (known && isOpen(known)) throw rejected('Duplicate order sent.');
    const lockTicks = request.ticks || request.stopTicks;
    this.#lock(request, lockTicks, lots);
    const now = this.#now();
    const order: AccountOrder = {
      listing,
      order: matcher.order(ACCOUNT, side, ticks, lots),
      clientOrderId,
      side,
      type,
      timeInForce: request.timeInForce,
      ticks: request.ticks,
      stopTicks: request.stopTicks,
      lots,
      quoteOrderUnits: request.quoteOrderUnits,
      lockTicks,
      createdMillis: now,
      updatedMillis: now,
      workingMillis: waits ? null : now,
      status: 'NEW',
      filledLots: 0,
      filledQuote: 0n,
      fills: [],
    };
    this.ledger.add(order);
    this.#report(order, { kind: 'NEW' });
    listing.millis = now;
    const lifetime = lifetimeOf(request, market);
    if (waits) matcher.submitStop(order.order, triggerOf(request), lifetime);
    else this.#settle(order, matcher.submit(order.order, lifetime));
    return order;
  }

  /** What is checked before anything happens, also before cancelReplace cancels. */
  check(request: OrderRequest): void {
    checkFilters(request, this.ledger.openCount(request.listing));
  }

  find(listing: Listing, ref: OrderRef): AccountOrder | undefined {
    const found =
      ref.orderId === null ? this.ledger.byClientId(ref.clientOrderId ?? '') : this.ledger.byId(ref.orderId);
    if (found?.listing !== listing) return undefined;
    if (ref.clientOrderId !== null && found.clientOrderId !== ref.clientOrderId) return undefined;
    return found;
  }

  cancel(listing: Listing, ref: OrderRef, cancelId: string): AccountOrder {
    const order = this.find(listing, ref);
    if (!order || !isOpen(order)) throw unknownOrder();
    listing.millis = this.#now();
    listing.matcher.cancel(order.order);
    this.#end(order, 'CANCELED', { kind: 'CANCELED', cancelId });
    return order;
  }

  onFill(
    listing: Listing,
    engineOrder: Order,
    ticks: number,
    lots: number,
    isMaker: boolean,
    tradeId: number,
  ) {
    const order = this.ledger.byId(engineOrder.id);
    if (!order) throw new Error(`fill of an order that nobody placed: ${engineOrder.id}`);
    const { spec } = listing;
    const cost = quoteUnits(spec, ticks, lots);
    const { balances } = this;
    if (order.side === BUY) {
      const locked = quoteUnits(spec, order.lockTicks, lots);
      balances.unlock(spec.quote, locked);
      balances.credit(spec.quote, -cost);
      balances.credit(spec.base, baseUnits(spec, lots));
    } else {
      balances.unlock(spec.base, baseUnits(spec, lots));
      balances.credit(spec.base, -baseUnits(spec, lots));
      balances.credit(spec.quote, cost);
    }
    order.filledLots += lots;
    order.filledQuote += cost;
    order.updatedMillis = listing.millis;
    order.status = order.filledLots === order.lots ? 'FILLED' : 'PARTIALLY_FILLED';
    const fill: Fill = { order, tradeId, ticks, lots, isMaker, millis: listing.millis };
    order.fills.push(fill);
    this.ledger.addFill(fill);
    if (order.status === 'FILLED') this.ledger.close(order);
    this.#report(order, { kind: 'TRADE', fill });
  }

  onTriggered(listing: Listing, engineOrder: Order): void {
    const order = this.ledger.byId(engineOrder.id);
    if (!order) return;
    order.workingMillis = listing.millis;
    order.updatedMillis = listing.millis;
    this.#report(order, { kind: 'NEW' });
  }

  onSettled(_listing: Listing, engineOrder: Order, outcome: Outcome): void {
    const order = this.ledger.byId(engineOrder.id);
    if (order) this.#settle(order, outcome);
  }

  nextClientId(): string {
    return `sim${(++this.#lastClientId).toString(36).padStart(19, '0')}`;
  }

  #settle(order: AccountOrder, outcome: Outcome): void {
    if (outcome === 'resting' || outcome === 'filled') return;
    this.#end(order, 'EXPIRED', { kind: 'EXPIRED' });
  }

  #end(order: AccountOrder, status: OrderStatus, execution: Execution): void {
    const { spec } = order.listing;
    const left = order.lots - order.filledLots;
    if (order.side === BUY) this.balances.unlock(spec.quote, quoteUnits(spec, order.lockTicks, left));
    else this.balances.unlock(spec.base, baseUnits(spec, left));
    order.status = status;
    order.updatedMillis = this.#now();
    this.ledger.close(order);
    this.#report(order, execution);
  }

  #lock(request: OrderRequest, lockTicks: number, lots: number): void {
    const { spec } = request.listing;
    const short = rejected('Account has insufficient balance for requested action.');
    if (request.side !== BUY) {
      if (!this.balances.lock(spec.base, baseUnits(spec, lots))) throw short;
    } else if (lockTicks > 0) {
      if (!this.balances.lock(spec.quote, quoteUnits(spec, lockTicks, lots))) throw short;
    } else if (this.balances.of(spec.quote).free < costToTake(request.listing, lots)) {
      throw short;
    }
  }

  #report(order: AccountOrder, execution: Execution): void {
    this.reader?.onExecution(order, execution);
    this.reader?.onBalances([order.listing.spec.base, order.listing.spec.quote]);
  }
}

function extreme(side: Side): number {
  return side === BUY ? Number.MAX_SAFE_INTEGER : 0;
}

function triggerOf(request: OrderRequest) {
  return { direction: stopDirection(request), ticks: request.stopTicks } as const;
}

function lifetimeOf(request: OrderRequest, market: boolean): Lifetime {
  if (market) return 'market';
  if (request.type === 'LIMIT_MAKER') return 'post-only';
  return ({ GTC: 'gtc', IOC: 'ioc', FOK: 'fok' } as const)[request.timeInForce];
}

function crosses(listing: Listing, side: Side, ticks: number): boolean {
  const best = (side === BUY ? listing.matcher.asks : listing.matcher.bids).best();
  return best !== null && reaches(side, ticks, best.ticks);
}

/** Quote units that buying `lots` now would cost. */
function costToTake({ matcher, spec }: Listing, lots: number): bigint {
  let [left, cost] = [lots, 0n];
  for (let rank = 0; left > 0; rank++) {
    const level = matcher.asks.at(rank);
    if (level === null) break;
    const taken = Math.min(left, level.lots);
    cost += quoteUnits(spec, level.ticks, taken);
    left -= taken;
  }
  return cost;
}

/** Lots that `quoteOrderUnits` buys or sells at the prices that stand. */
function lotsFor({ listing, side, quoteOrderUnits }: OrderRequest): number {
  const ladder = side === BUY ? listing.matcher.asks : listing.matcher.bids;
  let [left, lots] = [quoteOrderUnits, 0];
  for (let rank = 0; left > 0n; rank++) {
    const level = ladder.at(rank);
    if (level === null) break;
    const one = quoteUnits(listing.spec, level.ticks, 1);
    const taken = Math.min(level.lots, Number(left / one));
    lots += taken;
    left -= one * BigInt(taken);
    if (taken < level.lots) break;
  }
  return lots;
}
