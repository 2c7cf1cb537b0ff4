import { z } from 'zod';
import type { Reply } from '../../protocol/commands.ts';
import type { Instrument } from '../../protocol/instrument.ts';
import type { ControlChange } from '../../protocol/messages.ts';
import { fillSchema, isOpen, type Fill, type OrderRequest, type OrderView } from '../../protocol/orders.ts';
import type { Position } from '../../protocol/orders.ts';
import type { InstrumentIndex, Lots, OrderId, VenueId } from '../../protocol/units.ts';
import type { Cancel, Clock } from '../clock.ts';
import type { AuditEntry, AuditPort } from '../gate/audit-port.ts';
import type { Gate } from '../gate/gate.ts';
import { orderText, readOrder, type CheckedOrder } from '../gate/order.ts';
import { lotsOf } from '../venues/lots.ts';
import type { Permit, VenueAdapter, VenueEvent, VenueOrder, VenueRefusal } from '../venues/types.ts';
import { actorText, mayCancel, type Actor } from './actor.ts';
import { Asker } from './ask.ts';
import { ChangeBatch } from './changes.ts';
import { openAtVenue, type OrderEvent } from './lifecycle.ts';
import { positionView } from './positions.ts';
import { failed, gateRefusal, succeeded } from './replies.ts';
import { foundAtVenue, OrderStore, type StoreChange } from './store.ts';
import { recordedOrderSchema, recordOf, viewOf, type TrackedOrder } from './tracked.ts';

export interface OrderDeskOptions {
  readonly gate: Gate;
  readonly venues: readonly VenueAdapter[];
  readonly audit: AuditPort;
  readonly clock: Clock;
  /** Begins every order id of this run and of no other; `cw` and a hyphen follow the form of all runs. */
  readonly run: string;
}

const OURS = /^cw[a-z0-9]+-\d+$/;
const RECONCILE_MS = 10_000;
const REMEMBERED_REQUESTS = 20_000;

/** A run's mark for order ids, from randomness of the caller (`randomBytes(5).toString('hex')`). */
export const runMark = (randomHex: string): string => `cw${randomHex}`;

/**
 * Orders from a request to their end: read, gate, log, venue, acknowledgements, fills, positions;
 * and what the venue holds that we did not place. The only way by which an order leaves.
 */
export class OrderDesk {
  readonly #options: OrderDeskOptions;
  readonly #store: OrderStore;
  readonly #changes: ChangeBatch;
  readonly #asker: Asker;
  /** Accepted requests by actor and client id, so that a repeated one is answered the same. */
  readonly #requests = new Map<string, Promise<Reply>>();
  /** When each order last changed, monotonic µs: what a snapshot that is older can't contradict. */
  readonly #touched = new Map<OrderId, number>();
  readonly #venueSizes = new Map<InstrumentIndex, Lots>();
  #symbols: ReadonlyMap<string, Instrument> = new Map();
  #instruments: ReadonlyMap<InstrumentIndex, Instrument> = new Map();
  #count = 0;
  #stops: Cancel[] = [];

  constructor(options: OrderDeskOptions) {
    this.#options = options;
    this.#store = new OrderStore(options.gate.exposure);
    this.#changes = new ChangeBatch(options.clock, (instrument) => this.#position(instrument));
    this.#asker = new Asker({
      clock: options.clock,
      adapterOf: (order) => this.#adapter(order.venue),
      current: (orderId) => {
        const order = this.#store.get(orderId);
        return order && isOpen(order.state) ? order : undefined;
      },
      found: (orderId, order) => this.#apply(orderId, { kind: 'venue', order }),
      missing: (orderId) => {
        this.#apply(orderId, { kind: 'missing', sentence: 'The venue says that it never had this order.' });
      },
    });
  }

  setInstruments(instruments: readonly Instrument[]): void {
    this.#symbols = new Map(instruments.map((instrument) => [instrument.symbol, instrument]));
    this.#instruments = new Map(instruments.map((instrument) => [instrument.index, instrument]));
  }

  /** What the log knows from earlier runs: call before `start`, oldest first. */
  restore(records: Iterable<Pick<AuditEntry, 'action' | 'details'>>): void {
    const orders = new Map<OrderId, TrackedOrder>();
    for (const { action, details } of records) {
      if (action !== 'order.place' && action !== 'order.change') continue;
      const order = recordedOrderSchema.safeParse(details['order']);
      if (order.success) orders.set(order.data.orderId, order.data);
      const fills = z.array(fillSchema).safeParse(details['fills']);
      if (fills.success) for (const fill of fills.data) this.#store.addFill(fill);
    }
    const reason = 'The server restarted; the venue is being asked.';
    for (const order of orders.values()) {
      const open = isOpen(order.state);
      this.#changes.add(this.#store.add(open ? { ...order, state: 'unknown', reason } : order));
    }
  }

  /** Listens to the venues and compares with them: now, at an interval, after each reconnect. */
  start(): void {
    for (const venue of this.#options.venues) {
      this.#stops.push(
        venue.onEvent((event) => this.#venueEvent(venue, event)),
        this.#options.clock.setRepeating(RECONCILE_MS, () => void this.reconcile(venue)),
      );
      void this.reconcile(venue);
    }
  }

  stop(): void {
    for (const stop of this.#stops.splice(0)) stop();
    this.#asker.stop();
    this.#changes.flush();
  }

  /** Resolves when the venue has answered, or did not: then the order is `unknown` and being asked for. */
  place(request: OrderRequest, actor: Actor): Promise<Reply> {
    const key = `${actorText(actor)} ${request.clientId}`;
    const before = this.#requests.get(key);
    if (before) return before;
    const { gate, clock } = this.#options;
    const read = readOrder(request, (symbol) => this.#symbols.get(symbol));
    if (!read.ok) {
      this.#refused(request, actor, read.error.code, read.error.sentence);
      return Promise.resolve(failed(read.error.code, read.error.sentence));
    }
    const order = read.value;
    const venue = this.#venueOf(order.instrument);
    if (!venue) return Promise.resolve(failed('no-venue', `No venue takes orders for ${request.symbol}.`));
    const orderId = `${this.#options.run}-${++this.#count}` as OrderId;
    const admission = gate.admit(orderId, order);
    if (!admission.ok) {
      this.#refused(request, actor, admission.breach.code, admission.breach.sentence);
      return Promise.resolve(gateRefusal(admission.breach));
    }
    const now = clock.wallMicros();
    const tracked = newOrder(orderId, venue.id, order, actor, now);
    this.#kept(this.#store.add(tracked), false);
    const reply = this.#send(tracked, order, venue, admission.permit, actor);
    this.#requests.set(key, reply);
    if (this.#requests.size > REMEMBERED_REQUESTS) {
      for (const oldest of this.#requests.keys()) {
        this.#requests.delete(oldest);
        break;
      }
    }
    return reply;
  }

  async #send(
    tracked: TrackedOrder,
    order: CheckedOrder,
    venue: VenueAdapter,
    permit: Permit,
    actor: Actor,
  ): Promise<Reply> {
    const { orderId } = tracked;
    const { audit, gate, clock } = this.#options;
    try {
      // Durable before it leaves.
      await audit.append(entry('order.place', actor, orderId, { order: recordOf(tracked) }));
    } catch {
      gate.withdraw(orderId, permit);
      const sentence = 'The order was not sent: it could not be written to the audit log.';
      this.#apply(orderId, { kind: 'refused', sentence });
      return failed('audit-log', sentence);
    }
    const { instrument, side, type, timeInForce, price, size } = order;
    const sent = await venue.place({ orderId, instrument, side, type, timeInForce, price, size }, permit);
    if (sent.ok) {
      this.#apply(orderId, { kind: 'venue', order: sent.value });
      if (this.#store.get(orderId)?.cancelWanted === true) void this.#cancelAtVenue(orderId);
      return succeeded(`Placed: ${orderText(order)}.`, clock.wallMicros(), orderId);
    }
    if (sent.error.executed === 'no') {
      this.#apply(orderId, { kind: 'refused', sentence: sent.error.sentence });
      return failed(sent.error.code, `Not placed: ${sent.error.sentence}`);
    }
    this.#apply(orderId, { kind: 'unanswered', sentence: sent.error.sentence });
    const unknown = this.#store.get(orderId);
    if (unknown && isOpen(unknown.state)) this.#asker.ask(unknown);
    const sentence = `Sent, and the venue did not answer: ${orderId} may be working and is being asked for.`;
    return succeeded(sentence, clock.wallMicros(), orderId);
  }

  /** Never blocked: not by the gate, not by a limit, not by the log. */
  async cancel(orderId: OrderId, actor: Actor): Promise<Reply> {
    const order = this.#store.get(orderId);
    if (!order || !mayCancel(actor, order)) return failed('unknown-order', `There is no order ${orderId}.`);
    if (!isOpen(order.state)) return failed('not-open', `${orderId} is ${order.state} already.`);
    this.#options.audit.appendNow(entry('order.cancel', actor, orderId, {}));
    this.#apply(orderId, { kind: 'cancel' });
    return this.#cancelAtVenue(orderId);
  }

  async #cancelAtVenue(orderId: OrderId): Promise<Reply> {
    const order = this.#store.get(orderId);
    const venue = order && this.#adapter(order.venue);
    if (!venue) return failed('no-venue', `The venue of ${orderId} is not connected.`);
    const ours = order.owner === 'ours';
    const { symbol, clientOrderId, venueOrderId } = order;
    const answer = await venue.cancel({
      symbol,
      clientOrderId: ours ? clientOrderId : null,
      venueOrderId: ours ? null : venueOrderId,
    });
    if (!answer.ok) return this.#cancelFailed(orderId, answer.error);
    if (answer.value) {
      this.#apply(orderId, { kind: 'venue', order: answer.value });
      return succeeded(`Cancelled ${orderId}.`, this.#options.clock.wallMicros(), orderId);
    }
    // Not open there: filled, cancelled, or not arrived yet. The venue is asked which.
    const now = this.#store.get(orderId);
    if (now && isOpen(now.state)) this.#asker.ask(now);
    const sentence = `The venue has no open order ${orderId}; it is asked what became of it.`;
    return failed('not-open-at-venue', sentence);
  }

  #cancelFailed(orderId: OrderId, { code, sentence, executed }: VenueRefusal): Reply {
    if (executed === 'no') this.#apply(orderId, { kind: 'cancel-refused', sentence });
    else {
      this.#apply(orderId, { kind: 'unanswered', sentence });
      const order = this.#store.get(orderId);
      if (order && isOpen(order.state)) this.#asker.ask(order);
    }
    return failed(code, `Not cancelled: ${sentence}`);
  }

  /** A strategy's own open orders; for a user every open order at every venue, foreign ones too. */
  async cancelAll(actor: Actor): Promise<Reply> {
    const { clock, audit } = this.#options;
    audit.appendNow(entry('order.cancel-all', actor, 'firm', {}));
    const open = this.#store.open().filter((order) => mayCancel(actor, order));
    for (const { orderId } of open) this.#apply(orderId, { kind: 'cancel' });
    if (actor.kind === 'strategy') {
      const replies = await Promise.all(open.map(({ orderId }) => this.#cancelAtVenue(orderId)));
      const gone = replies.filter((reply) => reply.ok).length;
      const sentence = `Cancelled ${gone} of ${open.length} orders.`;
      return gone === open.length
        ? succeeded(sentence, clock.wallMicros(), null)
        : failed('some-left', sentence);
    }
    const left = await Promise.all(this.#options.venues.map((venue) => this.#cancelVenue(venue)));
    const unknown = left.includes(null);
    const count = left.reduce<number>((sum, each) => sum + (each ?? 0), 0);
    if (unknown) return failed('unknown', 'A venue did not say whether orders are left.');
    if (count > 0) return failed('some-left', `${count} orders are still open at the venues.`);
    return succeeded('Every venue shows no open order.', clock.wallMicros(), null);
  }

  /** Open orders after cancelling all of a venue's; null = the venue did not say. */
  async #cancelVenue(venue: VenueAdapter): Promise<number | null> {
    const before = await venue.openOrders('normal');
    const known = this.#store.open(venue.id).map((order) => order.symbol);
    const symbols = new Set([...known, ...(before.ok ? before.value.map((order) => order.symbol) : [])]);
    await Promise.all([...symbols].map((symbol) => venue.cancelAll(symbol, 'normal')));
    return this.reconcile(venue);
  }

  /**
   * Compares with the venue: takes over what it shows, asks for what it no longer shows.
   * Returns its number of open orders; null = it did not say.
   */
  async reconcile(venue: VenueAdapter): Promise<number | null> {
    const askedAt = this.#options.clock.monotonicMicros();
    const open = await venue.openOrders('normal');
    if (!open.ok) return null;
    this.takeSnapshot(venue, open.value, askedAt);
    await this.#readBalances(venue);
    return open.value.length;
  }

  /** All open orders of a venue as read at `askedAt` (monotonic µs), by whoever read them. */
  takeSnapshot(venue: VenueAdapter, open: readonly VenueOrder[], askedAt: number): void {
    const seen = new Set<OrderId>();
    for (const found of open) {
      const orderId = this.#fromVenue(venue, found);
      if (orderId !== null) seen.add(orderId);
    }
    const missing = this.#store.open(venue.id).filter((order) => {
      const unsent = order.state === 'pending' && order.venueOrderId === null;
      // What changed after we asked may rightly be missing from the answer.
      return !seen.has(order.orderId) && !unsent && (this.#touched.get(order.orderId) ?? 0) < askedAt;
    });
    this.#asker.askInTurn(missing);
  }

  async #readBalances(venue: VenueAdapter): Promise<void> {
    const account = await venue.account();
    if (!account.ok) return;
    const totals = new Map(account.value.map(({ asset, total }) => [asset, total]));
    for (const instrument of this.#instruments.values()) {
      if (this.#venueOf(instrument) !== venue) continue;
      const lots = lotsOf(totals.get(instrument.base) ?? '0', instrument);
      if (lots === null || this.#venueSizes.get(instrument.index) === lots) continue;
      this.#venueSizes.set(instrument.index, lots);
      this.#changes.touch(instrument.index);
    }
  }

  /** Orders of ours that the venue may hold or may still get, and that it has not answered for. */
  inFlight(venue: VenueId): number {
    return this.#store.open(venue).filter(({ state }) => state === 'pending' || state === 'unknown').length;
  }

  /** Symbols in which we know of open orders at a venue. */
  openSymbols(venue: VenueId): string[] {
    return [...new Set(this.#store.open(venue).map((order) => order.symbol))];
  }

  isOurs(clientOrderId: string): boolean {
    return OURS.test(clientOrderId);
  }

  /**
   * Cancels our own open orders until the venues show none or the deadline passes; returns those that
   * may remain. For a clean stop: close the gate first.
   */
  async cancelOurs(deadlineMs: number): Promise<OrderView[]> {
    const { clock, venues } = this.#options;
    const end = clock.monotonicMicros() + deadlineMs * 1000;
    for (;;) {
      const done = await Promise.all(venues.map((venue) => this.#cancelOursAt(venue)));
      if (done.every(Boolean)) return [];
      if (clock.monotonicMicros() >= end) break;
      await new Promise<void>((resolve) => clock.setTimer(100, resolve));
    }
    return this.#store
      .open()
      .filter((order) => order.owner === 'ours')
      .map(viewOf);
  }

  async #cancelOursAt(venue: VenueAdapter): Promise<boolean> {
    const askedAt = this.#options.clock.monotonicMicros();
    const open = await venue.openOrders('halt');
    if (!open.ok) return false;
    this.takeSnapshot(venue, open.value, askedAt);
    const ours = open.value.filter((order) => this.isOurs(order.clientOrderId));
    if (ours.length === 0) return this.inFlight(venue.id) === 0;
    await Promise.all(
      ours.map(async ({ symbol, clientOrderId, venueOrderId }) => {
        const answer = await venue.cancel({ symbol, clientOrderId, venueOrderId });
        if (answer.ok && answer.value) this.#fromVenue(venue, answer.value);
      }),
    );
    return false;
  }

  orders(): OrderView[] {
    return [...this.#store.all()].map(viewOf);
  }

  positions(): Position[] {
    const known = new Set([...this.#store.holdings()].map(([instrument]) => instrument));
    for (const [instrument] of this.#options.gate.exposure.instruments()) known.add(instrument);
    return [...known].flatMap((instrument) => this.#position(instrument) ?? []);
  }

  fills(): Fill[] {
    return this.#store.fills().slice(-500);
  }

  /** Batches of at most 50 ms: `orders`, `fills`, `positions`, ready to be published. */
  onChange(listener: (changes: readonly ControlChange[]) => void): () => void {
    return this.#changes.onChange(listener);
  }

  #position(index: InstrumentIndex): Position | null {
    const instrument = this.#instruments.get(index);
    if (!instrument) return null;
    return positionView(
      instrument,
      this.#store.holding(index),
      this.#options.gate.exposure.of(index),
      this.#venueSizes.get(index) ?? null,
      this.#options.clock.wallMicros(),
    );
  }

  #venueEvent(venue: VenueAdapter, event: VenueEvent): void {
    if (event.kind === 'order') this.#fromVenue(venue, event.order);
    else if (event.kind === 'stream' && event.up) void this.reconcile(venue);
  }

  /** Takes over what a venue tells of an order; null when we don't know its instrument. */
  #fromVenue(venue: VenueAdapter, found: VenueOrder): OrderId | null {
    const ours = this.isOurs(found.clientOrderId);
    const orderId = (ours ? found.clientOrderId : foreignId(venue.id, found)) as OrderId;
    if (!this.#store.get(orderId)) {
      if (found.instrument === null || !openAtVenue(found)) return null;
      const now = this.#options.clock.wallMicros();
      this.#kept(this.#store.add(foundAtVenue(venue.id, found, found.instrument, ours, now)), false);
    }
    this.#apply(orderId, { kind: 'venue', order: found });
    return orderId;
  }

  #apply(orderId: OrderId, event: OrderEvent): void {
    this.#kept(this.#store.apply(orderId, event, this.#options.clock.wallMicros()), true);
  }

  #kept(change: StoreChange, record: boolean): void {
    if (!change.order) return;
    this.#touched.set(change.order.orderId, this.#options.clock.monotonicMicros());
    for (const gone of change.removed) this.#touched.delete(gone);
    this.#changes.add(change);
    const { audit } = this.#options;
    const { orderId } = change.order;
    // One record, so that a torn log never has a fill without the order that counts it.
    const details = { order: recordOf(change.order), fills: change.fills };
    if (record) audit.appendNow(entry('order.change', null, orderId, details));
  }

  #refused(request: OrderRequest, actor: Actor, code: string, sentence: string): void {
    const details = { request, code, sentence };
    this.#options.audit.appendNow(entry('order.refuse', actor, request.symbol, details));
  }

  #venueOf(instrument: Instrument): VenueAdapter | undefined {
    const { venues } = this.#options;
    // In the paper profile data comes from one venue and orders go to another: the only one there is.
    return (
      venues.find((venue) => venue.id === instrument.venue) ?? (venues.length === 1 ? venues[0] : undefined)
    );
  }

  #adapter(venue: VenueId): VenueAdapter | undefined {
    return this.#options.venues.find(({ id }) => id === venue);
  }
}

function entry(
  action: string,
  actor: Actor | null,
  scope: string,
  details: AuditEntry['details'],
): AuditEntry {
  return { action, actor: actor === null ? 'server' : actorText(actor), scope, details };
}

function foreignId(venue: VenueId, found: VenueOrder): string {
  return `f-${venue.slice(0, 12)}-${found.venueOrderId}`;
}

function newOrder(
  orderId: OrderId,
  venue: VenueId,
  order: CheckedOrder,
  actor: Actor,
  now: TrackedOrder['createdAt'],
): TrackedOrder {
  return {
    orderId,
    venueOrderId: null,
    venue,
    instrument: order.instrument.index,
    owner: 'ours',
    strategy: actor.kind === 'strategy' ? actor.id : null,
    side: order.side,
    type: order.type,
    timeInForce: order.timeInForce,
    price: order.price,
    size: order.size,
    filled: 0 as Lots,
    state: 'pending',
    reason: null,
    createdAt: now,
    updatedAt: now,
    symbol: order.instrument.symbol,
    clientOrderId: orderId,
    closedBy: null,
    cancelWanted: false,
    filledTickLots: 0n,
  };
}
