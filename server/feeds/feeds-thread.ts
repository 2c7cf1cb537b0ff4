import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads';
import type { FeedView, Quarantined } from '../../protocol/health.ts';
import type { Instrument } from '../../protocol/instrument.ts';
import type { VenueId } from '../../protocol/units.ts';
import type { Cancel, Clock } from '../clock.ts';
import { backoffMs } from './backoff.ts';
import type { FeedsToMain, FeedsToRelay, FeedsThreadData, MainToFeeds, RelayToFeeds } from './port.ts';
import { MarketTableReader } from './table.ts';

export interface FeedsThreadOptions extends Omit<FeedsThreadData, 'instruments'> {
  /** The built worker: `feeds-thread.js`. */
  readonly entry: URL;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
}

export interface FeedsThreadListener {
  /** Once, before any data; an instrument's index is its position. */
  onInstruments(instruments: readonly Instrument[]): void;
  /** On change and each second. */
  onFeedView(view: FeedView): void;
  onQuarantined(message: Quarantined): void;
  /** The feed cannot run at all (a broken capture, an unknown symbol): said once, no restart. */
  onFatal(code: string, sentence: string): void;
}

const WATCH_MS = 500;
/** No beat of the thread for this long: it hangs, and nothing it wrote may look live. */
const HUNG_MICROS = 2_000_000;
/** Seen hanging for so long it does not come back by itself: it is ended and started again. */
const GIVEN_UP_MICROS = 8_000_000;
/** A life this long was a good one: the next death is a first one again. */
const SETTLED_MICROS = 60_000_000;
const STOP_LIMIT_MS = 3000;

/**
 * The feeds thread as main sees it: started, watched, restarted when it dies. While it is dead or
 * hangs, the market table says stale and the view says down.
 */
export class FeedsThread {
  readonly #options: FeedsThreadOptions;
  readonly #listener: FeedsThreadListener;
  readonly #table: MarketTableReader;
  readonly #channel = new MessageChannel();
  readonly #cancels: Cancel[] = [];
  #restart: Cancel | null = null;
  #worker: Worker | null = null;
  #instruments: readonly Instrument[] | null = null;
  #view: FeedView | null = null;
  #restarts = 0;
  /** Deaths in a row, for how long to wait. */
  #failures = 0;
  #spawnedAt = 0;
  #beats = -1;
  #beatAt = 0;
  /** When it was seen to hang; null while it moves. */
  #hungAt: number | null = null;
  #givenUp = false;
  #stopping: (() => void) | null = null;
  #over = false;

  constructor(options: FeedsThreadOptions, listener: FeedsThreadListener) {
    this.#options = options;
    this.#listener = listener;
    this.#table = new MarketTableReader(options.table);
    this.#channel.port1.on('message', (message: RelayToFeeds) => this.#fromRelay(message));
    this.#channel.port1.unref();
  }

  /** The relay's end; it stays the same when the thread is restarted. Transfer it once. */
  get relayPort(): MessagePort {
    return this.#channel.port2;
  }

  /** Times the thread died and was started again. */
  get restarts(): number {
    return this.#restarts;
  }

  start(): void {
    this.#cancels.push(this.#options.clock.setRepeating(WATCH_MS, () => this.#watch()));
    this.#spawn();
  }

  /** Resolves when the thread is gone. The table then reads stale. */
  async stop(): Promise<void> {
    this.#over = true;
    for (const cancel of this.#cancels) cancel();
    this.#restart?.();
    const worker = this.#worker;
    this.#table.condemn('stale');
    this.#channel.port1.close();
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
    const { table, venue, replay, clockShiftMicros, entry } = this.#options;
    const workerData: FeedsThreadData = {
      table,
      venue,
      replay,
      clockShiftMicros,
      instruments: this.#instruments,
    };
    const worker = new Worker(entry, { workerData });
    this.#worker = worker;
    this.#spawnedAt = this.#options.clock.monotonicMicros();
    this.#beatAt = this.#spawnedAt;
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
      if (!this.#over) this.#died(reason);
    });
  }

  #fromThread(message: FeedsToMain): void {
    switch (message.kind) {
      case 'instruments':
        // After a restart the thread runs on the list it was given: nothing new to tell.
        if (this.#instruments) return;
        this.#instruments = message.instruments;
        this.#listener.onInstruments(message.instruments);
        return;
      case 'feed':
        this.#view = message.view;
        if (this.#hungAt === null) this.#listener.onFeedView(message.view);
        return;
      case 'quarantined':
        this.#listener.onQuarantined(message.message);
        return;
      case 'relay':
        this.#toRelay(message.message);
        return;
      case 'fatal':
        this.#over = true;
        this.#table.condemn('stale');
        this.#down(message.sentence);
        this.#listener.onFatal(message.code, message.sentence);
        return;
      case 'stopped':
        this.#stopping?.();
        return;
    }
  }

  #died(reason: string): void {
    const { clock, random } = this.#options;
    this.#table.condemn('stale');
    this.#hungAt = null;
    this.#givenUp = false;
    if (clock.monotonicMicros() - this.#spawnedAt > SETTLED_MICROS) this.#failures = 0;
    const wait = backoffMs(this.#failures, random);
    this.#failures += 1;
    this.#restarts += 1;
    this.#down(`${reason} It is started again.`);
    this.#restart = clock.setTimer(wait, () => this.#spawn());
  }

  #watch(): void {
    if (!this.#worker) return;
    const beats = this.#table.beats();
    const now = this.#options.clock.monotonicMicros();
    if (beats !== this.#beats) {
      this.#beats = beats;
      this.#beatAt = now;
      if (this.#hungAt !== null) {
        this.#hungAt = null;
        this.#table.absolve();
      }
      return;
    }
    if (this.#hungAt === null) {
      if (now - this.#beatAt < HUNG_MICROS) return;
      this.#hungAt = now;
      this.#table.condemn('stale');
      this.#down('The feeds thread has not moved for 2 s.');
      return;
    }
    // Counted from when it was seen, so that a machine that slept does not end a thread that slept with it.
    if (this.#givenUp || now - this.#hungAt < GIVEN_UP_MICROS) return;
    this.#givenUp = true;
    // Its exit starts it again.
    void this.#worker.terminate();
  }

  #down(sentence: string): void {
    const replay = this.#view?.replay ?? null;
    this.#listener.onFeedView({
      lines: [],
      frames: 0,
      gaps: 0,
      resyncs: 0,
      reconnects: 0,
      quarantined: 0,
      clockOffsetMs: null,
      clockUncertaintyMs: null,
      clockSource: null,
      lastFrameAt: null,
      ...this.#view,
      venue: this.#options.venue.id as VenueId,
      state: 'down',
      sentence,
      replay,
    });
  }

  #fromRelay(message: RelayToFeeds): void {
    if (this.#worker) {
      this.#send(this.#worker, { kind: 'relay', message });
      return;
    }
    const sentence = 'The feeds thread is being started again.';
    if (message.kind === 'history') {
      this.#toRelay({ kind: 'history', id: message.id, bytes: null, sentence });
    } else {
      this.#toRelay({ kind: 'candles', id: message.id, reply: { ok: false, code: 'starting', sentence } });
    }
  }

  #send(worker: Worker, message: MainToFeeds): void {
    worker.postMessage(message);
  }

  #toRelay(message: FeedsToRelay): void {
    this.#channel.port1.postMessage(message);
  }
}
