import type { Instrument } from '../../protocol/instrument.ts';
import type { OrderView } from '../../protocol/orders.ts';
import type { OrderId, VenueId } from '../../protocol/units.ts';
import type { Cancel, Clock } from '../clock.ts';
import { lotsOf } from '../venues/lots.ts';
import type { Lane, VenueAdapter, VenueEvent, VenueOrder } from '../venues/types.ts';
import type { Asker } from './ask.ts';
import type { Blotter } from './blotter.ts';
import { openAtVenue } from './lifecycle.ts';
import { foreignId, foundAtVenue, isOurs } from './store.ts';
import { viewOf } from './tracked.ts';

export interface ReconcilerOptions {
  readonly blotter: Blotter;
  readonly asker: Asker;
  readonly venues: readonly VenueAdapter[];
  readonly venueOf: (instrument: Instrument) => VenueAdapter | undefined;
  readonly clock: Clock;
}

const RECONCILE_MS = 10_000;
const LOOK_AGAIN_MS = [100, 200, 400, 800] as const;

/** Open orders that a venue shows in a symbol that is not among our instruments. */
export interface UnlistedOrders {
  readonly venue: VenueId;
  readonly symbol: string;
  readonly orders: number;
}

/** Keeps what we believe in step with what the venues show: pushes, snapshots, balances. */
export class Reconciler {
  readonly #unlisted = new Map<VenueId, readonly UnlistedOrders[]>();
  readonly #options: ReconcilerOptions;
  #stops: Cancel[] = [];

  constructor(options: ReconcilerOptions) {
    this.#options = options;
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
  }

  /**
   * Compares with the venue: takes over what it shows, asks for what it no longer shows.
   * Returns its number of open orders; null = it did not say.
   */
  async reconcile(venue: VenueAdapter, lane: Lane = 'normal'): Promise<number | null> {
    const askedAt = this.#options.clock.monotonicMicros();
    const open = await venue.openOrders(lane);
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
    const missing = this.#options.blotter.store.open(venue.id).filter((order) => {
      const unsent = order.state === 'pending' && order.venueOrderId === null;
      // What changed after we asked may rightly be missing from the answer.
      return (
        !seen.has(order.orderId) && !unsent && !this.#options.blotter.changedSince(order.orderId, askedAt)
      );
    });
    this.#options.asker.askInTurn(missing);
    const unlisted = new Map<string, number>();
    for (const { instrument, symbol } of open) {
      if (instrument === null) unlisted.set(symbol, (unlisted.get(symbol) ?? 0) + 1);
    }
    const counts = [...unlisted].map(([symbol, orders]) => ({ venue: venue.id, symbol, orders }));
    this.#unlisted.set(venue.id, counts);
  }

  /** As the last look at each venue had it. They have no row of their own: we can't price or size them. */
  unlisted(): UnlistedOrders[] {
    return [...this.#unlisted.values()].flat();
  }

  async #readBalances(venue: VenueAdapter): Promise<void> {
    const account = await venue.account();
    if (!account.ok) return;
    const totals = new Map(account.value.map(({ asset, total }) => [asset, total]));
    for (const instrument of this.#options.blotter.instruments()) {
      if (this.#options.venueOf(instrument) !== venue) continue;
      // An asset that the venue does not list is none; one that it lists unreadably is unknown.
      const total = totals.has(instrument.base) ? totals.get(instrument.base) : '0';
      const lots = typeof total === 'string' ? lotsOf(total, instrument) : null;
      this.#options.blotter.venueHolds(instrument.index, lots);
    }
  }

  /** Orders of ours that the venue may hold or may still get, and that it has not answered for. */
  inFlight(venue: VenueId): number {
    return this.#options.blotter.store
      .open(venue)
      .filter(({ state }) => state === 'pending' || state === 'unknown').length;
  }

  /**
   * Cancels our own open orders until the venues show none or the deadline passes; returns those that
   * may remain. For a clean stop: close the gate first.
   */
  async cancelOurs(deadlineMs: number): Promise<OrderView[]> {
    const { clock, venues } = this.#options;
    const end = clock.monotonicMicros() + deadlineMs * 1000;
    for (let turn = 0; ; turn++) {
      const done = await Promise.all(venues.map((venue) => this.#cancelOursAt(venue)));
      if (done.every(Boolean)) return [];
      if (clock.monotonicMicros() >= end) break;
      // A look weighs as much as 80 cancels: looking without end would leave none for the cancels.
      const pauseMs = LOOK_AGAIN_MS[Math.min(turn, LOOK_AGAIN_MS.length - 1)] ?? 800;
      await new Promise<void>((resolve) => clock.setTimer(pauseMs, resolve));
    }
    return this.#options.blotter.store
      .open()
      .filter((order) => order.owner === 'ours')
      .map(viewOf);
  }

  async #cancelOursAt(venue: VenueAdapter): Promise<boolean> {
    const askedAt = this.#options.clock.monotonicMicros();
    const open = await venue.openOrders('halt');
    if (!open.ok) return false;
    this.takeSnapshot(venue, open.value, askedAt);
    const ours = open.value.filter((order) => isOurs(order.clientOrderId));
    if (ours.length === 0) return this.inFlight(venue.id) === 0;
    await Promise.all(
      ours.map(async ({ symbol, clientOrderId, venueOrderId }) => {
        const answer = await venue.cancel({ symbol, clientOrderId, venueOrderId }, 'halt');
        if (answer.ok && answer.value) this.#fromVenue(venue, answer.value);
      }),
    );
    return false;
  }

  #venueEvent(venue: VenueAdapter, event: VenueEvent): void {
    if (event.kind === 'order') this.#fromVenue(venue, event.order);
    else if (event.kind === 'stream' && event.up) void this.reconcile(venue);
  }

  /** Takes over what a venue tells of an order; null when we don't know its instrument. */
  #fromVenue(venue: VenueAdapter, found: VenueOrder): OrderId | null {
    const ours = isOurs(found.clientOrderId);
    const orderId = (ours ? found.clientOrderId : foreignId(venue.id, found)) as OrderId;
    if (!this.#options.blotter.store.get(orderId)) {
      if (found.instrument === null || !openAtVenue(found)) return null;
      const before = this.#options.blotter.store.forgotten(orderId);
      // The venue closed it: this is an older word, which only comes late.
      if (before?.closedBy === 'venue') return null;
      const now = this.#options.clock.wallMicros();
      const fresh = foundAtVenue(venue.id, found, found.instrument, ours, now);
      this.#options.blotter.add(before ? { ...fresh, ...before, closedBy: null } : fresh);
    }
    this.#options.blotter.apply(orderId, { kind: 'venue', order: found });
    return orderId;
  }
}
