import type { Channel, FeedProof, Means, Mishap } from '../../protocol/feed-quality.ts';
import type { Candle } from '../../protocol/messages.ts';
import type { Instrument } from '../../protocol/instrument.ts';
import type { Refusal, Result } from '../../protocol/result.ts';
import type { VenueId } from '../../protocol/units.ts';
import type { Book } from './book.ts';
import type { Levels, MarketMessage } from './market-message.ts';
import type { Rate } from './rate-window.ts';

/**
 * What one venue's public market data looks like. A dialect knows formats and rules and holds no
 * socket, timer or book: connection, book, validation and bars are shared. A new venue is one
 * dialect in `dialects/` and a line in `dialects/index.ts`.
 */
export interface Dialect {
  readonly id: string;
  /** `Binance spot` */
  readonly name: string;
  readonly proof: FeedProof;
  readonly rules: DialectRules;
  readonly reveals: Reveals;
  /**
   * Headers that every connection needs, each with the name of the secret that it carries. A secret is
   * never in a frame: frames are recorded.
   */
  readonly secretHeaders?: Readonly<Record<string, string>>;
  /** The connections that these instruments need, from the configured base address. */
  lines(base: string, instruments: readonly Instrument[]): readonly LinePlan[];
  readonly rest: DialectRest;
  /** A decoder for one life of one connection; positions in the list are the indexes in messages. */
  decoder(instruments: readonly Instrument[]): Decoder;
}

/**
 * The mishaps that the data of each channel always gives away, as soon as the channel goes on, and by
 * what. What it gives away only by luck is not listed.
 */
export type Reveals = Readonly<Record<Channel, Readonly<Partial<Record<Mishap, Means>>>>>;

export interface DialectRules {
  /** Messages we may send in a second over one connection, pings and pongs included. */
  readonly sendsPerSecond: number;
  readonly maxStreams: number;
  readonly streamsPerInstrument: number;
  /** We ping after this long without any frame, so that a quiet market is not a silent feed. */
  readonly pingAfterMs: number;
  /** The venue wants a ping this often, however busy it is; `Infinity` = it does not. */
  readonly pingEveryMs: number;
  /** The ping as a frame of text; null = a ping of the WebSocket protocol. */
  readonly pingText: string | null;
  /** Silence that the venue itself calls a dead connection, ms; `Infinity` = it says nothing of it. */
  readonly silenceMs: number;
  /** The venue closes connections at its own age; we reconnect before it. */
  readonly maxAgeMs: number;
  /** Connections that the venue lets one address open. */
  readonly connections: Rate;
  /** Frames that subscribe or unsubscribe over one connection; null = the venue does not count them. */
  readonly subscriptions: Rate | null;
  /** Weight we may use in a minute until the venue tells its own limit. */
  readonly weightPerMinute: number;
  /**
   * Where a book comes from: asked for by REST and bridged, or sent in the stream when subscribed.
   * `none`: the venue has no books, and a market is its best bid and offer.
   */
  readonly snapshots: 'rest' | 'stream' | 'none';
  readonly chain: ChainRule;
  /** Levels a side that a book in the stream has: what falls beyond is dropped. null = all that are known. */
  readonly bookDepth: number | null;
  /** `increasing`: a trade's id is larger than the last one's. `unique`: it only differs from the recent ones. */
  readonly tradeIds: 'increasing' | 'unique';
  /** Best bids and offers carry the numbers of the book's updates, so that the two can be compared. */
  readonly tickersNumbered: boolean;
  /** Makes the venue's checksum of one instrument's book, to be asked for again and again; null = it has none. */
  readonly checksum: ((instrument: Instrument) => (book: Book) => number) | null;
}

/**
 * How updates of a book follow each other. `range`: a message begins at or before the next number.
 * `previous`: it names the last number of the one before. `none`: they are not numbered.
 */
export type ChainRule = 'range' | 'previous' | 'none';

/** One connection and what is asked of it. */
export interface LinePlan {
  readonly url: string;
  /** In order. */
  readonly subscribe: readonly SubscribeFrame[];
  /** Indexes of the instruments whose book comes over it. */
  readonly books: readonly number[];
  /** Those whose marks come over it; left out: the same. */
  readonly marks?: readonly number[];
  /**
   * Frames that ask for the book of one of them anew; needed where `snapshots` is `stream`. None elsewhere:
   * the whole connection is replaced when the venue dropped one.
   */
  resubscribe(instrument: number): readonly SubscribeFrame[];
  /** The same of all of them at once, where the venue numbers what a connection tells and not its books. */
  readonly resubscribeAll?: readonly SubscribeFrame[];
}

export interface SubscribeFrame {
  readonly text: string;
  /** The answers to it, by key: the feed is subscribed when all came (`DecodeSink.reply`). */
  readonly answers: readonly string[];
}

export interface Decoder {
  /** Never throws. Tells `sink` what the frame holds: nothing, for a pong or a heartbeat. */
  decode(bytes: Uint8Array, sink: DecodeSink): void;
}

export type MessageKind = 'trade' | 'ticker' | 'depth' | 'snapshot' | 'mark';

/** What a decoder tells of a frame, in the order of the frame. */
export interface DecodeSink {
  /** Filled by the decoder, then taken. */
  readonly message: MarketMessage;
  take(kind: MessageKind): void;
  /** An answer to a subscription; `key` null = the venue did not say to which. `refusal` null = it subscribed. */
  reply(key: string | null, refusal: Refusal | null): void;
  /** The frame, or a part of it, is not what it should be. */
  refused(error: Refusal): void;
  /** So much of the frame was refused that the rest of it is not read. */
  readonly isFull: boolean;
  /** Something of this connection is missing, and may be of any of its books: all of them are asked for anew. */
  broken(error: Refusal): void;
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
  /** Only of a venue that rounds sizes over REST: they can't be compared with those of its stream. */
  readonly sizesRounded?: true;
}

/** Requests and the readers of their answers (parsed JSON, nothing trusted). */
export interface DialectRest {
  /** null: there is nothing to ask; `readInstruments` then makes them of the symbols alone. */
  instruments(symbols: readonly string[] | 'all'): RestCall | null;
  /**
   * Only of a venue that tells its list in several answers: what to ask after these, null = they are all.
   * `readInstruments` then reads the array of them.
   */
  moreInstruments?(symbols: readonly string[] | 'all', answers: readonly unknown[]): RestCall | null;
  readInstruments(answer: unknown, symbols: readonly string[] | 'all', venue: VenueId): Result<Listing>;
  /** The deepest that costs no more than `weight`; the least deep when even that costs more. null: there are none. */
  snapshot(instrument: Instrument, weight: number): RestCall | null;
  readSnapshot(answer: unknown, instrument: Instrument, call: RestCall): Result<BookSnapshot>;
  /** null: the venue tells no time. */
  time(): RestCall | null;
  /** Venue's clock, whole ms. */
  readTime(answer: unknown): Result<number>;
  /** The most candles in one answer. */
  readonly candlesAPage: number;
  /** Only of a venue that leaves out the candles in which nothing was traded. */
  readonly candlesOmitEmpty?: true;
  /**
   * Bounds are open times in µs, inclusive; both or one of them. `now` is the venue's clock, µs, as well
   * as we know it. null: there are none of this interval.
   */
  candles(instrument: Instrument, query: CandlesRange, now: number): RestCall | null;
  readCandles(answer: unknown, instrument: Instrument): Result<VenueCandle[]>;
  /** Weight used in this minute as the venue counts it, from the headers of an answer. */
  usedWeight(headers: Headers): number | null;
}

export interface CandlesRange {
  readonly interval: '1s' | '1m';
  readonly limit: number;
  readonly from?: number;
  readonly to?: number;
}

export interface VenueCandle {
  readonly candle: Candle;
  readonly trades: number;
}
