import type { OrderType, TimeInForce, Side } from '../../protocol/orders.ts';
import type { Instrument } from '../../protocol/instrument.ts';
import type { Refusal, Result } from '../../protocol/result.ts';
import type { InstrumentIndex, Lots, Micros, OrderId, Ticks, VenueId } from '../../protocol/units.ts';

/** One exchange account behind one venue's own dialect. The only way to a venue's private socket. */
export interface VenueAdapter {
  readonly id: VenueId;
  readonly name: string;
  /** The feed whose instruments this account trades: in the paper profile, another venue's. */
  readonly feed: VenueId;
  /** Whether the venue itself cancels when we fall silent. */
  readonly hasDeadMan: boolean;
  /** What that feed lists, once it is known. Reads, cancels and a halt work without it. */
  setInstruments(instruments: readonly Instrument[]): void;
  start(): void;
  stop(): Promise<void>;
  /** Sends one order. Without the gate's permit no byte leaves. */
  place(order: OutgoingOrder, permit: Permit): Promise<VenueResult<VenueOrder>>;
  /** `null`: the venue has no such open order. */
  cancel(target: OrderTarget, lane: Lane): Promise<VenueResult<VenueOrder | null>>;
  /** Every open order of a symbol, whoever placed it; the number that the venue says it cancelled. */
  cancelAll(symbol: string, lane: Lane): Promise<VenueResult<number>>;
  /** Every open order of the account, ours and foreign. */
  openOrders(lane: Lane): Promise<VenueResult<readonly VenueOrder[]>>;
  /** What became of one order; `null`: the venue never had it. */
  order(target: OrderTarget, lane: Lane): Promise<VenueResult<VenueOrder | null>>;
  account(): Promise<VenueResult<readonly Balance[]>>;
  /** Own orders as the venue pushes them. Returns how to stop listening. */
  onEvent(listener: (event: VenueEvent) => void): () => void;
  status(): VenueStatus;
  /** An order that was given to `place` and is unknown to the venue after this long can no longer arrive. */
  readonly arrivalLimitMs: number;
}

/** `halt` may spend what is reserved for it of the venue's rate limit; `normal` may not. */
export type Lane = 'normal' | 'halt';

declare const permit: unique symbol;
/** The gate's word for one order, spent by the adapter right before the bytes leave. */
export interface Permit {
  readonly [permit]: true;
}
/** Spends a permit for this order: false when the gate has closed since, or never gave it. */
export type RedeemPermit = (permit: Permit, orderId: OrderId) => boolean;

export interface OutgoingOrder {
  readonly orderId: OrderId;
  readonly instrument: Instrument;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  /** null for a market order. */
  readonly price: Ticks | null;
  readonly size: Lots;
}

/** An order at the venue: ours by the id that we gave it, a foreign one by the venue's. */
export interface OrderTarget {
  readonly symbol: string;
  readonly clientOrderId: string | null;
  readonly venueOrderId: string | null;
}

export type VenueOrderState =
  'working' | 'partially-filled' | 'filled' | 'cancelled' | 'rejected' | 'expired';

/** An order as the venue tells it. A symbol that we do not know has no instrument, price or size. */
export interface VenueOrder {
  readonly venueOrderId: string;
  readonly clientOrderId: string;
  readonly symbol: string;
  readonly instrument: InstrumentIndex | null;
  readonly side: Side;
  readonly type: string;
  readonly timeInForce: string;
  readonly price: Ticks | null;
  readonly size: Lots | null;
  readonly filled: Lots | null;
  readonly state: VenueOrderState;
  readonly reason: string | null;
  /** Venue's clock. */
  readonly at: Micros;
  /** What this message says was traded: one trade of a push, all of a placement's answer. */
  readonly trades: readonly VenueTrade[];
  /** Value of all that was filled, in ticks × lots; null when the venue does not say. */
  readonly filledTickLots: bigint | null;
}

export interface VenueTrade {
  readonly tradeId: string;
  readonly price: Ticks;
  readonly size: Lots;
  readonly at: Micros;
}

export interface Balance {
  readonly asset: string;
  /** Free and locked together, as the venue writes it: a plain decimal; null = it can't be read. */
  readonly total: string | null;
}

/** Why a venue did not do it. */
export interface VenueRefusal extends Refusal {
  /** `no`: nothing was done, for certain. `perhaps`: it was sent and not answered. */
  readonly executed: 'no' | 'perhaps';
  /** When the venue lets us ask again, ms; null when it did not say. */
  readonly retryAfterMs: number | null;
}
export type VenueResult<T> = Result<T, VenueRefusal>;

export type VenueEvent =
  | { readonly kind: 'order'; readonly order: VenueOrder }
  /** The private stream came up (what was missed must be asked for) or went down. */
  | { readonly kind: 'stream'; readonly up: boolean; readonly generation: number }
  | { readonly kind: 'trouble'; readonly sentence: string };

export interface VenueStatus {
  readonly venue: VenueId;
  readonly name: string;
  readonly privateStream: 'up' | 'connecting' | 'down';
  /** Counts up with each connection of the private stream. */
  readonly generation: number;
  readonly lastEventAt: Micros | null;
  /** Venue clock less ours, with the half round trip as its bound; null until measured. */
  readonly clockOffsetMs: number | null;
  readonly clockUncertaintyMs: number | null;
  /** Order sent to answer; over the last `samples` answers. */
  readonly orderLatency: { readonly p50Ms: number; readonly p99Ms: number; readonly samples: number } | null;
  readonly weight: {
    readonly used: number;
    /** As the venue says it; null until it was asked. */
    readonly limit: number | null;
    readonly reservedForHalt: number;
    /** No request leaves before this time (429, 418), ms from now; 0 when free. */
    readonly blockedForMs: number;
  };
  /** The last refusal or silence, in a sentence; null once a request succeeded after it. */
  readonly trouble: string | null;
}
