import { Worker } from 'node:worker_threads';
import type { FeedView, Quarantined } from '../../protocol/health.ts';
import type { Instrument } from '../../protocol/instrument.ts';
import type { ReplayCommand, ReplayView } from '../../protocol/replay.ts';
import type { VenueId } from '../../protocol/units.ts';
import type { Cancel, Clock } from '../clock.ts';
import { backoffMs } from './backoff.ts';
import type {
  FeedAnswer,
  FeedQuestion,
  FeedSetup,
  FeedsThreadData,
  FeedsToMain,
  MainToFeeds,
} from './port.ts';
import { WatchedFeed } from './watched-feed.ts';

export interface FeedsThreadOptions {
  /** The built worker: `feeds-thread.js`. */
  readonly entry: URL;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly clockShiftMicros: number;
  /** The venues that this thread runs. */
  readonly feeds: readonly FeedSetup[];
}

export interface FeedsThreadListener {
  /** Once a venue, before any data of it; indexes are positions in this list. */
  onInstruments(venue: VenueId, instruments: readonly Instrument[]): void;
  /** On change and each second. */
  onFeedView(view: FeedView): void;
  onQuarantined(message: Quarantined): void;
  onBars(venue: VenueId, bytes: Uint8Array): void;
  /** Of a new generation: after everything of the one before, and before anything of it. */
  onReplay(view: ReplayView): void;
  onStatistics(venue: VenueId, bytes: Uint8Array): void;
  /** A venue's feed begins, again after a death too: it knows nothing of the past. */
  onBegun(venue: VenueId): void;
  /** Minutes to be kept (`packRows`). */
  onMinutes(venue: VenueId, rows: Float64Array): void;
  /** This venue's feed cannot run at all (a broken capture, an unknown symbol): said once, no restart. */
  onFatal(venue: VenueId, code: string, sentence: string): void;
}

const WATCH_MS = 500;
/** A thread whose every feed hangs for so long does not come back by itself: it is ended and started again. */
const GIVEN_UP_MICROS = 8_000_000;
/** A life this long was a good one: the next death is a first one again. */
const SETTLED_MICROS = 60_000_000;
const STOP_LIMIT_MS = 3000;
/** A thread that hangs answers nobody; a history of all venues does not wait for the one that hangs. */
const ANSWER_MS = { history: 2000, ticks: 2000, candles: 10_000 } as const;

/**
 * A feeds thread as main sees it: started, watched, restarted when it dies. While it is dead or
 * hangs, the tables of its venues say stale and their views say down; those of others go on.
 */
export class FeedsThread {
  readonly #options: FeedsThreadOptions;
  readonly #listener: FeedsThreadListener;
  readonly #feeds: ReadonlyMap<VenueId, WatchedFeed>;
  readonly #asked = new Map<number, (answer: FeedAnswer | null) => void>();
  #questions = 0;
  #stopWatching: Cancel | null = null;
  #restart: Cancel | null = null;
  #worker: Worker | null = null;
  #restarts = 0;
  /** Deaths in a row, for how long to wait. */
  #failures = 0;
  #spawnedAt = 0;
  #givenUp = false;
  #stopping: (() => void) | null = null;
  #over = false;
  /** Its last word of what it replays. */
  #replay: ReplayView | null = null;

  constructor(options: FeedsThreadOptions, listener: FeedsThreadListener) {
    this.#options = options;
    this.#listener = listener;
    this.#feeds = new Map(
      options.feeds.map((setup) => [
        setup.venue.id,
        new WatchedFeed(setup, (view) => listener.onFeedView(view)),
      ]),
    );
  }

  /** Times the thread died and was started again. */
  get restarts(): number {
    return this.#restarts;
  }

  start(): void {
    this.#stopWatching = this.#options.clock.setRepeating(WATCH_MS, () => this.#watch());
    this.#spawn();
  }

  /** Null: the thread is dead, or did not answer in time. */
  ask(venue: VenueId, question: FeedQuestion): Promise<FeedAnswer | null> {
    const worker = this.#worker;
    if (!worker) return Promise.resolve(null);
    const id = this.#questions++;
    return new Promise((resolve) => {
      const cancel = this.#options.clock.setTimer(ANSWER_MS[question.kind], () => this.#answered(id, null));
      this.#asked.set(id, (answer) => {
        cancel();
        resolve(answer);
      });
      this.#send(worker, { kind: 'ask', id, venue, question });
    });
  }

  /** Nothing of these symbols is believed, also in a later life, until another list comes. */
  distrust(venue: VenueId, symbols: readonly string[]): void {
    const feed = this.#feeds.get(venue);
    if (!feed) return;
    feed.distrusted = symbols;
    if (this.#worker) this.#send(this.#worker, { kind: 'distrust', venue, symbols });
  }

  /** What a person does with what it replays. False: it is dead, nobody heard it. */
  drive(command: ReplayCommand): boolean {
    if (!this.#worker) return false;
    this.#send(this.#worker, { kind: 'drive', command });
    return true;
  }

  /** Minutes of an earlier run for a feed that has begun. */
  restore(venue: VenueId, minutes: Float64Array): void {
    if (this.#worker) this.#send(this.#worker, { kind: 'restore', venue, minutes });
  }

  /** Ends one venue's feed for this reason; the others go on. */
  drop(venue: VenueId, sentence: string): void {
    this.#feeds.get(venue)?.end(sentence);
    if (this.#worker) this.#send(this.#worker, { kind: 'drop', venue });
  }

  /** Resolves when the thread is gone. Its tables then read stale. */
  async stop(): Promise<void> {
    this.#over = true;
    this.#stopWatching?.();
    this.#restart?.();
    const worker = this.#worker;
    for (const feed of this.#feeds.values()) feed.end(null);
    this.#answerNobody();
    if (!worker) return;
    const stopped = new Promise<void>((resolve) => {
      this.#stopping = resolve;
    });
    this.#send(worker, { kind: 'stop' });
    const cancel = this.#options.clock.setTimer(STOP_LIMIT_MS, () => this.#stopping?.());
    await stopped;
    cancel();
    await worker.terminate();
  }

  #spawn(): void {
    const { clockShiftMicros, entry, clock } = this.#options;
    const running = this.#running();
    const workerData: FeedsThreadData = {
      feeds: running.map(({ setup, instruments, distrusted }) => ({ ...setup, instruments, distrusted })),
      replay: this.#replay,
      clockShiftMicros,
    };
    const worker = new Worker(entry, { workerData });
    this.#worker = worker;
    this.#spawnedAt = clock.monotonicMicros();
    for (const feed of running) feed.born(this.#spawnedAt);
    worker.on('message', (message: FeedsToMain) => {
      if (worker === this.#worker) this.#fromThread(message);
    });
    let reason = 'The feeds thread ended.';
    worker.on('error', (error) => {
      reason = `The feeds thread failed: ${error instanceof Error ? error.message : String(error)}.`;
    });
    worker.on('exit', () => {
      this.#stopping?.();
      if (worker !== this.#worker) return;
      this.#worker = null;
      if (this.#givenUp) reason = 'The feeds thread hung and was ended.';
      this.#answerNobody();
      if (!this.#over && this.#running().length > 0) this.#died(reason);
    });
  }

  #running(): WatchedFeed[] {
    return [...this.#feeds.values()].filter(({ isOver }) => !isOver);
  }

  #fromThread(message: FeedsToMain): void {
    switch (message.kind) {
      case 'instruments': {
        const feed = this.#feeds.get(message.venue);
        if (!feed) return;
        // After a restart the feed runs on the list it was given: nothing new to tell.
        if (!feed.instruments) {
          feed.instruments = message.instruments;
          this.#listener.onInstruments(message.venue, message.instruments);
        }
        this.#listener.onBegun(message.venue);
        return;
      }
      case 'feed':
        this.#feeds.get(message.view.venue)?.saw(message.view);
        return;
      case 'replay':
        this.#replay = message.view;
        this.#listener.onReplay(message.view);
        return;
      case 'quarantined':
        this.#listener.onQuarantined(message.message);
        return;
      case 'bars':
        this.#listener.onBars(message.venue, message.bytes);
        return;
      case 'statistics':
        this.#listener.onStatistics(message.venue, message.bytes);
        return;
      case 'minutes':
        this.#listener.onMinutes(message.venue, message.rows);
        return;
      case 'answer':
        this.#answered(message.id, message.answer);
        return;
      case 'fatal':
        this.#feeds.get(message.venue)?.end(message.sentence);
        this.#listener.onFatal(message.venue, message.code, message.sentence);
        return;
      case 'stopped':
        this.#stopping?.();
        return;
    }
  }

  #died(reason: string): void {
    const { clock, random } = this.#options;
    this.#givenUp = false;
    if (clock.monotonicMicros() - this.#spawnedAt > SETTLED_MICROS) this.#failures = 0;
    const wait = backoffMs(this.#failures, random);
    this.#failures += 1;
    this.#restarts += 1;
    for (const feed of this.#running()) feed.down(`${reason} It is started again.`);
    this.#restart = clock.setTimer(wait, () => this.#spawn());
  }

  #watch(): void {
    if (!this.#worker) return;
    const now = this.#options.clock.monotonicMicros();
    const hung = this.#running().map((feed) => feed.look(now));
    if (this.#givenUp || hung.length === 0 || Math.min(...hung) < GIVEN_UP_MICROS) return;
    this.#givenUp = true;
    // Its exit starts it again.
    void this.#worker.terminate();
  }

  #answered(id: number, answer: FeedAnswer | null): void {
    const resolve = this.#asked.get(id);
    this.#asked.delete(id);
    resolve?.(answer);
  }

  #answerNobody(): void {
    for (const id of [...this.#asked.keys()]) this.#answered(id, null);
  }

  #send(worker: Worker, message: MainToFeeds): void {
    worker.postMessage(message);
  }
}
