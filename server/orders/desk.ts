import type { Reply } from '../../protocol/commands.ts';
import type { Instrument } from '../../protocol/instrument.ts';
import type { ControlChange } from '../../protocol/messages.ts';
import type { Fill, OrderRequest, OrderView, Position } from '../../protocol/orders.ts';
import { ok, refuse, type Refusal, type Result } from '../../protocol/result.ts';
import type { OrderId, VenueId } from '../../protocol/units.ts';
import type { Clock } from '../clock.ts';
import type { AuditEntry, AuditPort } from '../gate/audit-port.ts';
import type { Gate } from '../gate/gate.ts';
import type { Breach } from '../gate/rule.ts';
import { orderText, readOrder, type CheckedOrder } from '../gate/order.ts';
import type { Lane, Permit, VenueAdapter, VenueOrder } from '../venues/types.ts';
import type { Actor } from './actor.ts';
import { Asker } from './ask.ts';
import { Blotter } from './blotter.ts';
import { Canceller } from './canceller.ts';
import { Reconciler, type UnlistedOrders } from './reconciler.ts';
import { newOrder } from './new-order.ts';
import { PlacedRequests, requestOf } from './requests.ts';
import { failed, gateRefusal, succeeded } from './replies.ts';
import { isOurs } from './store.ts';
import { recordOf, type TrackedOrder } from './tracked.ts';

export interface OrderDeskOptions {
  readonly gate: Gate;
  readonly venues: readonly VenueAdapter[];
  readonly audit: AuditPort;
  readonly clock: Clock;
  /** Begins every order id of this run and of no other: see `runMark`. */
  readonly run: string;
}

/** A run's mark for order ids, from randomness of the caller (`randomBytes(5).toString('hex')`). */
export const runMark = (randomHex: string): string => `cw${randomHex}`;

/**
 * Orders from a request to their end: read, gate, log, venue, acknowledgements, fills, positions;
 * and what the venue holds that we did not place. The only way by which an order leaves.
 */
export class OrderDesk {
  readonly #options: OrderDeskOptions;
  readonly #blotter: Blotter;
  readonly #asker: Asker;
  readonly #reconciler: Reconciler;
  readonly #canceller: Canceller;
  readonly #requests = new PlacedRequests();
  /** Listed by venues at which there is no account. */
  #watched: readonly Instrument[] = [];
  #count = 0;

  constructor(options: OrderDeskOptions) {
    const { clock, venues } = options;
    this.#options = options;
    const blotter = new Blotter({
      ...options,
      cancelDue: (orderId) => void this.#canceller.cancelAtVenue(orderId),
    });
    this.#blotter = blotter;
    this.#asker = new Asker({
      clock,
      adapterOf: (order) => this.#adapter(order.venue),
      current: (orderId) => blotter.open(orderId),
      sentAt: (orderId) => blotter.sentAt(orderId),
      lane: () => this.#lane(),
      found: (orderId, order) => blotter.apply(orderId, { kind: 'venue', order }),
      missing: (orderId) => {
        blotter.apply(orderId, { kind: 'missing', sentence: 'The venue says that it never had this order.' });
      },
    });
    const venueOf = (instrument: Instrument): VenueAdapter | undefined => this.#venueOf(instrument);
    this.#reconciler = new Reconciler({ blotter, asker: this.#asker, venues, venueOf, clock });
    this.#canceller = new Canceller({
      blotter,
      asker: this.#asker,
      reconciler: this.#reconciler,
      venues,
      clock,
      lane: () => this.#lane(),
    });
  }

  /** All that are listed now; those of venues without an account are only watched. */
  setInstruments(instruments: readonly Instrument[]): void {
    this.#blotter.setInstruments(instruments.filter((each) => this.#venueOf(each) !== undefined));
    this.#watched = instruments.filter((each) => this.#venueOf(each) === undefined);
  }

  /** What the log knows from earlier runs: call before `start`, oldest first. */
  restore(records: Iterable<Pick<AuditEntry, 'action' | 'details'>>): void {
    this.#blotter.restore(records);
    this.#requests.restore(this.#blotter.store.all());
  }

  /** Listens to the venues and compares with them: now, at an interval, after each reconnect. */
  start(): void {
    this.#reconciler.start();
  }

  stop(): void {
    this.#reconciler.stop();
    this.#asker.stop();
    this.#blotter.flush();
  }

  /**
   * What `place` would refuse this request for now, on record as that; null when nothing. Asked before a
   * person gives a factor for it: a code is good once.
   */
  refuses(request: OrderRequest, actor: Actor): Reply | null {
    if (this.#requests.answer(requestOf(request, actor))) return null;
    const read = this.#read(request);
    if (!read.ok) return this.#refused(request, actor, read.error);
    const breach = this.#options.gate.refuses(read.value.order);
    return breach && this.#refused(request, actor, breach);
  }

  /** Resolves when the venue has answered, or did not: then the order is `unknown` and being asked for. */
  place(request: OrderRequest, actor: Actor): Promise<Reply> {
    const placed = requestOf(request, actor);
    const before = this.#requests.answer(placed);
    if (before) return before;
    const { gate, clock } = this.#options;
    const read = this.#read(request);
    if (!read.ok) return Promise.resolve(this.#refused(request, actor, read.error));
    const { order, venue } = read.value;
    const orderId = `${this.#options.run}-${++this.#count}` as OrderId;
    const admission = gate.admit(orderId, order);
    if (!admission.ok) return Promise.resolve(this.#refused(request, actor, admission.breach));
    const now = clock.wallMicros();
    const tracked = newOrder(orderId, venue.id, order, actor, placed, now);
    this.#blotter.add(tracked);
    const reply = this.#send(tracked, order, venue, admission.permit, actor);
    this.#requests.remember(placed, reply);
    return reply;
  }

  /** What is asked for, and the account that it is for. */
  #read(request: OrderRequest): Result<{ readonly order: CheckedOrder; readonly venue: VenueAdapter }> {
    const read = readOrder(request, () => this.#instrumentOf(request));
    if (!read.ok) return read;
    const { instrument } = read.value;
    const venue = this.#venueOf(instrument);
    if (venue) return ok({ order: read.value, venue });
    const { name, venue: there } = instrument;
    return refuse('no-account', `There is no account at ${there}: ${name} is watched there, and not traded.`);
  }

  #refused(request: OrderRequest, actor: Actor, why: Refusal | Breach): Reply {
    this.#blotter.recordRefused(request, actor, why);
    return 'rule' in why ? gateRefusal(why) : failed(why.code, why.sentence);
  }

  async #send(
    tracked: TrackedOrder,
    order: CheckedOrder,
    venue: VenueAdapter,
    permit: Permit,
    actor: Actor,
  ): Promise<Reply> {
    const { orderId } = tracked;
    const { gate, clock } = this.#options;
    if (!(await this.#recorded(tracked, order, actor))) {
      gate.withdraw(orderId, permit);
      const sentence = 'The order was not sent: it could not be written to the audit log.';
      this.#blotter.apply(orderId, { kind: 'refused', sentence });
      return failed('audit-log', sentence);
    }
    const { instrument, side, type, timeInForce, price, size } = order;
    this.#blotter.sent(orderId);
    const sent = await venue.place({ orderId, instrument, side, type, timeInForce, price, size }, permit);
    if (sent.ok) {
      this.#blotter.apply(orderId, { kind: 'venue', order: sent.value });
      return succeeded(`Placed: ${orderText(order)}.`, clock.wallMicros(), orderId);
    }
    if (sent.error.executed === 'no') {
      gate.withdraw(orderId, permit);
      this.#blotter.apply(orderId, { kind: 'refused', sentence: sent.error.sentence });
      return failed(sent.error.code, `Not placed: ${sent.error.sentence}`);
    }
    this.#blotter.apply(orderId, { kind: 'unanswered', sentence: sent.error.sentence });
    this.#askFor(orderId);
    const sentence = `Sent, and the venue did not answer: ${orderId} may be working and is being asked for.`;
    return succeeded(sentence, clock.wallMicros(), orderId);
  }

  /** Durable before it leaves; one that only takes back is spooled where the log is gone. */
  async #recorded(tracked: TrackedOrder, order: CheckedOrder, actor: Actor): Promise<boolean> {
    try {
      await this.#blotter.recordDurably('order.place', actor, tracked);
      return true;
    } catch {
      if (!order.reduceOnly) return false;
      this.#blotter.record('order.place', actor, tracked, { order: recordOf(tracked) });
      return true;
    }
  }

  /** Never blocked: not by the gate, not by a limit, not by the log. */
  cancel(orderId: OrderId, actor: Actor): Promise<Reply> {
    return this.#canceller.cancel(orderId, actor);
  }

  /** A strategy's own open orders; for a user every open order at every venue, foreign ones too. */
  cancelAll(actor: Actor): Promise<Reply> {
    return this.#canceller.cancelAll(actor);
  }

  /**
   * Compares with the venue: takes over what it shows, asks for what it no longer shows.
   * Returns its number of open orders; null = it did not say.
   */
  reconcile(venue: VenueAdapter): Promise<number | null> {
    return this.#reconciler.reconcile(venue);
  }

  /** All open orders of a venue as read at `askedAt` (monotonic µs), by whoever read them. */
  takeSnapshot(venue: VenueAdapter, open: readonly VenueOrder[], askedAt: number): void {
    this.#reconciler.takeSnapshot(venue, open, askedAt);
  }

  /** Orders of ours that the venue may hold or may still get, and that it has not answered for. */
  inFlight(venue: VenueId): number {
    return this.#reconciler.inFlight(venue);
  }

  /** Open orders at the venues in symbols that are not among our instruments. */
  unlisted(): UnlistedOrders[] {
    return this.#reconciler.unlisted();
  }

  /** Symbols in which we know of open orders at a venue. */
  openSymbols(venue: VenueId): string[] {
    return [...new Set(this.#blotter.store.open(venue).map((order) => order.symbol))];
  }

  isOurs(clientOrderId: string): boolean {
    return isOurs(clientOrderId);
  }

  /**
   * Cancels our own open orders until the venues show none or the deadline passes; returns those that
   * may remain. For a clean stop: close the gate first.
   */
  cancelOurs(deadlineMs: number): Promise<OrderView[]> {
    return this.#reconciler.cancelOurs(deadlineMs);
  }

  orders(): OrderView[] {
    return this.#blotter.orders();
  }

  positions(): Position[] {
    return this.#blotter.positions();
  }

  fills(): Fill[] {
    return this.#blotter.fills();
  }

  /** Batches of at most 50 ms: `orders`, `fills`, `positions`, ready to be published. */
  onChange(listener: (changes: readonly ControlChange[]) => void): () => void {
    return this.#blotter.onChange(listener);
  }

  #askFor(orderId: OrderId): void {
    const order = this.#blotter.open(orderId);
    if (order) this.#asker.ask(order);
  }

  /** With the gate closed nothing is ordinary: the halt's sockets and reserve are for what lowers risk. */
  #lane(): Lane {
    return this.#options.gate.isOpen() ? 'normal' : 'halt';
  }

  #venueOf(instrument: Instrument): VenueAdapter | undefined {
    return this.#options.venues.find(({ feed }) => feed === instrument.venue);
  }

  /** A symbol may be listed by several venues: without a venue, the one with an account is meant. */
  #instrumentOf({ symbol, venue }: OrderRequest): Instrument | undefined {
    const isMeant = (each: Instrument): boolean => venue === undefined || each.venue === venue;
    const traded = this.#blotter.instrument(symbol);
    if (traded && isMeant(traded)) return traded;
    return this.#watched.find((each) => each.symbol === symbol && isMeant(each));
  }

  #adapter(venue: VenueId): VenueAdapter | undefined {
    return this.#options.venues.find(({ id }) => id === venue);
  }
}
