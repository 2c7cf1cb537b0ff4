/** Entry of a feeds thread (built to feeds-thread.js): runs the feeds of its venues, live or replayed. */
import { parentPort, workerData } from 'node:worker_threads';
import { ensureDefined } from '../../protocol/assert.ts';
import type { Instrument } from '../../protocol/instrument.ts';
import type { ReplayCommand, ReplayView } from '../../protocol/replay.ts';
import { ok, type Refusal } from '../../protocol/result.ts';
import type { Micros, VenueId } from '../../protocol/units.ts';
import { SystemClock } from '../clock.ts';
import { CcxtFeed } from './ccxt/ccxt-feed.ts';
import { dialects } from './dialects/index.ts';
import type { FeedListener, FeedOptions } from './feed-options.ts';
import { Feed } from './feed.ts';
import type {
  FeedAnswer,
  FeedQuestion,
  FeedSetup,
  FeedsThreadData,
  FeedsToMain,
  MainToFeeds,
} from './port.ts';
import { openRecordings, type Replay, type ReplayVenue } from './replay/replay.ts';
import { ReplayRun } from './replay/replay-run.ts';
import { secretHeadersOf } from './secret-headers.ts';
import { MarketTableWriter } from './table.ts';
import { liveTime } from './time.ts';

const BEAT_MS = 500;
/** A dialect that begins so is an exchange of ccxt's: `ccxt:bitstamp`. */
const CCXT = 'ccxt:';

type PlayedSetup = FeedsThreadData['feeds'][number] & { readonly replay: NonNullable<FeedSetup['replay']> };
interface Played {
  readonly replay: Replay;
  readonly venue: ReplayVenue | undefined;
}

/** The feeds of one thread: each with its own table and sockets, none knowing of the others. */
class FeedsOfThread {
  readonly #clock: SystemClock;
  readonly #say: (message: FeedsToMain) => void;
  readonly #running = new Map<VenueId, Feed | CcxtFeed>();
  /** Those that were ended while they were still starting, too. */
  readonly #ended = new Set<VenueId>();
  /** What each venue listed: an index never changes its meaning. */
  readonly #listed = new Map<VenueId, readonly Instrument[]>();
  /** By venue: symbols that a person quarantined. */
  readonly #distrusted = new Map<VenueId, readonly string[]>();
  #run: ReplayRun | null = null;

  constructor(clock: SystemClock, say: (message: FeedsToMain) => void) {
    this.#clock = clock;
    this.#say = say;
    clock.keepAnchored();
    clock.onStep(() => {
      for (const feed of this.#running.values()) feed.clockStepped();
    });
  }

  async startAll({ feeds, replay }: FeedsThreadData): Promise<void> {
    const played = feeds.filter(isPlayed);
    for (const setup of feeds) {
      this.#distrusted.set(setup.venue.id, setup.distrusted);
      if (setup.instruments) this.#listed.set(setup.venue.id, setup.instruments);
      if (!isPlayed(setup)) this.#start(setup, null);
    }
    if (played.length > 0) await this.#replay(played, replay);
  }

  /** All captures play on one clock. */
  async #replay(played: readonly PlayedSetup[], before: ReplayView | null): Promise<void> {
    // A long capture takes its time to be read before there is a feed that beats.
    const tables = played.map(({ table }) => new MarketTableWriter(table));
    const stopBeating = this.#clock.setRepeating(BEAT_MS, () => {
      for (const table of tables) table.beat();
    });
    const recordings = await openRecordings(played.map(({ replay }) => replay.file));
    stopBeating();
    if (!recordings.ok) {
      for (const { venue } of played) this.#fatal(venue.id, recordings.error);
      return;
    }
    this.#run = new ReplayRun({
      recordings: recordings.value,
      venues: recordings.value.covers.map(({ firstAt, lastAt }, at) => {
        const { id: venue, name } = ensureDefined(played[at], 'the venue of a recording').venue;
        return { venue, name, firstAt: firstAt as Micros, lastAt: lastAt as Micros };
      }),
      speed: played[0]?.replay.speed ?? 1,
      before,
      clock: this.#clock,
      onOver: () => this.#forget(played),
      onView: (view) => this.#say({ kind: 'replay', view }),
      onBegin: (replay) => {
        for (const [at, setup] of played.entries()) this.#start(setup, { replay, venue: replay.venues[at] });
      },
    });
    if (before) this.#forget(played);
    await this.#run.start();
  }

  #start(setup: FeedSetup, played: Played | null): void {
    const venue = setup.venue.id;
    if (this.#ended.has(venue)) return;
    const fatal = (error: Refusal): void => this.#fatal(venue, error);
    // A capture says by its frames what its venue speaks.
    const dialectId = played?.venue?.dialect.id ?? setup.venue.dialect;
    const options = optionsOf(setup, this.#listed.get(venue) ?? null, this.#clock, played);
    const listener: FeedListener = {
      onInstruments: (instruments) => {
        this.#listed.set(venue, instruments);
        this.#say({ kind: 'instruments', venue, instruments });
      },
      onView: (view) => this.#say({ kind: 'feed', view }),
      onQuarantined: (message) => this.#say({ kind: 'quarantined', message }),
      onBar: (_openMicros, bytes) => this.#say({ kind: 'bars', venue, bytes }),
      onStatistics: (bytes) => this.#say({ kind: 'statistics', venue, bytes }),
      onMinutes: (rows) => this.#say({ kind: 'minutes', venue, rows }),
      onFatal: fatal,
    };
    if (dialectId.startsWith(CCXT)) {
      this.#begin(venue, new CcxtFeed({ ...options, exchange: dialectId.slice(CCXT.length) }, listener));
      return;
    }
    const dialect = dialects.find(({ id }) => id === dialectId);
    if (!dialect) {
      const known = dialects.map(({ id }) => id).join(', ');
      const sentence = `No feed speaks "${dialectId}"; those that are there speak ${known}.`;
      fatal({ code: 'unknown-dialect', sentence });
      return;
    }
    // A replay is of nobody's account.
    const headers = played ? ok({}) : secretHeadersOf(dialect, process.env);
    if (!headers.ok) {
      fatal(headers.error);
      return;
    }
    const feed = new Feed({ ...options, dialect, headers: headers.value }, listener);
    // The end of a generation that is over is nobody's.
    played?.venue?.onEnd(() => {
      if (this.#running.get(venue) === feed) feed.end();
    });
    played?.replay.playback.onFault(fatal);
    this.#begin(venue, feed);
  }

  #begin(venue: VenueId, feed: Feed | CcxtFeed): void {
    this.#running.set(venue, feed);
    feed.distrust(this.#distrusted.get(venue) ?? []);
    feed.start();
  }

  /** What was shown is of another time. */
  #forget(played: readonly PlayedSetup[]): void {
    for (const { venue, table } of played) {
      this.#stopFeed(venue.id);
      const writer = new MarketTableWriter(table);
      for (const { index } of this.#listed.get(venue.id) ?? []) writer.forget(index);
    }
  }

  #fatal(venue: VenueId, error: Refusal): void {
    this.end(venue);
    this.#say({ kind: 'fatal', venue, ...error });
  }

  distrust(venue: VenueId, symbols: readonly string[]): void {
    this.#distrusted.set(venue, symbols);
    this.#running.get(venue)?.distrust(symbols);
  }

  drive(command: ReplayCommand): Promise<void> {
    return this.#run?.drive(command) ?? Promise.resolve();
  }

  #stopFeed(venue: VenueId): void {
    this.#running.get(venue)?.stop();
    this.#running.delete(venue);
  }

  end(venue: VenueId): void {
    this.#ended.add(venue);
    this.#stopFeed(venue);
  }

  restore(venue: VenueId, minutes: Float64Array): void {
    this.#running.get(venue)?.restore(minutes);
  }

  async endAll(venues: readonly VenueId[]): Promise<void> {
    for (const venue of venues) this.end(venue);
    await this.#run?.stop();
    this.#say({ kind: 'stopped' });
  }

  async answer(id: number, venue: VenueId, question: FeedQuestion): Promise<void> {
    this.#say({ kind: 'answer', id, answer: await this.#answerOf(venue, question) });
  }

  async #answerOf(venue: VenueId, question: FeedQuestion): Promise<FeedAnswer> {
    const feed = this.#running.get(venue);
    if (question.kind === 'history') {
      const { bars, horizon } = question;
      const bytes = horizon === '1s' ? feed?.history(bars) : await feed?.longer(bars, horizon, breathe);
      return { kind: 'history', bytes: bytes ?? null };
    }
    if (question.kind === 'ticks') return { kind: 'ticks', ticks: feed?.ticks(question.query) ?? [] };
    const sentence = `The feed of ${venue} does not run.`;
    const reply = (await feed?.candles(question.query)) ?? { ok: false, code: 'no-feed', sentence };
    return { kind: 'candles', reply };
  }
}

/** Lets the sockets have their turn. */
const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function optionsOf(
  { venue, table }: FeedSetup,
  instruments: readonly Instrument[] | null,
  clock: SystemClock,
  played: Played | null,
): Omit<FeedOptions, 'dialect'> {
  const recorded = played?.venue;
  return {
    venue: venue.id,
    name: venue.name,
    restUrl: recorded?.restUrl ?? venue.restUrl,
    wsUrl: recorded?.wsUrl ?? venue.wsUrl,
    symbols: recorded?.symbols ?? venue.symbols,
    origin: venue.origin,
    instruments,
    // Written as soon as what a socket brought at once is read.
    table: new MarketTableWriter(table, queueMicrotask),
    clock,
    time: played?.replay.time ?? liveTime(clock),
    // Jitter of reconnects only: nothing that must repeat.
    random: Math.random,
    replay: recorded ? () => recorded.view() : null,
    remark: recorded?.remark ?? '',
  };
}

const isPlayed = (setup: FeedsThreadData['feeds'][number]): setup is PlayedSetup => setup.replay !== null;

if (parentPort) {
  const port = parentPort;
  const data = workerData as FeedsThreadData;
  const thread = new FeedsOfThread(new SystemClock(data.clockShiftMicros), (message) =>
    port.postMessage(message),
  );
  // Thrown out of the promise, so that it ends the thread and main sees why.
  const failed = (error: unknown): void => {
    setImmediate(() => {
      throw error;
    });
  };
  port.on('message', (message: MainToFeeds) => {
    switch (message.kind) {
      case 'ask':
        void thread.answer(message.id, message.venue, message.question);
        return;
      case 'drive':
        thread.drive(message.command).catch(failed);
        return;
      case 'distrust':
        thread.distrust(message.venue, message.symbols);
        return;
      case 'restore':
        thread.restore(message.venue, message.minutes);
        return;
      case 'drop':
        thread.end(message.venue);
        return;
      case 'stop':
        void thread.endAll(data.feeds.map(({ venue }) => venue.id));
        return;
    }
  });
  thread.startAll(data).catch(failed);
}
