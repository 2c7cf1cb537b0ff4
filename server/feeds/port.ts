/** What the feeds threads say and hear, and what passes between them and the relay. Everything is structured-cloned. */
import type { BarHorizon } from '../../protocol/bars.ts';
import type { FeedView, Quarantined } from '../../protocol/health.ts';
import type { Instrument } from '../../protocol/instrument.ts';
import type { CandlesQuery, CandlesReply, TicksQuery } from '../../protocol/messages.ts';
import type { ReplayCommand, ReplayView } from '../../protocol/replay.ts';
import type { Origin } from '../../protocol/origin.ts';
import type { TickSpan } from '../../protocol/ticks.ts';
import type { VenueId } from '../../protocol/units.ts';
import type { VenueTicks } from './flow/read-ticks.ts';

/** Where one venue's public market data comes from. */
export interface FeedVenue {
  readonly id: VenueId;
  readonly name: string;
  /** A dialect's id. */
  readonly dialect: string;
  readonly restUrl: string;
  readonly wsUrl: string;
  readonly symbols: readonly string[] | 'all';
  readonly origin: Origin;
}

/** One venue's market table, written by its feed alone. */
export interface VenueTable {
  readonly venue: VenueId;
  /** From `createMarketTable`. */
  readonly table: SharedArrayBuffer;
}

/** One venue's feed, as it is to run. */
export interface FeedSetup {
  readonly venue: FeedVenue;
  readonly table: SharedArrayBuffer;
  /** `speed` × the recorded pace at first; all of a thread play on one clock, at the speed of the first. */
  readonly replay: { readonly file: string; readonly speed: number } | null;
}

export interface FeedsThreadData {
  readonly feeds: readonly (FeedSetup & {
    /** The list of an earlier life of this thread: an index must never change its meaning. */
    readonly instruments: readonly Instrument[] | null;
    /** Symbols that a person quarantined. */
    readonly distrusted: readonly string[];
  })[];
  /** Where the replay of an earlier life of this thread stood; null = it had none. */
  readonly replay: ReplayView | null;
  /** By how much the wall clock is moved (demo only), µs. */
  readonly clockShiftMicros: number;
}

/** A question to one venue's feed; instruments are numbered as the venue lists them. */
export type FeedQuestion =
  | { readonly kind: 'candles'; readonly query: CandlesQuery }
  | { readonly kind: 'history'; readonly bars: number; readonly horizon: BarHorizon }
  | { readonly kind: 'ticks'; readonly query: TicksQuery };

export type FeedAnswer =
  | { readonly kind: 'candles'; readonly reply: CandlesReply }
  /** A `history` frame; null before the feed knows its instruments. */
  | { readonly kind: 'history'; readonly bytes: Uint8Array | null }
  | { readonly kind: 'ticks'; readonly ticks: readonly VenueTicks[] };

export type MainToFeeds =
  | { readonly kind: 'stop' }
  /** This venue's feed ends, the others of the thread go on. */
  | { readonly kind: 'drop'; readonly venue: VenueId }
  /** Nothing of these symbols is believed, until another list comes. */
  | { readonly kind: 'distrust'; readonly venue: VenueId; readonly symbols: readonly string[] }
  /** What a person does with the replay. */
  | { readonly kind: 'drive'; readonly command: ReplayCommand }
  /** Minutes of an earlier run (`packRows`); none: there are no more to wait for. */
  | { readonly kind: 'restore'; readonly venue: VenueId; readonly minutes: Float64Array }
  | { readonly kind: 'ask'; readonly id: number; readonly venue: VenueId; readonly question: FeedQuestion };

export type FeedsToMain =
  | {
      readonly kind: 'instruments';
      readonly venue: VenueId;
      /** Their indexes are positions in this list. */
      readonly instruments: readonly Instrument[];
    }
  | { readonly kind: 'feed'; readonly view: FeedView }
  /** Of a new generation: before anything of it, and after everything of the one before. */
  | { readonly kind: 'replay'; readonly view: ReplayView }
  | { readonly kind: 'quarantined'; readonly message: Quarantined }
  /** A `bars` frame. */
  | { readonly kind: 'bars'; readonly venue: VenueId; readonly bytes: Uint8Array }
  /** A `statistics` frame. */
  | { readonly kind: 'statistics'; readonly venue: VenueId; readonly bytes: Uint8Array }
  /** Minutes to be kept (`packRows`). */
  | { readonly kind: 'minutes'; readonly venue: VenueId; readonly rows: Float64Array }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: FeedAnswer }
  /** This venue's feed cannot run. */
  | {
      readonly kind: 'fatal';
      readonly venue: VenueId;
      readonly code: string;
      readonly sentence: string;
    }
  | { readonly kind: 'stopped' };

/** The trades of one instrument; `clock` is its venue's first instrument, one a venue. */
export type AnyTicks = VenueTicks & Pick<TickSpan, 'clock'>;

export interface HistoryAsked {
  readonly kind: 'history';
  readonly id: number;
  readonly bars: number;
  readonly horizon: BarHorizon;
}

export type RelayToFeeds =
  | { readonly kind: 'candles'; readonly id: number; readonly query: CandlesQuery }
  | { readonly kind: 'ticks'; readonly id: number; readonly query: TicksQuery }
  | HistoryAsked;

/** A frame of one venue: its instrument 0 is `first` in the list of all. */
export interface VenueFrame {
  readonly first: number;
  readonly bytes: Uint8Array;
}

export type FeedsToRelay =
  | ({ readonly kind: 'bars' } & VenueFrame)
  /** The recordings begin anew: bars that follow may be older than those before. */
  | { readonly kind: 'begun-anew' }
  | ({ readonly kind: 'statistics' } & VenueFrame)
  | { readonly kind: 'candles'; readonly id: number; readonly reply: CandlesReply }
  /** Of those instruments whose venue answered, numbered as in the list of all. */
  | { readonly kind: 'ticks'; readonly id: number; readonly ticks: readonly AnyTicks[] }
  /** One `history` frame of each venue that has one. */
  | { readonly kind: 'history'; readonly id: number; readonly parts: readonly VenueFrame[] };
