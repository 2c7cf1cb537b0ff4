/** The server's side of the flood: the product's feed threads, and what is measured around them. */
import { readFileSync, readdirSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import type { FeedView, Quarantined } from '../../protocol/health.ts';
import type { Instrument } from '../../protocol/instrument.ts';
import type { VenueId } from '../../protocol/units.ts';
import { SystemClock } from '../../server/clock.ts';
import { Feeds } from '../../server/feeds/feeds.ts';
import type { FeedSetup, VenueTable } from '../../server/feeds/port.ts';
import { createMarketTable } from '../../server/feeds/table.ts';
import { Remote } from '../lib/rpc.ts';
import { threadCpu } from '../relay/workload.ts';
import type { OpenVenue } from './generator.ts';
import type { Read } from './relay-reader.ts';

const LOOP_RESOLUTION_MS = 10;
const MEMORY_EVERY_MS = 1000;
const KEPT = 5;

export interface Served {
  readonly seconds: number;
  readonly read: Read;
  /** The control thread's event loop, less the monitor's own resolution, ms. */
  readonly loopMs: { readonly p99: number; readonly max: number };
  /** µs of processor a second: of the process, of its control thread and of the relay's reading. */
  readonly cpu: { readonly process: number; readonly control: number; readonly reader: number };
  /** How long its threads, ready to run, waited for a core, µs a second: what else the machine did. NaN: not told here. */
  readonly waited: number;
  /** Resident bytes, once a second. */
  readonly memory: readonly number[];
}

export class FloodServer {
  readonly #feeds: Feeds;
  readonly #reader: Remote;
  readonly #views = new Map<VenueId, FeedView>();
  readonly #instruments: Instrument[] = [];
  readonly #quarantined: Quarantined[] = [];
  readonly #fatal: string[] = [];

  constructor(venues: readonly OpenVenue[], threads: number) {
    const setups = venues.map(setupOf);
    const tables: VenueTable[] = setups.map(({ venue, table }) => ({ venue: venue.id, table }));
    this.#reader = Remote.thread('reader', { tables });
    this.#feeds = new Feeds(
      {
        entry: new URL('../server/feeds-thread.js', pathToFileURL(process.argv[1] ?? '')),
        clock: new SystemClock(),
        random: Math.random,
        clockShiftMicros: 0,
        threads,
        feeds: setups,
      },
      {
        onInstruments: (_, added) => {
          this.#instruments.push(...added);
          void this.#reader.call('list', this.#instruments);
        },
        onFeedView: (view) => this.#views.set(view.venue, view),
        onQuarantined: (message) => {
          if (this.#quarantined.length < KEPT) this.#quarantined.push(message);
        },
        onReplay: () => undefined,
        onBegun: () => undefined,
        onMinutes: () => undefined,
        onFatal: (venue, code, sentence) => this.#fatal.push(`${venue}: ${code}: ${sentence}`),
      },
    );
    this.#feeds.start();
  }

  /** Resolves once so many instruments are live. @throws Error when they are not within 60 s. */
  async live(count: number): Promise<void> {
    for (let waited = 0; ; waited += 250) {
      const [fatal] = this.#fatal;
      if (fatal !== undefined) throw new Error(fatal);
      if ((await this.#reader.call<number>('live')) === count) return;
      if (waited > 60_000) throw new Error(`not live: ${JSON.stringify(this.views)}`);
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }

  get views(): readonly FeedView[] {
    return [...this.#views.values()];
  }
  /** The first that were passed on. */
  get quarantined(): readonly Quarantined[] {
    return this.#quarantined;
  }

  trades(): Promise<number> {
    return this.#reader.call<number>('trades');
  }

  async measure(seconds: number): Promise<Served> {
    const loop = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS });
    const memory: number[] = [process.memoryUsage.rss()];
    const sampling = setInterval(() => memory.push(process.memoryUsage.rss()), MEMORY_EVERY_MS);
    await this.#reader.call('begin');
    const [from, cpu, control] = [performance.now(), process.cpuUsage(), threadCpu().micros];
    const waited = waitedMicros();
    loop.enable();
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    loop.disable();
    clearInterval(sampling);
    const read = await this.#reader.call<Read>('end');
    const took = (performance.now() - from) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    const late = (nanos: number): number => Math.max(0, nanos / 1e6 - LOOP_RESOLUTION_MS);
    return {
      seconds: took,
      read,
      loopMs: { p99: late(loop.percentile(99)), max: late(loop.max) },
      cpu: {
        process: (user + system) / took,
        control: (threadCpu().micros - control) / took,
        reader: read.cpuMicros / took,
      },
      waited: (waitedMicros() - waited) / took,
      memory,
    };
  }

  async stop(): Promise<void> {
    await this.#feeds.stop();
    this.#reader.end();
  }
}

function setupOf({ dialect, symbols, restUrl, wsUrl }: OpenVenue): FeedSetup {
  return {
    venue: { id: dialect as VenueId, name: dialect, dialect, restUrl, wsUrl, symbols, origin: 'SIM' },
    table: createMarketTable(symbols.length),
    replay: null,
  };
}

/** Of all threads of the process since they began, where Linux tells it (`schedstat`). */
function waitedMicros(): number {
  try {
    return readdirSync('/proc/self/task').reduce((sum, thread) => {
      const [, nanos] = readFileSync(`/proc/self/task/${thread}/schedstat`, 'utf8').split(' ');
      return sum + Number(nanos) / 1000;
    }, 0);
  } catch {
    return Number.NaN;
  }
}
