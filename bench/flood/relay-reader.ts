/** The relay's thread as far as it reads the market: its own reading, at its own pace. */
import { createHistogram } from 'node:perf_hooks';
import { workerData } from 'node:worker_threads';
import type { Instrument } from '../../protocol/instrument.ts';
import { SystemClock } from '../../server/clock.ts';
import { MarketTables } from '../../server/feeds/market-tables.ts';
import type { VenueTable } from '../../server/feeds/port.ts';
import { Market, type Tick } from '../../server/relay/market.ts';
import { serve } from '../lib/rpc.ts';
import { threadCpu } from '../relay/workload.ts';

/** A console is sent frames 20 times a second; this is finer, so that it adds little to what it measures. */
const READ_EVERY_MS = 4;

export interface Age {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  readonly count: number;
}

export interface Read {
  /** From a frame's arrival in its feed to its being read here, ms. */
  readonly received: Age;
  /** From the venue's own time of the newest message to its being read here, ms: batching, socket and queue too. */
  readonly sent: Age;
  readonly cpuMicros: number;
}

class Reader {
  readonly #clock = new SystemClock();
  readonly #tables: MarketTables;
  readonly #market: Market;
  readonly #received = createHistogram();
  readonly #sent = createHistogram();
  #count = 0;
  #versions: Tick['quotes'] = new Uint32Array(0);
  #cpu = threadCpu().micros;

  constructor(tables: readonly VenueTable[]) {
    this.#clock.keepAnchored();
    this.#tables = new MarketTables(tables);
    this.#market = new Market(this.#tables);
    setInterval(() => this.#read(), READ_EVERY_MS);
  }

  list(instruments: readonly Instrument[]): void {
    this.#tables.list(instruments);
    this.#count = instruments.length;
  }

  begin(): void {
    this.#received.reset();
    this.#sent.reset();
    this.#cpu = threadCpu().micros;
  }

  end(): Read {
    return {
      received: ageOf(this.#received),
      sent: ageOf(this.#sent),
      cpuMicros: threadCpu().micros - this.#cpu,
    };
  }

  /** Instruments that are live now. */
  live(): number {
    this.#market.begin(this.#count);
    let live = 0;
    for (let at = 0; at < this.#count; at++) if (this.#market.quote(at)?.state === 'live') live += 1;
    return live;
  }

  /** Trades that were ever written. */
  trades(): number {
    let trades = 0;
    for (let at = 0; at < this.#count; at++) trades += this.#tables.tradeCount(at);
    return trades;
  }

  #read(): void {
    const { quotes } = this.#market.begin(this.#count);
    for (let at = 0; at < quotes.length; at++) {
      if (quotes[at] === this.#versions[at]) continue;
      const quote = this.#market.quote(at);
      if (!quote || quote.receivedAt === 0) continue;
      const now = this.#clock.wallMicros();
      // A histogram counts whole µs from 1.
      this.#received.record(Math.max(1, now - quote.receivedAt));
      if (quote.exchangeAt > 0) this.#sent.record(Math.max(1, now - quote.exchangeAt));
    }
    this.#versions = quotes;
  }
}

function ageOf(histogram: ReturnType<typeof createHistogram>): Age {
  const ms = (micros: number): number => micros / 1000;
  return {
    p50: ms(histogram.percentile(50)),
    p99: ms(histogram.percentile(99)),
    max: ms(histogram.max),
    count: histogram.count,
  };
}

export function relayReaderThread(): void {
  const reader = new Reader((workerData as { tables: readonly VenueTable[] }).tables);
  serve({
    list: (instruments: readonly Instrument[]) => reader.list(instruments),
    begin: () => reader.begin(),
    end: () => reader.end(),
    live: () => reader.live(),
    trades: () => reader.trades(),
  });
}
