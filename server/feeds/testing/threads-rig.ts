import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FeedView, Quarantined } from '../../../protocol/health.ts';
import type { Instrument } from '../../../protocol/instrument.ts';
import type { ReplayView } from '../../../protocol/replay.ts';
import type { VenueId } from '../../../protocol/units.ts';
import type { Clock } from '../../clock.ts';
import { Feeds } from '../feeds.ts';
import type { FeedsToRelay, FeedVenue, RelayToFeeds } from '../port.ts';
import {
  createMarketTable,
  emptyQuote,
  MarketTableReader,
  MarketTableWriter,
  type QuoteSlot,
} from '../table.ts';
import { bundle } from './bundle.ts';

/** A folder with workers that a test starts; it goes with `remove`. */
export class Entries {
  readonly #folder = mkdtempSync(join(tmpdir(), 'cwts-feeds-'));

  /** The real thread. */
  async real(): Promise<URL> {
    return this.write('feeds-thread.mjs', await bundle(new URL('../thread.ts', import.meta.url), 'esm'));
  }

  write(name: string, code: string): URL {
    writeFileSync(this.path(name), code);
    return pathToFileURL(this.path(name));
  }

  path(name: string): string {
    return join(this.#folder, name);
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }
}

/**
 * A thread that does as a bug in a feed would. It lists as many instruments as the venue's name
 * says (`three` has 3, others 1); asked for candles it dies, asked for history it hangs; of
 * trades it knows one of each instrument.
 */
export const FAULTY = `
  import { parentPort, workerData } from 'node:worker_threads';
  for (const { venue, instruments } of workerData.feeds) {
    const count = { three: 3, many: 4096 }[venue.id] ?? 1;
    const list = Array.from({ length: count }, (_, index) => ({ index, venue: venue.id, symbol: 'S' + index }));
    parentPort.postMessage({ kind: 'instruments', venue: venue.id, instruments: instruments ?? list });
  }
  parentPort.on('message', (message) => {
    if (message.kind === 'stop') parentPort.postMessage({ kind: 'stopped' });
    else if (message.kind !== 'ask') return;
    else if (message.question.kind === 'candles') throw new Error('a bug');
    else if (message.question.kind === 'ticks') {
      const ticks = message.question.query.instruments.map((instrument) => ({
        instrument, since: 1, until: 9, offsetMs: 2, uncertaintyMs: 3,
        at: Float64Array.of(5), price: Float64Array.of(100 + instrument),
      }));
      parentPort.postMessage({ kind: 'answer', id: message.id, answer: { kind: 'ticks', ticks } });
    } else for (;;);
  });`;

export interface RigFeed extends Partial<FeedVenue> {
  readonly file?: string;
}

/** Feeds on threads, with all that they say kept. */
export class ThreadsRig {
  readonly tables: readonly SharedArrayBuffer[];
  readonly views: FeedView[] = [];
  readonly quarantined: Quarantined[] = [];
  readonly replays: ReplayView[] = [];
  readonly relayed: FeedsToRelay[] = [];
  readonly listed: { readonly venue: VenueId; readonly instruments: readonly Instrument[] }[] = [];
  readonly fatal: { readonly venue: VenueId; readonly sentence: string }[] = [];
  readonly begun: VenueId[] = [];
  readonly minutes: { readonly venue: VenueId; readonly rows: Float64Array }[] = [];
  readonly feeds: Feeds;

  constructor(entry: URL, clock: Clock, venues: readonly RigFeed[], threads = venues.length) {
    this.tables = venues.map(() => createMarketTable(8));
    this.feeds = new Feeds(
      {
        entry,
        clock,
        random: () => 0,
        clockShiftMicros: 0,
        threads,
        feeds: venues.map(({ file, ...venue }, at) => ({
          venue: {
            id: 'test' as VenueId,
            name: 'Test',
            dialect: 'binance-spot',
            restUrl: '',
            wsUrl: '',
            symbols: 'all',
            origin: 'SIM',
            ...venue,
          },
          table: this.tables[at] ?? createMarketTable(8),
          replay: file === undefined ? null : { file, speed: 10 },
        })),
      },
      {
        onInstruments: (venue, instruments) => this.listed.push({ venue, instruments }),
        onFeedView: (view) => this.views.push(view),
        onQuarantined: (message) => this.quarantined.push(message),
        onReplay: (view) => this.replays.push(view),
        onBegun: (venue) => this.begun.push(venue),
        onMinutes: (venue, rows) => this.minutes.push({ venue, rows }),
        onFatal: (venue, _code, sentence) => this.fatal.push({ venue, sentence }),
      },
    );
    this.feeds.port.on('message', (message) => this.relayed.push(message));
    this.feeds.start();
  }

  ask(question: RelayToFeeds): void {
    this.feeds.port.postMessage(question);
  }

  /** Asks for candles of this instrument. */
  candles(instrument: number, id: number): void {
    this.ask({ kind: 'candles', id, query: { instrument: instrument as never, interval: '1m', limit: 5 } });
  }

  view(venue: string): FeedView | undefined {
    return this.views.findLast((view) => view.venue === venue);
  }

  /** The first instrument's quote of the venue at this place. */
  quote(at = 0): QuoteSlot {
    const quote = emptyQuote();
    const table = this.tables[at];
    if (!table || !new MarketTableReader(table).readQuote(0, quote))
      throw new Error(`no clean quote at ${at}`);
    return quote;
  }

  writer(at = 0): MarketTableWriter {
    return new MarketTableWriter(this.tables[at] ?? createMarketTable(8));
  }

  /** As a feed writes: a live quote of its first instrument. */
  write(at = 0): void {
    this.writer(at).writeQuote(0, { ...emptyQuote(), bid: 7, state: 'live' });
  }

  async until(what: string, condition: () => boolean): Promise<void> {
    for (let waited = 0; !condition(); waited += 10) {
      if (waited > 60_000) throw new Error(`${what}: not within 60 s; ${JSON.stringify(this.views.at(-1))}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}
