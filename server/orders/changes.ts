import type { ControlChange } from '../../protocol/messages.ts';
import type { Fill, Position } from '../../protocol/orders.ts';
import type { InstrumentIndex, OrderId } from '../../protocol/units.ts';
import type { Cancel, Clock } from '../clock.ts';
import type { StoreChange } from './store.ts';
import { viewOf, type TrackedOrder } from './tracked.ts';

const BATCH_MS = 50;

/** Gathers what changed for at most 50 ms, so that a burst is one message. The last state of an order wins. */
export class ChangeBatch {
  readonly #clock: Clock;
  readonly #position: (instrument: InstrumentIndex) => Position | null;
  readonly #listeners = new Set<(changes: readonly ControlChange[]) => void>();
  readonly #orders = new Map<OrderId, TrackedOrder>();
  readonly #positions = new Set<InstrumentIndex>();
  #removed: OrderId[] = [];
  #fills: Fill[] = [];
  #pending: Cancel | null = null;

  constructor(clock: Clock, position: (instrument: InstrumentIndex) => Position | null) {
    this.#clock = clock;
    this.#position = position;
  }

  add(change: StoreChange): void {
    if (!change.order) return;
    this.#orders.set(change.order.orderId, change.order);
    this.#positions.add(change.order.instrument);
    this.#fills.push(...change.fills);
    for (const gone of change.removed) this.#orders.delete(gone);
    this.#removed.push(...change.removed);
    this.#arm();
  }

  touch(instrument: InstrumentIndex): void {
    this.#positions.add(instrument);
    this.#arm();
  }

  onChange(listener: (changes: readonly ControlChange[]) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #arm(): void {
    this.#pending ??= this.#clock.setTimer(BATCH_MS, () => this.flush());
  }

  flush(): void {
    this.#pending?.();
    this.#pending = null;
    const changes: ControlChange[] = [];
    if (this.#orders.size > 0 || this.#removed.length > 0) {
      changes.push({
        type: 'orders',
        upserts: [...this.#orders.values()].map(viewOf),
        removed: this.#removed,
      });
    }
    if (this.#fills.length > 0) changes.push({ type: 'fills', fills: this.#fills });
    const positions = [...this.#positions].flatMap((instrument) => this.#position(instrument) ?? []);
    if (positions.length > 0) changes.push({ type: 'positions', positions });
    this.#orders.clear();
    this.#positions.clear();
    [this.#removed, this.#fills] = [[], []];
    if (changes.length === 0) return;
    for (const listener of this.#listeners) listener(changes);
  }
}
