import type { Reply } from '../../protocol/commands.ts';
import { isOpen } from '../../protocol/orders.ts';
import type { OrderId } from '../../protocol/units.ts';
import type { Clock } from '../clock.ts';
import type { Lane, VenueAdapter, VenueRefusal } from '../venues/types.ts';
import { mayCancel, type Actor } from './actor.ts';
import type { Asker } from './ask.ts';
import type { Blotter } from './blotter.ts';
import type { Reconciler } from './reconciler.ts';
import { failed, succeeded } from './replies.ts';

export interface CancellerParts {
  readonly blotter: Blotter;
  readonly asker: Asker;
  readonly reconciler: Reconciler;
  readonly venues: readonly VenueAdapter[];
  readonly clock: Clock;
  /** On which sockets a cancel of one order goes out now. */
  readonly lane: () => Lane;
}

/** Takes orders back, and says what the venues show afterwards: one, a strategy's, all there are. */
export class Canceller {
  readonly #parts: CancellerParts;

  constructor(parts: CancellerParts) {
    this.#parts = parts;
  }

  /** Never blocked: not by the gate, not by a limit, not by the log. */
  async cancel(orderId: OrderId, actor: Actor): Promise<Reply> {
    const order = this.#parts.blotter.store.get(orderId);
    if (!order || !mayCancel(actor, order)) return failed('unknown-order', `There is no order ${orderId}.`);
    if (!isOpen(order.state)) return failed('not-open', `${orderId} is ${order.state} already.`);
    this.#parts.blotter.record('order.cancel', actor, order, {});
    this.#parts.blotter.apply(orderId, { kind: 'cancel' });
    return this.cancelAtVenue(orderId);
  }

  /** Asks the venue alone; what it says is taken over. */
  async cancelAtVenue(orderId: OrderId): Promise<Reply> {
    const order = this.#parts.blotter.store.get(orderId);
    const venue = order && this.#parts.venues.find(({ id }) => id === order.venue);
    if (!venue) return failed('no-venue', `The venue of ${orderId} is not connected.`);
    const ours = order.owner === 'ours';
    const { symbol, clientOrderId, venueOrderId } = order;
    const target = {
      symbol,
      clientOrderId: ours ? clientOrderId : null,
      venueOrderId: ours ? null : venueOrderId,
    };
    const answer = await venue.cancel(target, this.#parts.lane());
    if (!answer.ok) return this.#cancelFailed(orderId, answer.error);
    if (answer.value) {
      this.#parts.blotter.apply(orderId, { kind: 'venue', order: answer.value });
      return succeeded(`Cancelled ${orderId}.`, this.#parts.clock.wallMicros(), orderId);
    }
    // Not open there: filled, cancelled, or not arrived yet. The venue is asked which.
    this.#askFor(orderId);
    const sentence = `The venue has no open order ${orderId}; it is asked what became of it.`;
    return failed('not-open-at-venue', sentence);
  }

  #cancelFailed(orderId: OrderId, { code, sentence, executed }: VenueRefusal): Reply {
    if (executed === 'no') this.#parts.blotter.apply(orderId, { kind: 'cancel-refused', sentence });
    else {
      this.#parts.blotter.apply(orderId, { kind: 'unanswered', sentence });
      this.#askFor(orderId);
    }
    return failed(code, `Not cancelled: ${sentence}`);
  }

  /** A strategy's own open orders; for a user every open order at every venue, foreign ones too. */
  async cancelAll(actor: Actor): Promise<Reply> {
    const { clock } = this.#parts;
    this.#parts.blotter.record('order.cancel-all', actor, 'firm', {});
    const open = this.#parts.blotter.store.open().filter((order) => mayCancel(actor, order));
    for (const { orderId } of open) this.#parts.blotter.apply(orderId, { kind: 'cancel' });
    if (actor.kind === 'strategy') {
      const replies = await Promise.all(open.map(({ orderId }) => this.cancelAtVenue(orderId)));
      const gone = replies.filter((reply) => reply.ok).length;
      const sentence = `Cancelled ${gone} of ${open.length} orders.`;
      return gone === open.length
        ? succeeded(sentence, clock.wallMicros(), null)
        : failed('some-left', sentence);
    }
    const left = await Promise.all(this.#parts.venues.map((venue) => this.#cancelVenue(venue)));
    const unknown = left.includes(null);
    const count = left.reduce<number>((sum, each) => sum + (each ?? 0), 0);
    if (unknown) return failed('unknown', 'A venue did not say whether orders are left.');
    if (count > 0) return failed('some-left', `${count} orders are still open at the venues.`);
    return succeeded('Every venue shows no open order.', clock.wallMicros(), null);
  }

  /** Open orders after cancelling all of a venue's; null = the venue did not say. */
  async #cancelVenue(venue: VenueAdapter): Promise<number | null> {
    const before = await venue.openOrders('halt');
    const known = this.#parts.blotter.store.open(venue.id).map((order) => order.symbol);
    const symbols = new Set([...known, ...(before.ok ? before.value.map((order) => order.symbol) : [])]);
    await Promise.all([...symbols].map((symbol) => this.#cancelSymbol(venue, symbol)));
    return this.#parts.reconciler.reconcile(venue, 'halt');
  }

  async #cancelSymbol(venue: VenueAdapter, symbol: string): Promise<void> {
    const answer = await venue.cancelAll(symbol, 'halt');
    if (answer.ok) return;
    const { sentence } = answer.error;
    for (const order of this.#parts.blotter.store.open(venue.id)) {
      if (order.symbol === symbol)
        this.#parts.blotter.apply(order.orderId, { kind: 'cancel-refused', sentence });
    }
  }

  #askFor(orderId: OrderId): void {
    const order = this.#parts.blotter.open(orderId);
    if (order) this.#parts.asker.ask(order);
  }
}
