/**
 * What the stream worker and the main thread say to each other. Values are render-ready: texts are
 * formatted in the worker, so that the main thread only puts them on the screen.
 */
import type { Command, Envelope, Reply } from '../../protocol/commands.ts';
import type {
  CandlesQuery,
  CandlesReply,
  ControlChange,
  ControlState,
  HistoryQuery,
  TicksQuery,
} from '../../protocol/messages.ts';
import type { Origin } from '../../protocol/origin.ts';
import type { QuoteState } from '../../protocol/quotes.ts';
import type { Result } from '../../protocol/result.ts';
import type { SessionView } from '../../protocol/session.ts';
import type { CommandId } from '../../protocol/units.ts';
import type { ConnectionRefusal } from '../../protocol/version.ts';

/** The connection as the console knows it. Times are wall-clock ms of this machine. */
export type LinkState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'connecting'; readonly since: number }
  | { readonly kind: 'online'; readonly since: number }
  | {
      readonly kind: 'retrying';
      readonly since: number;
      readonly attempts: number;
      readonly sentence: string;
    }
  | { readonly kind: 'refused'; readonly code: ConnectionRefusal; readonly sentence: string }
  | { readonly kind: 'signed-out'; readonly sentence: string };

export interface QuoteView {
  readonly instrument: number;
  readonly bid: string;
  readonly ask: string;
  readonly spread: string;
  readonly bidTicks: number;
  readonly askTicks: number;
  readonly bidLots: number;
  readonly askLots: number;
  readonly lastTicks: number;
  /** Change of the mid over the last hour as a fraction; null until an hour's candles are here. */
  readonly change: number | null;
  readonly state: QuoteState;
  /** µs, server's clock. */
  readonly receivedAt: number;
}

export interface LadderRow {
  readonly ticks: number;
  readonly lots: number;
  readonly price: string;
  readonly size: string;
  /** Cumulative size from the best price, as a part of the deeper side's total: 0 … 1. */
  readonly depth: number;
}

export interface BookView {
  readonly instrument: number;
  readonly state: QuoteState;
  readonly version: number;
  readonly exchangeAt: number;
  readonly bids: readonly LadderRow[];
  readonly asks: readonly LadderRow[];
  readonly mid: string;
  readonly spread: string;
}

export interface TradeView {
  /** The server's own running number: what tells trades apart and what is newer. */
  readonly number: number;
  /** The venue's; of some in no order. */
  readonly id: number;
  readonly price: string;
  readonly size: string;
  readonly ticks: number;
  readonly lots: number;
  /** null: the venue does not tell whose trade it was. */
  readonly side: 'buy' | 'sell' | null;
  /** µs, venue's clock. */
  readonly at: number;
}

export interface TradesView {
  readonly instrument: number;
  /** The newest of them, oldest first, since the last paint; `replace` when they are the whole list. */
  readonly trades: readonly TradeView[];
  readonly replace: boolean;
  /** Trades between these and the ones before that did not reach this console. */
  readonly skipped: number;
}

/** What the last ticks of an instrument say together; null = not known. Windows: `protocol/statistics.ts`. */
export interface StatisticsView {
  readonly instrument: number;
  /** µs: the time the data is of, and the server's clock when it was sent. */
  readonly asOf: number;
  readonly sentAt: number;
  /** Realised, per √s, of so many 1 s returns. */
  readonly volatility: number | null;
  readonly returns: number;
  /** Lots, of so many changes of the best bid or offer, and the mean size there over them. */
  readonly imbalance: number | null;
  readonly depth: number | null;
  readonly changes: number;
  /** 0 … 1, of so many full buckets of `bucketLots` each. */
  readonly vpin: number | null;
  readonly bucketLots: number;
  readonly buckets: number;
  /** The venue's own mark; null = it tells none. */
  readonly mark: MarkView | null;
}

export interface MarkView {
  /** Ticks; null = not said. */
  readonly price: number | null;
  readonly index: number | null;
  /** Share of the value paid at the next funding, in 10^-8. */
  readonly fundingRate: number | null;
  /** µs. */
  readonly nextFundingAt: number | null;
  /** µs, server's clock: when it was received. */
  readonly at: number | null;
  readonly state: QuoteState;
}

/** Everything that changed since the last paint. One is out at a time; `drawn` asks for the next. */
export interface Paint {
  readonly kind: 'paint';
  readonly id: number;
  /** Server's wall clock in the newest frame, µs: what the running clock shows. */
  readonly sentAt: number;
  /** Server's wall clock when this paint was made, µs, as the link measures it; null = not known. */
  readonly serverNow: number | null;
  readonly origin: Origin;
  readonly quotes: readonly QuoteView[];
  /** True after a snapshot: quotes not listed are unknown, books not listed wait for theirs. */
  readonly replaceQuotes: boolean;
  readonly books: readonly BookView[];
  readonly trades: readonly TradesView[];
  /** Instruments that are watched no more: their books and trades are not kept up. */
  readonly dropped: readonly number[];
}

/** Round trip and clock, measured by the worker over `windowSeconds`. */
export interface LinkTimes {
  readonly kind: 'times';
  readonly p50: number;
  readonly p95: number;
  readonly samples: number;
  readonly windowSeconds: number;
  /** Server's clock less this machine's, ms. */
  readonly offsetMs: number;
  readonly uncertaintyMs: number;
}

export interface StreamStats {
  readonly kind: 'stats';
  readonly framesPerSecond: number;
  readonly bytesPerSecond: number;
  readonly refusedFrames: number;
  /** Rate the server gives this console, Hz. */
  readonly hz: number;
  /** Event-loop delay of the stream worker, worst of the last second, ms. */
  readonly workerDelayMs: number;
}

export type FromStream =
  | Paint
  | LinkTimes
  | StreamStats
  | { readonly kind: 'link'; readonly link: LinkState }
  | {
      readonly kind: 'snapshot';
      readonly epoch: string;
      readonly session: SessionView;
      readonly state: ControlState;
    }
  | { readonly kind: 'changes'; readonly changes: readonly ControlChange[] }
  | { readonly kind: 'notice'; readonly sentence: string }
  /** Whether the server serves what this console watches; if not, why. */
  | { readonly kind: 'subscription'; readonly refusal: string | null }
  | { readonly kind: 'beat' }
  | { readonly kind: 'reply'; readonly id: number; readonly reply: Reply | null }
  | { readonly kind: 'candles'; readonly id: number; readonly reply: CandlesReply }
  /** Of one venue's instruments, every few seconds. */
  | { readonly kind: 'statistics'; readonly statistics: readonly StatisticsView[] };

export type ToStream =
  | { readonly kind: 'start'; readonly url: string; readonly client: string; readonly compute: MessagePort }
  /** Connects, or connects anew (after a login, or when a person asks). */
  | { readonly kind: 'connect' }
  | { readonly kind: 'disconnect' }
  | { readonly kind: 'focus'; readonly instrument: number | null }
  /** Whose books are looked at besides. */
  | { readonly kind: 'beside'; readonly instruments: readonly number[] }
  | { readonly kind: 'visible'; readonly visible: boolean }
  | { readonly kind: 'drawn'; readonly id: number }
  /** Sent once, and worthless `lifeMs` from now by the server's clock. */
  | {
      readonly kind: 'command';
      readonly id: number;
      readonly commandId: CommandId;
      readonly command: Command;
      readonly lifeMs: number;
    }
  /** A halt on its way: the same envelope at each sending. */
  | {
      readonly kind: 'envelope';
      readonly id: number;
      readonly envelope: Envelope;
      readonly timeoutMs: number;
    }
  /** Beats at this pace, which a hidden page's own timers do not keep; null: no more. */
  | { readonly kind: 'beats'; readonly everyMs: number | null }
  | { readonly kind: 'candles'; readonly id: number; readonly query: CandlesQuery };

/** Stream worker to compute worker: bytes of `bars` and `history` sections, and what they are about. */
export type ToComputeData =
  | { readonly kind: 'instruments'; readonly names: readonly string[]; readonly epoch: string }
  | { readonly kind: 'frame'; readonly bytes: Uint8Array }
  /** A `ticks` frame; in the order of asking. */
  | { readonly kind: 'ticks'; readonly ticks: Result<Uint8Array> };
export type FromComputeData =
  | { readonly kind: 'history'; readonly query: HistoryQuery }
  | { readonly kind: 'ticks'; readonly query: TicksQuery };
