import { z } from 'zod';
import type { Instrument } from '../../protocol/instrument.ts';
import type { ControlChange } from '../../protocol/messages.ts';
import {
  fillSchema,
  isOpen,
  type Fill,
  type OrderRequest,
  type OrderView,
  type Position,
} from '../../protocol/orders.ts';
import type { InstrumentIndex, Lots, OrderId } from '../../protocol/units.ts';
import type { Clock } from '../clock.ts';
import type { AuditEntry, AuditPort } from '../gate/audit-port.ts';
import type { Gate } from '../gate/gate.ts';
import { authorOfOrder, type Actor } from './actor.ts';
import { ChangeBatch } from './changes.ts';
import type { OrderEvent } from './lifecycle.ts';
import { positionView } from './positions.ts';
import { OrderStore, type StoreChange } from './store.ts';
import { clientIdOf, recordedOrderSchema, recordOf, viewOf, type TrackedOrder } from './tracked.ts';

export interface BlotterOptions {
  readonly gate: Pick<Gate, 'exposure'>;
  readonly audit: AuditPort;
  readonly clock: Clock;
  /** An order that is wanted gone is open at its venue: the cancel has to be sent (again). */
  readonly cancelDue: (orderId: OrderId) => void;
}

/**
 * The desk's record of what happened: each event goes into the orders, the gate's ledger, the audit
 * log and the next batch of changes in one tick.
 */
export class Blotter {
  readonly store: OrderStore;
  readonly #options: BlotterOptions;
  readonly #changes: ChangeBatch;
  /** When each order last changed, monotonic µs: what a snapshot that is older can't contradict. */
  readonly #touched = new Map<OrderId, number>();
  /** When each order of this run was given to its venue, monotonic µs. */
  readonly #sentAt = new Map<OrderId, number>();
  readonly #venueSizes = new Map<InstrumentIndex, Lots>();
  #symbols: ReadonlyMap<string, Instrument> = new Map();
  #instruments: ReadonlyMap<InstrumentIndex, Instrument> = new Map();

  constructor(options: BlotterOptions) {
    this.#options = options;
    this.store = new OrderStore(options.gate.exposure);
    this.#changes = new ChangeBatch(options.clock, (instrument) => this.#position(instrument));
  }

  setInstruments(instruments: readonly Instrument[]): void {
    this.#symbols = new Map(instruments.map((instrument) => [instrument.symbol, instrument]));
    this.#instruments = new Map(instruments.map((instrument) => [instrument.index, instrument]));
  }

  instrument(symbol: string): Instrument | undefined {
    return this.#symbols.get(symbol);
  }

  instruments(): Iterable<Instrument> {
    return this.#instruments.values();
  }

  /** The order as it is, if it is still open. */
  open(orderId: OrderId): TrackedOrder | undefined {
    const order = this.store.get(orderId);
    return order && isOpen(order.state) ? order : undefined;
  }

  /** What the log knows from earlier runs: call before `start`, oldest first. */
  restore(records: Iterable<Pick<AuditEntry, 'action' | 'details'>>): void {
    const orders = new Map<OrderId, TrackedOrder>();
    for (const { action, details } of records) {
      if (action !== 'order.place' && action !== 'order.change') continue;
      const order = recordedOrderSchema.safeParse(details['order']);
      if (order.success) orders.set(order.data.orderId, order.data);
      const fills = z.array(fillSchema).safeParse(details['fills']);
      const isForeign = order.success && order.data.owner === 'foreign';
      for (const fill of fills.success ? fills.data : []) {
        if (isForeign) this.store.addForeignFill(fill);
        else this.store.addFill(fill);
      }
    }
    const reason = 'The server restarted; the venue is being asked.';
    for (const order of orders.values()) {
      const open = isOpen(order.state);
      this.#changes.add(this.store.add(open ? { ...order, state: 'unknown', reason } : order));
    }
  }

  add(order: TrackedOrder): void {
    this.#kept(this.store.add(order));
  }

  apply(orderId: OrderId, event: OrderEvent): void {
    const change = this.store.apply(orderId, event, this.#options.clock.wallMicros());
    if (!change.order) return;
    this.#kept(change);
    // One record, so that a torn log never has a fill without the order that counts it.
    const fills = [...change.fills, ...change.foreignFills];
    this.record('order.change', null, change.order, { order: recordOf(change.order), fills });
    const { cancelWanted, state } = change.order;
    if (event.kind !== 'venue' || !cancelWanted) return;
    if (state !== 'working' && state !== 'partially-filled') return;
    this.apply(orderId, { kind: 'cancel' });
    this.#options.cancelDue(orderId);
  }

  #kept(change: StoreChange): void {
    if (!change.order) return;
    this.#touched.set(change.order.orderId, this.#options.clock.monotonicMicros());
    for (const gone of change.removed) {
      this.#touched.delete(gone);
      this.#sentAt.delete(gone);
    }
    this.#changes.add(change);
  }

  /** It goes to its venue now. */
  sent(orderId: OrderId): void {
    this.#sentAt.set(orderId, this.#options.clock.monotonicMicros());
  }

  sentAt(orderId: OrderId): number | undefined {
    return this.#sentAt.get(orderId);
  }

  /** Whether the order changed at or after `monotonicMicros`. */
  changedSince(orderId: OrderId, monotonicMicros: number): boolean {
    return (this.#touched.get(orderId) ?? 0) >= monotonicMicros;
  }

  /** Into the log, without waiting for it. `about`: an order, or what else it was done to. */
  record(
    action: string,
    actor: Actor | null,
    about: TrackedOrder | string,
    details: AuditEntry['details'],
  ): void {
    this.#options.audit.appendNow(entryOf(action, actor, about, details));
  }

  /** A request that became no order, with the sender's own id of it. */
  recordRefused(request: OrderRequest, actor: Actor, refusal: object): void {
    const entry = entryOf('order.refuse', actor, request.symbol, { request, ...refusal });
    this.#options.audit.appendNow({ ...entry, client: request.clientId });
  }

  /** Into the log, and on disk when it resolves. */
  recordDurably(action: string, actor: Actor, order: TrackedOrder): Promise<void> {
    return this.#options.audit.append(entryOf(action, actor, order, { order: recordOf(order) }));
  }

  /** What the venue itself reports of an instrument's base asset; null = it can't be told. */
  venueHolds(instrument: InstrumentIndex, lots: Lots | null): void {
    if ((this.#venueSizes.get(instrument) ?? null) === lots) return;
    if (lots === null) this.#venueSizes.delete(instrument);
    else this.#venueSizes.set(instrument, lots);
    this.#changes.touch(instrument);
  }

  orders(): OrderView[] {
    return [...this.store.all()].map(viewOf);
  }

  positions(): Position[] {
    const known = new Set([...this.store.holdings()].map(([instrument]) => instrument));
    for (const [instrument] of this.#options.gate.exposure.instruments()) known.add(instrument);
    return [...known].flatMap((instrument) => this.#position(instrument) ?? []);
  }

  fills(): Fill[] {
    return this.store.fills().slice(-500);
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
      this.store.holding(index),
      this.#options.gate.exposure.of(index),
      this.#venueSizes.get(index) ?? null,
      this.#options.clock.wallMicros(),
    );
  }

  /** Publishes what waits. */
  flush(): void {
    this.#changes.flush();
  }
}

function entryOf(
  action: string,
  actor: Actor | null,
  about: TrackedOrder | string,
  details: AuditEntry['details'],
): AuditEntry {
  const author = authorOfOrder(actor);
  if (typeof about === 'string') return { ...author, action, scope: about, details };
  const client = clientIdOf(about);
  const ids = { order: about.orderId, ...(client === null ? {} : { client }) };
  return { ...author, ...ids, action, scope: about.symbol, details };
}
