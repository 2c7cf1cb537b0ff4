/** The process of the venues: all of them, each on its own port, sending at one rate together. */
import { createHistogram } from 'node:perf_hooks';
import { serve } from '../lib/rpc.ts';
import type { Sent } from './venue-server.ts';
import { VenueServer } from './venue-server.ts';
import { floodVenues } from './venues/index.ts';

/** The timer of the batches; a batch holds what falls due in at most `BATCH_MS`. */
const TIMER_MS = 3;
const BATCH_MS = 4;
/** What is further behind than this is given up: the rate was not held, and the figures say so. */
const BEHIND_MS = 500;

export interface OpenVenue {
  readonly dialect: string;
  readonly symbols: readonly string[];
  readonly restUrl: string;
  readonly wsUrl: string;
}

export interface SentOf extends Sent {
  readonly dialect: string;
}

export interface Generated {
  readonly seconds: number;
  readonly messages: number;
  /** Of the processor, µs a second. */
  readonly cpuMicrosPerSecond: number;
  /** Between two batches of one venue. */
  readonly batchMs: { readonly p50: number; readonly p99: number; readonly max: number };
}

class Generator {
  readonly #servers = floodVenues().map((venue) => new VenueServer(venue));
  readonly #owed = this.#servers.map(() => 0);
  readonly #intervals = createHistogram();
  #perMs = 0;
  #tickedAt = performance.now();
  #messages = 0;
  #from = performance.now();
  #cpu = process.cpuUsage();

  async open(): Promise<OpenVenue[]> {
    setInterval(() => this.#tick(), TIMER_MS);
    return Promise.all(
      this.#servers.map(async (server) => ({
        dialect: server.venue.dialect.id,
        symbols: server.venue.symbols,
        ...(await server.start()),
      })),
    );
  }

  /** Messages a second, of all venues. */
  rate(perSecond: number): void {
    this.#perMs = perSecond / 1000 / this.#servers.length;
    this.#owed.fill(0);
  }

  begin(): void {
    this.#messages = 0;
    this.#intervals.reset();
    this.#from = performance.now();
    this.#cpu = process.cpuUsage();
  }

  end(): Generated {
    const seconds = (performance.now() - this.#from) / 1000;
    const { user, system } = process.cpuUsage(this.#cpu);
    const ms = (micros: number): number => micros / 1000;
    return {
      seconds,
      messages: this.#messages,
      cpuMicrosPerSecond: (user + system) / seconds,
      batchMs: {
        p50: ms(this.#intervals.percentile(50)),
        p99: ms(this.#intervals.percentile(99)),
        max: ms(this.#intervals.max),
      },
    };
  }

  /** By venue, since its connections were opened. */
  sent(): SentOf[] {
    return this.#servers.map(({ venue, sent }) => ({ dialect: venue.dialect.id, ...sent }));
  }

  #tick(): void {
    const now = performance.now();
    const elapsed = now - this.#tickedAt;
    this.#tickedAt = now;
    if (this.#perMs === 0) return;
    this.#intervals.record(Math.max(1, Math.round(elapsed * 1000)));
    const wall = Date.now();
    this.#servers.forEach((server, at) => {
      let owed = Math.min((this.#owed[at] ?? 0) + elapsed * this.#perMs, BEHIND_MS * this.#perMs);
      while (owed >= 1) {
        const sent = server.send(Math.min(owed, BATCH_MS * this.#perMs), wall);
        if (sent === 0) break;
        owed -= sent;
        this.#messages += sent;
      }
      this.#owed[at] = owed;
    });
  }
}

export function generatorProcess(): void {
  const generator = new Generator();
  serve({
    open: () => generator.open(),
    rate: (perSecond: number) => generator.rate(perSecond),
    begin: () => generator.begin(),
    end: () => generator.end(),
    sent: () => generator.sent(),
  });
}
