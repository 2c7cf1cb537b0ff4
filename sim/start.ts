import { Exchange } from './exchange/exchange.ts';
import { Faults } from './face/faults.ts';
import { VenueServer } from './face/server.ts';
import { BINANCE_TIMES } from './face/sockets.ts';
import { Streams } from './face/streams.ts';
import type { Venue } from './face/venue.ts';
import { OrderMeter, WeightMeter } from './face/weights.ts';
import type { Truth } from './market/factors.ts';
import type { Listing } from './market/listing.ts';
import { Market } from './market/market.ts';
import { DEFAULTS, type SimOptions } from './options.ts';
import { Pacer } from './pacer.ts';
import { openPaper } from './paper/paper.ts';

/** A running simulated venue. */
export interface Sim {
  readonly port: number;
  readonly rest: string;
  readonly ws: string;
  readonly venue: Venue;
  /** Resolves once nobody is connected any more, or after so many ms. */
  whenLeft(atMostMs: number): Promise<void>;
  close(): Promise<void>;
}

/** What stands behind the face: our own market, or a live one. */
interface Backing {
  readonly listings: readonly Listing[];
  readonly truth: Truth | null;
  readonly market: Market | null;
  close(): void;
}

/**
 * Starts a simulated venue on loopback and resolves when it is ready: the port is taken first, then an hour
 * is pre-rolled, then the market goes live (or rests, when told to). Rejects when the port is taken or,
 * in paper mode, when the live venue cannot be reached.
 */
export async function startSim(partial: Partial<SimOptions> = {}): Promise<Sim> {
  const options: SimOptions = { ...DEFAULTS, ...partial };
  const server = new VenueServer(BINANCE_TIMES);
  const port = await server.listen(options.port);
  try {
    const { venue, stop } = await openVenue(options, server);
    const close = async (): Promise<void> => {
      stop();
      await server.close();
    };
    return {
      port,
      rest: `http://127.0.0.1:${port}`,
      ws: `ws://127.0.0.1:${port}`,
      venue,
      whenLeft: (ms) => server.whenLeft(ms),
      close,
    };
  } catch (error) {
    await server.close();
    throw error;
  }
}

async function openVenue(
  options: SimOptions,
  server: VenueServer,
): Promise<{ venue: Venue; stop: () => void }> {
  let now = Date.now;
  const backing = await back(options, () => now());
  if (options.epochMillis !== null) now = startingAt(options.epochMillis);
  const start = Math.floor(now() / 1000) * 1000;
  backing.market?.goLive(start - options.prerollSeconds * 1000, start);
  const faults = new Faults();
  faults.latencyMillis = options.latencyMillis;
  const { listings, truth, market } = backing;
  const streams = new Streams(listings, faults, now);
  const pacer = new Pacer(market, listings, streams, now, start, options.pauseAtStart);
  const venue: Venue = {
    origin: options.paper ? 'PAPER' : 'SIM',
    listings,
    bySymbol: new Map(listings.map((listing) => [listing.spec.symbol, listing])),
    exchange: new Exchange(listings, now),
    streams,
    faults,
    weights: new WeightMeter(options.weightLimit),
    orders: new OrderMeter(options.orderLimit),
    credentials: { key: options.apiKey, secret: options.apiSecret },
    truth,
    now,
    control: {
      paused: () => pacer.paused,
      pause: (paused) => pacer.pause(paused),
      step: (seconds) => pacer.step(seconds),
      drop: (which) => server.drop(which),
    },
  };
  server.open(venue);
  pacer.start();
  const stop = (): void => {
    pacer.stop();
    backing.close();
  };
  return { venue, stop };
}

async function back(options: SimOptions, now: () => number): Promise<Backing> {
  if (options.paper) {
    const paper = await openPaper(options.paper, options.symbols, now);
    return { listings: paper.listings, truth: null, market: null, close: () => paper.close() };
  }
  const market = new Market(options.instruments, options.seed, options.symbols);
  market.preroll(options.prerollSeconds);
  return { listings: market.listings, truth: market.truth, market, close: () => undefined };
}

/** A clock that says `start` now and goes on by the monotonic clock; whole ms, as every time a venue sends. */
function startingAt(start: number): () => number {
  const origin = performance.now();
  return () => start + Math.floor(performance.now() - origin);
}
