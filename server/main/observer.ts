import type { FeedView } from '../../protocol/health.ts';
import { isOpen } from '../../protocol/orders.ts';
import type { ServiceAccountView } from '../../protocol/people.ts';
import type { StrategyId, VenueId } from '../../protocol/units.ts';
import type { AuditLog } from '../audit/log.ts';
import type { Cancel, Clock } from '../clock.ts';
import type { Halt } from '../halt/halt.ts';
import type { Alarms } from '../health/alarms.ts';
import { HealthBoard } from '../health/board.ts';
import type { ClockOffset } from '../health/clock-offset.ts';
import { conditions } from '../health/conditions.ts';
import { DeadLines } from '../health/dead-lines.ts';
import { DiskSyncs } from '../health/disk-syncs.ts';
import { LoopDelayMonitor } from '../health/loop-delay.ts';
import * as rows from '../health/rows.ts';
import type { OrderDesk } from '../orders/desk.ts';
import type { CertificateNews } from '../relay/certificate-watch.ts';
import type { RelayStats } from '../relay/port.ts';
import type { VenueAdapter } from '../venues/types.ts';

export interface ObserverParts {
  readonly clock: Clock;
  readonly log: AuditLog;
  readonly alarms: Alarms;
  readonly halt: Halt;
  readonly desk: OrderDesk;
  readonly venues: readonly VenueAdapter[];
  readonly feedName: (venue: VenueId) => string;
  /** Service accounts of strategies, as they are now. */
  readonly accounts: () => readonly Pick<ServiceAccountView, 'account' | 'expiresAt' | 'revoked'>[];
  readonly isConnected: (strategy: StrategyId) => boolean;
  readonly utc: ClockOffset;
  readonly clockMeasured: boolean;
  readonly version: string;
  readonly release: string | null;
  /** What follows the log behind the server. */
  readonly archive: () => readonly rows.RowReading[];
  /** What the server computes of the market, and the alarms that it gives cause for. */
  readonly market: () => {
    readonly rows: readonly rows.RowReading[];
    readonly conditions: Parameters<Alarms['setConditions']>[0];
  };
  readonly publish: (rows: ReturnType<HealthBoard['rows']>) => void;
}

const LOOK_MS = 1000;
/** A strategy that uses REST only counts as there for so long after it was heard. */
const HEARD_MICROS = 10_000_000;

/** Looks at every part each second: health rows, and the alarms whose cause holds. */
export class Observer {
  readonly #parts: ObserverParts;
  readonly #board: HealthBoard;
  readonly #syncs: DiskSyncs;
  readonly #deadLines = new DeadLines();
  readonly #loop = new LoopDelayMonitor();
  readonly #heard = new Map<StrategyId, number>();
  readonly #stops: Cancel[] = [];
  #feeds = new Map<VenueId, FeedView>();
  #relay: { stats: RelayStats; at: number } | null = null;
  #relayDead: string | null = null;
  #certificate: CertificateNews | null = null;
  #loopDelay: ReturnType<LoopDelayMonitor['read']> = null;
  /** Before every part had its chance to start, what is not there yet is no fault. */
  #isLooking = false;

  constructor(parts: ObserverParts) {
    this.#parts = parts;
    this.#board = new HealthBoard(parts.clock);
    this.#syncs = new DiskSyncs(parts.clock);
  }

  start(): void {
    const { clock, log, halt } = this.#parts;
    this.#loop.start();
    this.#isLooking = true;
    this.#stops.push(
      log.onSync((micros) => this.#syncs.add(micros / 1000)),
      log.onState(() => this.look()),
      halt.onChange(() => this.checkAlarms()),
      clock.setRepeating(LOOK_MS, () => {
        this.#loopDelay = this.#loop.read();
        this.look();
      }),
      () => this.#loop.stop(),
    );
    this.look();
  }

  stop(): void {
    this.#isLooking = false;
    for (const stop of this.#stops.splice(0)) stop();
  }

  rows(): ReturnType<HealthBoard['rows']> {
    return this.#board.rows();
  }

  feeds(): FeedView[] {
    return [...this.#feeds.values()];
  }

  /** Null: nothing was heard of it yet. */
  feed(venue: VenueId): FeedView | null {
    return this.#feeds.get(venue) ?? null;
  }

  /** Of the feed's own word or its thread's watcher. */
  feedIs(view: FeedView): void {
    const before = this.#feeds.get(view.venue);
    this.#feeds.set(view.venue, view);
    this.#deadLines.saw(view, this.#parts.clock.monotonicMicros());
    if (before?.state !== view.state) this.look();
  }

  relaySaid(stats: RelayStats): void {
    this.#relay = { stats, at: this.#parts.clock.monotonicMicros() };
  }

  /** `sentence` null: it lives. */
  relayIs(dead: string | null): void {
    this.#relayDead = dead;
    this.look();
  }

  certificateIs(news: CertificateNews): void {
    this.#certificate = news;
    this.look();
  }

  strategyHeard(strategy: StrategyId): void {
    this.#heard.set(strategy, this.#parts.clock.monotonicMicros());
  }

  look(): void {
    if (!this.#isLooking) return;
    this.#parts.utc.check();
    this.#parts.publish(this.#board.update(this.#readings()));
    this.checkAlarms();
  }

  checkAlarms(): void {
    if (!this.#isLooking) return;
    const { clock, log, alarms, halt, desk } = this.#parts;
    const state = log.state();
    alarms.setConditions(
      conditions({
        feeds: this.feeds(),
        deadLines: this.#deadLines.of(this.feeds(), clock.monotonicMicros()),
        rows: this.#board.rows(),
        halt: halt.view(),
        orders: desk.orders().filter((order) => order.state === 'unknown'),
        unlisted: desk.unlisted(),
        clockMeasured: this.#parts.clockMeasured,
        auditBroken: state.kind === 'broken' ? state.sentence : null,
        headTrouble: log.headTrouble(),
        keys: this.#accounts().flatMap(({ account, expiresAt }) =>
          expiresAt === null ? [] : [{ account, expiresAt }],
        ),
        market: this.#parts.market().conditions,
        now: clock.wallMicros(),
      }),
    );
  }

  #readings(): rows.RowReading[] {
    const { clock, log, venues, feedName, desk, utc, version, release } = this.#parts;
    const state = log.state();
    const open = desk.orders().filter((order) => order.owner === 'ours' && isOpen(order.state));
    const relay = this.#relay;
    return [
      rows.controlRow(this.#loopDelay),
      rows.relayRow({
        dead: this.#relayDead,
        statsAgeSeconds: relay && (clock.monotonicMicros() - relay.at) / 1_000_000,
        stats: relay && relay.stats,
      }),
      ...this.#certificateRows(),
      ...this.feeds().map((view) => rows.feedRow(view, feedName(view.venue), null)),
      ...venues.map((venue) => rows.venueRow(venue.status())),
      rows.auditRow({
        broken: state.kind === 'broken' ? state : null,
        headTrouble: log.headTrouble(),
        records: log.sequence,
        syncs: this.#syncs.read(),
      }),
      rows.clockRow(utc.view()),
      rows.releaseRow(version, release),
      ...this.#parts.archive(),
      ...this.#parts.market().rows,
      rows.strategiesRow({
        // Those of a revoked account too: it may have left orders behind.
        strategies: this.#parts.accounts().map(({ account: id }) => ({
          id,
          connected: this.#isThere(id),
          openOrders: open.filter((order) => order.strategy === id).length,
        })),
      }),
    ];
  }

  #certificateRows(): rows.RowReading[] {
    const news = this.#certificate;
    // Browsers judge it by their time, so that a clock that was set does not count.
    return news ? [rows.certificateRow(news.validTo, news.trouble, Date.now())] : [];
  }

  #accounts(): readonly Pick<ServiceAccountView, 'account' | 'expiresAt' | 'revoked'>[] {
    return this.#parts.accounts().filter(({ revoked }) => !revoked);
  }

  #isThere(strategy: StrategyId): boolean {
    const heard = this.#heard.get(strategy) ?? -Infinity;
    const lately = this.#parts.clock.monotonicMicros() - heard < HEARD_MICROS;
    return lately || this.#parts.isConnected(strategy);
  }
}
