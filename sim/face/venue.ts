import { badSymbol } from '../exchange/errors.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { required, type Params } from '../exchange/request.ts';
import type { Truth } from '../market/factors.ts';
import type { Listing } from '../market/listing.ts';
import type { Faults } from './faults.ts';
import type { Credentials } from './signing.ts';
import type { Streams } from './streams.ts';
import type { OrderMeter, WeightMeter } from './weights.ts';

/** Everything that a request to the venue may need. */
export interface Venue {
  /** SIM, or PAPER where fills are pretended against a live venue's book. */
  readonly origin: 'SIM' | 'PAPER';
  readonly listings: readonly Listing[];
  readonly bySymbol: ReadonlyMap<string, Listing>;
  readonly exchange: Exchange;
  readonly streams: Streams;
  readonly faults: Faults;
  readonly weights: WeightMeter;
  readonly orders: OrderMeter;
  readonly credentials: Credentials;
  /** What the market has planted; null where the market is not ours. */
  readonly truth: Truth | null;
  /** The venue's clock, milliseconds since 1970. */
  readonly now: () => number;
  readonly control: VenueControl;
}

/** What drills may do to the running venue. */
export interface VenueControl {
  paused(): boolean;
  pause(paused: boolean): void;
  /** Trades whole seconds at once; false, and nothing happens, unless paused. */
  step(seconds: number): boolean;
  /** Cuts connections: those that hear `stream`, all private ones, or all. Returns how many. */
  drop(which: { readonly stream: string } | 'market' | 'private' | 'all'): number;
}

export function listingOf(venue: Venue, params: Params): Listing {
  const listing = venue.bySymbol.get(required(params, 'symbol'));
  if (!listing) throw badSymbol();
  return listing;
}
