import type { FeedView, Quarantined } from '../../../protocol/health.ts';
import type { Instrument } from '../../../protocol/instrument.ts';
import type { Refusal } from '../../../protocol/result.ts';
import type { VenueId } from '../../../protocol/units.ts';
import { SystemClock } from '../../clock.ts';
import { unpackRows, type MinuteRow } from '../candles/minute-rows.ts';
import { binanceSpot } from '../dialects/binance-spot.ts';
import type { FeedOptions } from '../feed-options.ts';
import { Feed } from '../feed.ts';
import { MarketTableReader, MarketTableWriter, createMarketTable } from '../table.ts';
import { liveTime } from '../time.ts';

/** A feed with all that it says kept, and a way to wait for what it will say. */
export class FeedRig {
  readonly table = createMarketTable(128);
  readonly reader = new MarketTableReader(this.table);
  readonly feed: Feed;
  readonly views: FeedView[] = [];
  readonly quarantined: Quarantined[] = [];
  readonly bars: { openAt: number; bytes: Uint8Array }[] = [];
  readonly statistics: Uint8Array[] = [];
  readonly minutes: MinuteRow[] = [];
  instruments: readonly Instrument[] = [];
  fatal: Refusal | null = null;
  readonly #waiters = new Set<() => void>();

  constructor(options: Partial<FeedOptions> & Pick<FeedOptions, 'restUrl' | 'wsUrl'>) {
    const clock = options.clock ?? new SystemClock();
    this.feed = new Feed(
      {
        venue: 'test' as VenueId,
        name: 'Test venue',
        dialect: binanceSpot,
        symbols: 'all',
        origin: 'SIM',
        instruments: null,
        table: new MarketTableWriter(this.table, queueMicrotask),
        clock,
        time: liveTime(clock),
        random: () => 0,
        replay: null,
        remark: '',
        ...options,
      },
      {
        onInstruments: (instruments) => {
          this.instruments = instruments;
          this.#changed();
        },
        onView: (view) => {
          this.views.push(view);
          this.#changed();
        },
        onQuarantined: (message) => {
          this.quarantined.push(message);
          this.#changed();
        },
        onBar: (openAt, bytes) => {
          this.bars.push({ openAt, bytes });
          this.#changed();
        },
        onStatistics: (bytes) => this.statistics.push(bytes),
        onMinutes: (rows) => this.minutes.push(...unpackRows(rows)),
        onFatal: (error) => {
          this.fatal = error;
          this.#changed();
        },
      },
    );
  }

  get view(): FeedView {
    return this.feed.view();
  }

  /** Resolves as soon as `condition` holds; looked at after everything that the feed says. */
  until(what: string, condition: () => boolean, limitMs = 60_000): Promise<void> {
    return new Promise((resolve, reject) => {
      const check = (): void => {
        if (!condition()) return;
        clearTimeout(timer);
        clearInterval(poll);
        this.#waiters.delete(check);
        resolve();
      };
      const timer = setTimeout(() => {
        clearInterval(poll);
        this.#waiters.delete(check);
        reject(new Error(`${what}: not within ${limitMs} ms; ${JSON.stringify(this.view)}`));
      }, limitMs);
      // Conditions on the table change without a word of the feed.
      const poll = setInterval(check, 10);
      this.#waiters.add(check);
      check();
    });
  }

  #changed(): void {
    for (const check of [...this.#waiters]) check();
  }
}
