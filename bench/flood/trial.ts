import type { FeedView } from '../../protocol/health.ts';
import { Remote } from '../lib/rpc.ts';
import type { Generated, OpenVenue, SentOf } from './generator.ts';
import { FloodServer, type Served } from './server.ts';

export const BARS = { ageMs: 25, loopMs: 10, grownMb: 20, rate: 50_000 };
/** Of the rate that was asked for, so much must have been sent. */
const HELD = 0.99;
/** Behind a new start, and before a change of the rate is measured. */
const GENTLE = 2000;
const SETTLE_MS = 2000;
const RESTS = 10;
/** Every feed tells its counts once a second. */
const COUNTED_MS = 1500;

export interface Trial {
  readonly rate: number;
  readonly generated: Generated;
  readonly served: Served;
  /** Gaps, resyncs, reconnects and refusals while it ran. */
  readonly faults: number;
}

export interface Accounts {
  readonly framesSent: number;
  /** Not read by the feed of their venue. */
  readonly framesDropped: number;
  readonly tradesSent: number;
  readonly tradesWritten: number;
  readonly faults: number;
  /** Each venue that had any, and which. */
  readonly troubled: readonly string[];
  /** What of it was refused, in the first words of it. */
  readonly refused: readonly string[];
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Venues and a server at them, for as many trials as are wanted. */
export class Flood {
  readonly #venues: Remote;
  readonly #server: FloodServer;

  private constructor(venues: Remote, server: FloodServer) {
    this.#venues = venues;
    this.#server = server;
  }

  static async start(threads: number): Promise<Flood> {
    const venues = Remote.process('venues');
    const open = await venues.call<OpenVenue[]>('open');
    await venues.call('rate', GENTLE);
    const server = new FloodServer(open, threads);
    const flood = new Flood(venues, server);
    try {
      await server.live(open.reduce((sum, { symbols }) => sum + symbols.length, 0));
    } catch (error) {
      await flood.stop();
      throw error;
    }
    return flood;
  }

  /** `rate` messages a second for so long, once they have settled. */
  async trial(rate: number, seconds: number): Promise<Trial> {
    await this.#venues.call('rate', rate);
    await sleep(SETTLE_MS);
    const before = faultsOf(this.#server.views);
    await this.#venues.call('begin');
    const served = await this.#server.measure(seconds);
    const generated = await this.#venues.call<Generated>('end');
    return { rate, generated, served, faults: faultsOf(this.#server.views) - before };
  }

  /** Back to a gentle pace, until what was held back is read, or for half a minute. */
  async rest(): Promise<void> {
    await this.#venues.call('rate', GENTLE);
    for (let tries = 0; tries < RESTS; tries++) {
      await sleep(SETTLE_MS);
      const { read } = await this.#server.measure(1);
      if (read.sent.p99 <= BARS.ageMs) return;
    }
  }

  /** Everything sent and everything read since the start, once nothing is on its way any more. */
  async accounts(): Promise<Accounts> {
    await this.#venues.call('rate', 0);
    // Before our pings are answered, which some venues do in frames.
    const sent = await this.#venues.call<readonly SentOf[]>('sent');
    const dropped = (): number => {
      const read = new Map<string, number>(this.#server.views.map(({ venue, frames }) => [venue, frames]));
      return sent.reduce(
        (sum, { dialect, frames }) => sum + Math.max(0, frames - (read.get(dialect) ?? 0)),
        0,
      );
    };
    let left: number;
    do {
      left = dropped();
      await sleep(COUNTED_MS);
    } while (dropped() < left);
    const tradesWritten = await this.#server.trades();
    const { views, quarantined } = this.#server;
    await this.#venues.call('rate', GENTLE);
    return {
      framesSent: sent.reduce((sum, { frames }) => sum + frames, 0),
      framesDropped: left,
      tradesSent: sent.reduce((sum, { trades }) => sum + trades, 0),
      tradesWritten,
      faults: faultsOf(views),
      troubled: views
        .filter((view) => faultsOf([view]) > 0)
        .map(
          ({ venue, gaps, resyncs, reconnects, quarantined: refused }) =>
            `${venue}: ${gaps} gaps, ${resyncs} resyncs, ${reconnects} reconnects, ${refused} refused`,
        ),
      refused: quarantined.map(({ venue, code, sentence }) => `${venue}: ${code}: ${sentence}`),
    };
  }

  async stop(): Promise<void> {
    await this.#server.stop();
    this.#venues.end();
  }
}

const faultsOf = (views: readonly FeedView[]): number =>
  views.reduce(
    (sum, { gaps, resyncs, reconnects, quarantined }) => sum + gaps + resyncs + reconnects + quarantined,
    0,
  );

/** The rate was sent, read in time and without a fault. */
export const isHeld = ({ rate, generated, served, faults }: Trial): boolean =>
  generated.messages / generated.seconds >= HELD * rate &&
  served.read.sent.p99 <= BARS.ageMs &&
  served.loopMs.p99 <= BARS.loopMs &&
  faults === 0;

/** What the feeds spent on a message, µs of processor: their threads and what V8 does beside them. */
export const costOf = ({ generated, served: { cpu } }: Trial): number =>
  (cpu.process - cpu.control - cpu.reader) / (generated.messages / generated.seconds);

/** Messages a second at which all that takes part would fill so many cores, going by its processor time. */
export function fullAt({ generated, served: { cpu } }: Trial, cores: number): number {
  const used = (cpu.process + generated.cpuMicrosPerSecond) / 1e6;
  return (generated.messages / generated.seconds) * (cores / used);
}
