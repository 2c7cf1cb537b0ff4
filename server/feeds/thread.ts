/** Entry of a feeds thread (built to feeds-thread.js): runs the feeds of its venues, live or replayed. */
import { parentPort, workerData } from 'node:worker_threads';
import { ok, type Refusal, type Result } from '../../protocol/result.ts';
import type { VenueId } from '../../protocol/units.ts';
import { SystemClock } from '../clock.ts';
import { CcxtFeed } from './ccxt/ccxt-feed.ts';
import { dialects } from './dialects/index.ts';
import type { FeedListener, FeedOptions } from './feed-options.ts';
import { Feed } from './feed.ts';
import type { FeedAnswer, FeedQuestion, FeedsThreadData, FeedsToMain, MainToFeeds } from './port.ts';
import { startReplay, type Replay, type ReplayVenue } from './replay/replay.ts';
import { secretHeadersOf } from './secret-headers.ts';
import { MarketTableWriter } from './table.ts';
import { liveTime } from './time.ts';

const BEAT_MS = 500;
/** A dialect that begins so is an exchange of ccxt's: `ccxt:bitstamp`. */
const CCXT = 'ccxt:';

type Setup = FeedsThreadData['feeds'][number];

/** The feeds of one thread: each with its own table and sockets, none knowing of the others. */
class FeedsOfThread {
  readonly #clock: SystemClock;
  readonly #say: (message: FeedsToMain) => void;
  readonly #running = new Map<VenueId, Feed | CcxtFeed>();
  /** Those that were ended while they were still starting, too. */
  readonly #ended = new Set<VenueId>();
  #replay: Promise<Result<Replay>> | null = null;

  constructor(clock: SystemClock, say: (message: FeedsToMain) => void) {
    this.#clock = clock;
    this.#say = say;
    clock.keepAnchored();
    clock.onStep(() => {
      for (const feed of this.#running.values()) feed.clockStepped();
    });
  }

  /** All captures play on one clock. */
  async startAll(setups: readonly Setup[]): Promise<void> {
    const played = setups.filter(({ replay }) => replay !== null);
    const files = played.flatMap(({ replay }) => replay?.file ?? []);
    const speed = played[0]?.replay?.speed ?? 1;
    if (files.length > 0) this.#replay = startReplay({ files, speed }, this.#clock);
    await Promise.all(setups.map((setup) => this.#start(setup, played.indexOf(setup))));
  }

  async #start(setup: Setup, place: number): Promise<void> {
    const venue = setup.venue.id;
    const fatal = (error: Refusal): void => {
      this.end(venue);
      this.#say({ kind: 'fatal', venue, ...error });
    };
    const table = new MarketTableWriter(setup.table);
    const started = await this.#replayFor(setup, table);
    if (!started.ok) {
      fatal(started.error);
      return;
    }
    if (this.#ended.has(venue)) return;
    const replay = started.value;
    const recorded = replay?.venues[place] ?? null;
    // A capture says by its frames what its venue speaks.
    const dialectId = recorded?.dialect.id ?? setup.venue.dialect;
    const options = optionsOf(setup, this.#clock, table, recorded, replay);
    const listener: FeedListener = {
      onInstruments: (instruments) => this.#say({ kind: 'instruments', venue, instruments }),
      onView: (view) => this.#say({ kind: 'feed', view }),
      onQuarantined: (message) => this.#say({ kind: 'quarantined', message }),
      onBar: (_openMicros, bytes) => this.#say({ kind: 'bars', venue, bytes }),
      onFatal: fatal,
    };
    if (dialectId.startsWith(CCXT)) {
      const feed = new CcxtFeed({ ...options, exchange: dialectId.slice(CCXT.length) }, listener);
      this.#running.set(venue, feed);
      feed.start();
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
    const headers = replay ? ok({}) : secretHeadersOf(dialect, process.env);
    if (!headers.ok) {
      fatal(headers.error);
      return;
    }
    const feed = new Feed({ ...options, dialect, headers: headers.value }, listener);
    this.#running.set(venue, feed);
    recorded?.onEnd(() => feed.end());
    replay?.playback.onFault(fatal);
    feed.start();
  }

  async #replayFor({ replay }: Setup, table: MarketTableWriter): Promise<Result<Replay | null>> {
    if (!replay || !this.#replay) return ok(null);
    // A long capture takes its time to be read before there is a feed that beats.
    const stopBeating = this.#clock.setRepeating(BEAT_MS, () => table.beat());
    const started = await this.#replay;
    stopBeating();
    return started;
  }

  end(venue: VenueId): void {
    this.#ended.add(venue);
    this.#running.get(venue)?.stop();
    this.#running.delete(venue);
  }

  async endAll(venues: readonly VenueId[]): Promise<void> {
    for (const venue of venues) this.end(venue);
    const replay = await this.#replay;
    if (replay?.ok) await replay.value.stop();
    this.#say({ kind: 'stopped' });
  }

  async answer(id: number, venue: VenueId, question: FeedQuestion): Promise<void> {
    this.#say({ kind: 'answer', id, answer: await this.#answerOf(venue, question) });
  }

  async #answerOf(venue: VenueId, question: FeedQuestion): Promise<FeedAnswer> {
    const feed = this.#running.get(venue);
    if (question.kind === 'history') {
      return { kind: 'history', bytes: feed?.history(question.bars) ?? null };
    }
    const sentence = `The feed of ${venue} does not run.`;
    const reply = (await feed?.candles(question.query)) ?? { ok: false, code: 'no-feed', sentence };
    return { kind: 'candles', reply };
  }
}

function optionsOf(
  { venue, instruments }: Setup,
  clock: SystemClock,
  table: MarketTableWriter,
  recorded: ReplayVenue | null,
  replay: Replay | null,
): Omit<FeedOptions, 'dialect'> {
  return {
    venue: venue.id,
    name: venue.name,
    restUrl: recorded?.restUrl ?? venue.restUrl,
    wsUrl: recorded?.wsUrl ?? venue.wsUrl,
    symbols: recorded?.symbols ?? venue.symbols,
    origin: venue.origin,
    instruments,
    table,
    clock,
    time: replay?.time ?? liveTime(clock),
    // Jitter of reconnects only: nothing that must repeat.
    random: Math.random,
    replay: recorded ? () => recorded.view() : null,
    remark: recorded?.remark ?? '',
  };
}

if (parentPort) {
  const port = parentPort;
  const { feeds, clockShiftMicros } = workerData as FeedsThreadData;
  const thread = new FeedsOfThread(new SystemClock(clockShiftMicros), (message) => port.postMessage(message));
  port.on('message', (message: MainToFeeds) => {
    if (message.kind === 'ask') void thread.answer(message.id, message.venue, message.question);
    else if (message.kind === 'drop') thread.end(message.venue);
    else void thread.endAll(feeds.map(({ venue }) => venue.id));
  });
  thread.startAll(feeds).catch((error: unknown) => {
    // Thrown out of the promise, so that it ends the thread and main sees why.
    setImmediate(() => {
      throw error;
    });
  });
}
