/** What the feeds thread says and hears. Everything is structured-cloned. */
import type { FeedView, Quarantined } from '../../protocol/health.ts';
import type { Instrument } from '../../protocol/instrument.ts';
import type { CandlesQuery, CandlesReply } from '../../protocol/messages.ts';
import type { Origin } from '../../protocol/origin.ts';

/** Where one venue's public market data comes from. */
export interface FeedVenue {
  /** `[a-z0-9-]{1,32}` */
  readonly id: string;
  readonly name: string;
  /** A dialect's id; `binance-spot` when left out. */
  readonly dialect?: string;
  readonly restUrl: string;
  readonly wsUrl: string;
  readonly symbols: readonly string[] | 'all';
  readonly origin: Origin;
}

export interface FeedsThreadData {
  /** From `createMarketTable`. */
  readonly table: SharedArrayBuffer;
  readonly venue: FeedVenue;
  /** `speed` × the recorded pace; `Infinity` = as fast as it can be read. */
  readonly replay: { readonly file: string; readonly speed: number } | null;
  /** By how much the wall clock is moved (demo only), µs. */
  readonly clockShiftMicros: number;
  /** The list of an earlier life of this thread: an index must never change its meaning. */
  readonly instruments: readonly Instrument[] | null;
}

export type MainToFeeds =
  | { readonly kind: 'stop' }
  /** Passed on from the relay. */
  | { readonly kind: 'relay'; readonly message: RelayToFeeds };

export type FeedsToMain =
  | { readonly kind: 'instruments'; readonly instruments: readonly Instrument[] }
  | { readonly kind: 'feed'; readonly view: FeedView }
  | { readonly kind: 'quarantined'; readonly message: Quarantined }
  | { readonly kind: 'fatal'; readonly code: string; readonly sentence: string }
  | { readonly kind: 'stopped' }
  /** For the relay. */
  | { readonly kind: 'relay'; readonly message: FeedsToRelay };

export type RelayToFeeds =
  | { readonly kind: 'candles'; readonly id: number; readonly query: CandlesQuery }
  | { readonly kind: 'history'; readonly id: number; readonly bars: number };

export type FeedsToRelay =
  | { readonly kind: 'bars'; readonly openMicros: number; readonly bytes: Uint8Array }
  | { readonly kind: 'candles'; readonly id: number; readonly reply: CandlesReply }
  | {
      readonly kind: 'history';
      readonly id: number;
      readonly bytes: Uint8Array | null;
      readonly sentence: string;
    };
