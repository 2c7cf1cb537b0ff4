import type { Side } from '../../protocol/orders.ts';
import type { InstrumentIndex, Lots, OrderId, Ticks } from '../../protocol/units.ts';

/** One instrument, in lots: what is held (signed) and what working orders could add to each side. */
export interface Exposure {
  readonly filled: number;
  readonly openBuy: number;
  readonly openSell: number;
}
export const NO_EXPOSURE: Exposure = { filled: 0, openBuy: 0, openSell: 0 };

/** One order that may still trade. */
export interface Reservation {
  readonly instrument: InstrumentIndex;
  readonly side: Side;
  readonly remaining: Lots;
  /** What it was valued at when it was reserved, and for what size. */
  readonly price: Ticks;
  readonly reserved: Lots;
}

/**
 * What is reserved and held, in memory. An order counts from the tick in which the gate admits it,
 * before any acknowledgement. Remaining and held sizes are set, not added, so that a repeated
 * message changes nothing.
 */
export class ExposureLedger {
  readonly #orders = new Map<OrderId, Reservation>();
  readonly #instruments = new Map<InstrumentIndex, { filled: number; openBuy: number; openSell: number }>();

  reserve(orderId: OrderId, reservation: Reservation): void {
    this.settle(orderId, 0 as Lots);
    if (reservation.remaining <= 0) return;
    this.#orders.set(orderId, reservation);
    this.#add(reservation, reservation.remaining);
  }

  /** What of the order may still trade; 0 ends the reservation. Unknown orders are ignored. */
  settle(orderId: OrderId, remaining: Lots): void {
    const before = this.#orders.get(orderId);
    if (!before) return;
    this.#add(before, remaining - before.remaining);
    if (remaining > 0) this.#orders.set(orderId, { ...before, remaining });
    else this.#orders.delete(orderId);
  }

  has(orderId: OrderId): boolean {
    return this.#orders.has(orderId);
  }

  /** What is held of an instrument, signed. */
  hold(instrument: InstrumentIndex, filled: number): void {
    this.#of(instrument).filled = filled;
  }

  of(instrument: InstrumentIndex): Exposure {
    return this.#instruments.get(instrument) ?? NO_EXPOSURE;
  }

  instruments(): Iterable<[InstrumentIndex, Exposure]> {
    return this.#instruments.entries();
  }

  reservations(): Iterable<Reservation> {
    return this.#orders.values();
  }

  #add(reservation: Reservation, lots: number): void {
    const exposure = this.#of(reservation.instrument);
    if (reservation.side === 'buy') exposure.openBuy += lots;
    else exposure.openSell += lots;
  }

  #of(instrument: InstrumentIndex): { filled: number; openBuy: number; openSell: number } {
    let exposure = this.#instruments.get(instrument);
    if (!exposure) {
      exposure = { filled: 0, openBuy: 0, openSell: 0 };
      this.#instruments.set(instrument, exposure);
    }
    return exposure;
  }
}
