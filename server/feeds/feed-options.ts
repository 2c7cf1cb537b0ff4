import type { FeedView, Quarantined } from '../../protocol/health.ts';
import type { Instrument } from '../../protocol/instrument.ts';
import type { Origin } from '../../protocol/origin.ts';
import type { Refusal } from '../../protocol/result.ts';
import type { VenueId } from '../../protocol/units.ts';
import type { Clock } from '../clock.ts';
import type { Dialect } from './dialect.ts';
import type { MarketTableWriter } from './table.ts';
import type { FeedTime } from './time.ts';
import type { WireTap } from './wire-tap.ts';

export interface FeedOptions {
  readonly venue: VenueId;
  readonly name: string;
  readonly dialect: Dialect;
  readonly restUrl: string;
  readonly wsUrl: string;
  readonly symbols: readonly string[] | 'all';
  readonly origin: Origin;
  /** A list that must be kept as it is; null = ask the venue. */
  readonly instruments: readonly Instrument[] | null;
  readonly table: MarketTableWriter;
  readonly clock: Clock;
  readonly time: FeedTime;
  /** In [0, 1). */
  readonly random: () => number;
  /** Of a replay: how far it is. */
  readonly replay: (() => NonNullable<FeedView['replay']>) | null;
  /** Said in the view while all is well: what people must know about this data. */
  readonly remark: string;
  /** Hears what goes over the wires; a recorder. */
  readonly tap?: WireTap;
  /** Of every connection: the venue's secrets (`secretHeadersOf`). */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface FeedListener {
  onInstruments(instruments: readonly Instrument[]): void;
  onView(view: FeedView): void;
  onQuarantined(message: Quarantined): void;
  onBar(openAt: number, bytes: Uint8Array): void;
  /** A `statistics` frame. */
  onStatistics(bytes: Uint8Array): void;
  /** Minutes that closed, or were filled from the venue's candles (`packRows`): to be kept. */
  onMinutes(rows: Float64Array): void;
  /** The feed cannot go on. */
  onFatal(error: Refusal): void;
}
