import type { Refusal } from '../../protocol/result.ts';
import type { SnapshotOutcome } from './book-sync.ts';
import type { BookSnapshot } from './dialect.ts';
import type { FeedOptions } from './feed-options.ts';
import type { FeedReport } from './feed-report.ts';
import { missingOf } from './market-states.ts';
import type { Market } from './market.ts';
import type { ResyncCause } from './resync-cause.ts';
import type { Refusals } from './refusals.ts';
import type { RestClient } from './rest.ts';
import { Snapshots } from './snapshots.ts';

const NO_BYTES = new Uint8Array(0);
/** Of an answer that could not be read, so much is kept. */
const KEPT_TEXT = 4096;

export interface ResyncParts {
  readonly options: Pick<FeedOptions, 'dialect' | 'random' | 'time'>;
  readonly rest: RestClient;
  readonly refusals: Refusals;
  readonly report: FeedReport;
  readonly markets: () => readonly Market[];
  /** A market's state may have changed. */
  readonly refresh: (market: Market, paceMs: number) => void;
}

/** Brings the books of a feed in step by snapshots, and counts why that was needed. */
export class Resync {
  readonly #parts: ResyncParts;
  readonly #snapshots: Snapshots;

  constructor(parts: ResyncParts) {
    this.#parts = parts;
    const { dialect, random } = parts.options;
    this.#snapshots = new Snapshots(dialect, parts.rest, () => missingOf(parts.markets()), random, {
      onSnapshot: (market, snapshot) => this.#onSnapshot(market, snapshot),
      onSnapshotFault: (market, error, text) => this.#onFault(market, error, text),
    });
  }

  ask(market: Market, cause: ResyncCause): void {
    const { report, options, refresh } = this.#parts;
    report.count(cause);
    const now = options.time.paceMs();
    this.#snapshots.ask(market, now);
    refresh(market, now);
  }

  /** The connection is another one: nothing that was asked for counts. */
  forget(market: Market): void {
    this.#snapshots.forget(market);
  }

  tick(paceMs: number): void {
    this.#snapshots.tick(paceMs);
  }

  #onSnapshot(market: Market, snapshot: BookSnapshot): SnapshotOutcome {
    const { refusals, report, options, refresh } = this.#parts;
    const now = options.time.paceMs();
    refusals.noteOffTick(market, snapshot, NO_BYTES);
    const outcome = market.answer(snapshot, options.time.wallMicros(), now);
    if (outcome === 'synced') report.restFault = null;
    refresh(market, now);
    return outcome;
  }

  #onFault(market: Market, error: Refusal, text: string): void {
    if (error.code === 'stopped') return;
    const { refusals, report } = this.#parts;
    report.restFault = `${market.instrument.name}: ${error.sentence}`;
    if (text !== '') refusals.add(error, Buffer.from(text.slice(0, KEPT_TEXT)));
  }
}
