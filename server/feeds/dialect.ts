import type { Candle, CandlesQuery } from '../../protocol/messages.ts';
import type { Instrument } from '../../protocol/instrument.ts';
import type { Refusal, Result } from '../../protocol/result.ts';
import type { VenueId } from '../../protocol/units.ts';
import type { Levels, MarketMessage } from './market-message.ts';

/**
 * What one venue's public market data looks like. A dialect knows formats and rules and holds no
 * socket, timer or book: connection, book, validation and bars are shared. A new venue is one
 * dialect in `dialects/` and a line in `dialects/index.ts`.
 */
export interface Dialect {
  readonly id: string;
  readonly rules: DialectRules;
  /** Where the one public connection goes, from the configured base address. */
  socketUrl(base: string): string;
  readonly rest: DialectRest;
  /** A decoder for these instruments; positions in the list are the indexes in messages. */
  decoder(instruments: readonly Instrument[]): Decoder;
}

export interface DialectRules {
  /** Messages we may send in a second, pings and pongs included. */
  readonly sendsPerSecond: number;
  readonly maxStreams: number;
  readonly streamsPerInstrument: number;
  /** We ping after this long without any frame, so that a quiet market is not a silent feed. */
  readonly pingAfterMs: number;
  /** The venue closes connections at its own age; we reconnect before it. */
  readonly maxAgeMs: number;
  /** Weight we may use in a minute until the venue tells its own limit. */
  readonly weightPerMinute: number;
}

export interface Decoder {
  /** The frames that subscribe to everything, in order; each is answered with its id. */
  subscribe(): readonly SubscribeFrame[];
  /** Never throws. On `trade`, `depth` and `ticker`, `into` holds the message. */
  decode(bytes: Uint8Array, into: MarketMessage): DecodeOutcome;
}

export interface SubscribeFrame {
  readonly id: number;
  readonly text: string;
}

export type DecodeOutcome = 'trade' | 'depth' | 'ticker' | SubscriptionReply | RefusedFrame;
export interface SubscriptionReply {
  readonly kind: 'reply';
  readonly id: number | null;
  /** Why the venue did not subscribe; null when it did. */
  readonly refusal: Refusal | null;
}
export interface RefusedFrame {
  readonly kind: 'refused';
  readonly error: Refusal;
}

export interface RestCall {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly weight: number;
}

export interface Listing {
  readonly instruments: readonly Instrument[];
  /** Weight a minute; null when the venue did not say. */
  readonly weightPerMinute: number | null;
}

export interface BookSnapshot {
  readonly lastUpdate: number;
  readonly bids: Levels;
  readonly asks: Levels;
  /** A side with this many levels was cut there: what lies beyond its last level is not known. */
  readonly limit: number;
}

/** Requests and the readers of their answers (parsed JSON, nothing trusted). */
export interface DialectRest {
  instruments(symbols: readonly string[] | 'all'): RestCall;
  readInstruments(answer: unknown, symbols: readonly string[] | 'all', venue: VenueId): Result<Listing>;
  /** The deepest that costs no more than `weight`; the least deep when even that costs more. */
  snapshot(instrument: Instrument, weight: number): RestCall;
  readSnapshot(answer: unknown, instrument: Instrument, call: RestCall): Result<BookSnapshot>;
  time(): RestCall;
  /** Venue's clock, whole ms. */
  readTime(answer: unknown): Result<number>;
  /** Bounds are open times in µs, inclusive. */
  candles(instrument: Instrument, query: CandlesRange): RestCall;
  readCandles(answer: unknown, instrument: Instrument): Result<VenueCandle[]>;
  /** Weight used in this minute as the venue counts it, from the headers of an answer. */
  usedWeight(headers: Headers): number | null;
}

export interface CandlesRange {
  readonly interval: CandlesQuery['interval'];
  readonly limit: number;
  readonly from?: number;
  readonly to?: number;
}

export interface VenueCandle {
  readonly candle: Candle;
  readonly trades: number;
}
