import type { FeedView, Quarantined } from '../../protocol/health.ts';
import type { Instrument } from '../../protocol/instrument.ts';
import type { CandlesQuery, CandlesReply, TicksQuery } from '../../protocol/messages.ts';
import type { ReplayCommand, ReplayView } from '../../protocol/replay.ts';
import type { InstrumentIndex, VenueId } from '../../protocol/units.ts';
import { FeedsThread, type FeedsThreadOptions } from './feeds-thread.ts';
import type { AnyTicks, FeedsToRelay, HistoryAsked, RelayToFeeds, VenueFrame } from './port.ts';
import { Ranges } from './ranges.ts';

/** Instruments of all venues together: what the wire's 16-bit indexes and the tables are made for. */
export const INSTRUMENTS_MAX = 4096;

export interface FeedsOptions extends FeedsThreadOptions {
  /** Feeds are spread over so many threads; a thread without a feed is not started. */
  readonly threads: number;
}

export interface FeedsListener {
  /** Once a venue: its instruments with their indexes in the list of all, which they now end. */
  onInstruments(venue: VenueId, added: readonly Instrument[]): void;
  /** On change and each second, of each venue. */
  onFeedView(view: FeedView): void;
  onQuarantined(message: Quarantined): void;
  /** On change, and four times a second while it moves. */
  onReplay(view: ReplayView): void;
  /** A venue's feed begins and knows nothing of the past: `restore` tells it. */
  onBegun(venue: VenueId): void;
  /** Minutes of a venue to be kept (`packRows`), instruments numbered as it lists them. */
  onMinutes(venue: VenueId, rows: Float64Array): void;
  /** This venue's feed cannot run at all; those of others do. */
  onFatal(venue: VenueId, code: string, sentence: string): void;
}

export interface FeedsPort {
  postMessage(message: RelayToFeeds): void;
  on(event: 'message', listener: (message: FeedsToRelay) => void): void;
}

/** The market data of all venues: their feeds on a few threads, their instruments in one list. */
export class Feeds {
  readonly #threads: readonly FeedsThread[];
  readonly #threadOf = new Map<VenueId, FeedsThread>();
  readonly #ranges = new Ranges();
  readonly #listener: FeedsListener;
  readonly #names: ReadonlyMap<VenueId, string>;
  readonly #hearers = new Set<(message: FeedsToRelay) => void>();
  /** The relay's end. */
  readonly port = this.open();
  #generation: number | null = null;

  constructor(options: FeedsOptions, listener: FeedsListener) {
    this.#listener = listener;
    this.#names = new Map(options.feeds.map(({ venue }) => [venue.id, venue.name]));
    this.#threads = spread(options.feeds, options.threads).map((feeds) => {
      const thread: FeedsThread = new FeedsThread(
        { ...options, feeds },
        {
          onInstruments: (venue, list) => this.#listed(thread, venue, list),
          onFeedView: (view) => listener.onFeedView(view),
          onQuarantined: (message) => listener.onQuarantined(message),
          onReplay: (view) => this.#replayed(view),
          onBars: (venue, bytes) => this.#frame('bars', venue, bytes),
          onStatistics: (venue, bytes) => this.#frame('statistics', venue, bytes),
          onBegun: (venue) => listener.onBegun(venue),
          onMinutes: (venue, rows) => listener.onMinutes(venue, rows),
          onFatal: (venue, code, sentence) => listener.onFatal(venue, code, sentence),
        },
      );
      for (const { venue } of feeds) this.#threadOf.set(venue.id, thread);
      return thread;
    });
  }

  /** An end of its own for who asks and hears: every frame, and the answers to its questions. */
  open(): FeedsPort {
    let hear: (message: FeedsToRelay) => void = () => undefined;
    this.#hearers.add((message) => hear(message));
    return {
      postMessage: (message) => {
        void this.#answer(message).then((answer) => hear(answer));
      },
      on: (_event, listener) => {
        hear = listener;
      },
    };
  }

  /** Times a thread died and was started again. */
  get restarts(): number {
    return this.#threads.reduce((sum, { restarts }) => sum + restarts, 0);
  }

  /** Symbols of a venue that a person quarantined: nothing of them is believed. */
  distrust(venue: VenueId, symbols: readonly string[]): void {
    this.#threadOf.get(venue)?.distrust(venue, symbols);
  }

  /** What a person does with the replay; all of it plays in one thread. False: nobody heard it. */
  drive(command: ReplayCommand): boolean {
    return this.#threads.some((thread) => thread.drive(command));
  }

  start(): void {
    for (const thread of this.#threads) thread.start();
  }

  /** Minutes of an earlier run (`packRows`); none: there are no more to wait for. */
  restore(venue: VenueId, minutes: Float64Array): void {
    this.#threadOf.get(venue)?.restore(venue, minutes);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.stop()));
  }

  #tell(message: FeedsToRelay): void {
    for (const hear of this.#hearers) hear(message);
  }

  #frame(kind: 'bars' | 'statistics', venue: VenueId, bytes: Uint8Array): void {
    const range = this.#ranges.ofVenue(venue);
    if (range) this.#tell({ kind, first: range.first, bytes });
  }

  /** A venue's list has come: its instruments get the next indexes, and keep them. */
  #listed(thread: FeedsThread, venue: VenueId, list: readonly Instrument[]): void {
    const left = INSTRUMENTS_MAX - this.#ranges.size;
    if (list.length > left) {
      const sentence =
        `${this.#names.get(venue) ?? venue} lists ${list.length} instruments, and only ${left} of ` +
        `${INSTRUMENTS_MAX} are left: name fewer symbols.`;
      thread.drop(venue, sentence);
      this.#listener.onFatal(venue, 'too-many-instruments', sentence);
      return;
    }
    const { first } = this.#ranges.append(venue, list.length);
    this.#listener.onInstruments(
      venue,
      list.map((instrument, at) => ({ ...instrument, index: (first + at) as InstrumentIndex })),
    );
  }

  #replayed(view: ReplayView): void {
    // On the way that bars take, so that none of the older ones comes behind it.
    if (this.#generation !== null && this.#generation !== view.generation) {
      this.#tell({ kind: 'begun-anew' });
    }
    this.#generation = view.generation;
    this.#listener.onReplay(view);
  }

  async #answer(message: RelayToFeeds): Promise<FeedsToRelay> {
    const { id } = message;
    if (message.kind === 'candles') return { kind: 'candles', id, reply: await this.#candles(message.query) };
    if (message.kind === 'ticks') return { kind: 'ticks', id, ticks: await this.#ticks(message.query) };
    return { kind: 'history', id, parts: await this.#histories(message) };
  }

  async #candles(query: CandlesQuery): Promise<CandlesReply> {
    const range = this.#ranges.of(query.instrument);
    if (!range) {
      const sentence = `There is no instrument ${query.instrument}.`;
      return { ok: false, code: 'unknown-instrument', sentence };
    }
    const instrument = (query.instrument - range.first) as InstrumentIndex;
    const question = { kind: 'candles', query: { ...query, instrument } } as const;
    const answer = await this.#threadOf.get(range.venue)?.ask(range.venue, question);
    if (answer?.kind === 'candles') return answer.reply;
    const sentence = `The feeds thread of ${range.venue} does not answer.`;
    return { ok: false, code: 'no-answer', sentence };
  }

  /** Each venue is asked for its own; one that does not answer is missing among them. */
  async #ticks({ instruments, seconds }: TicksQuery): Promise<AnyTicks[]> {
    const parts = await Promise.all(
      this.#ranges.all().map(async ({ venue, first, count }): Promise<AnyTicks[]> => {
        const own = instruments
          .filter((instrument) => instrument >= first && instrument < first + count)
          .map((instrument) => (instrument - first) as InstrumentIndex);
        if (own.length === 0) return [];
        const query = { instruments: own, seconds };
        const answer = await this.#threadOf.get(venue)?.ask(venue, { kind: 'ticks', query });
        if (answer?.kind !== 'ticks') return [];
        return answer.ticks.map((each) => ({ ...each, instrument: first + each.instrument, clock: first }));
      }),
    );
    return parts.flat();
  }

  async #histories({ bars, horizon }: HistoryAsked): Promise<VenueFrame[]> {
    const parts = await Promise.all(
      this.#ranges.all().map(async ({ venue, first }): Promise<VenueFrame[]> => {
        const answer = await this.#threadOf.get(venue)?.ask(venue, { kind: 'history', bars, horizon });
        return answer?.kind === 'history' && answer.bytes ? [{ first, bytes: answer.bytes }] : [];
      }),
    );
    return parts.flat();
  }
}

/** In turn, so that the first venues of the list, the busy ones as a rule, do not share a thread. */
function spread<T>(feeds: readonly T[], threads: number): T[][] {
  const count = Math.max(1, Math.min(threads, feeds.length));
  return Array.from({ length: count }, (_, thread) => feeds.filter((_feed, at) => at % count === thread));
}
