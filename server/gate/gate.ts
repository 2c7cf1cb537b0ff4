import type { Instrument } from '../../protocol/instrument.ts';
import type { LimitView } from '../../protocol/limits.ts';
import type { Restriction } from '../../protocol/people.ts';
import type { InstrumentIndex, Lots, OrderId, Ticks } from '../../protocol/units.ts';
import type { Clock } from '../clock.ts';
import type { Permit, RedeemPermit } from '../venues/types.ts';
import type { AuditPort } from './audit-port.ts';
import { clusterWith, NOTHING_KNOWN, valueAtRiskWith, type MarketReading } from './book-risk.ts';
import { check } from './check.ts';
import { ExposureLedger } from './exposure.ts';
import type { Limits } from './limits.ts';
import type { CheckedOrder } from './order.ts';
import { valuationPrice, type Breach, type GateContext, type GateLock, type Mark } from './rule.ts';
import { limitViews } from './views.ts';
import { SecondWindow } from './window.ts';

export interface GateOptions {
  readonly limits: Limits;
  /** The latest top of book; null = no clean value. */
  readonly mark: (instrument: InstrumentIndex) => Mark | null;
  readonly instrument: (index: InstrumentIndex) => Instrument | undefined;
  /** What is on the restricted list for an instrument; null = nothing. */
  readonly restriction: (instrument: Instrument) => Restriction | null;
  /** What was last computed of the market, where it still counts; absent: nothing is. */
  readonly market?: () => MarketReading;
  readonly audit: Pick<AuditPort, 'writable'>;
  readonly clock: Clock;
  readonly replay: boolean;
}

export type Admission =
  { readonly ok: true; readonly permit: Permit } | { readonly ok: false; readonly breach: Breach };

const NO_BOOK: GateContext['book'] = { valueAtRisk: null, cluster: null };

/**
 * The one door to the venues. It starts closed (lock `starting`); it is open when no lock is
 * on. An admitted order is reserved in the same tick and holds a permit that the venue's adapter
 * spends right before the bytes leave, so that a gate closed in between still stops it.
 */
export class Gate {
  readonly exposure = new ExposureLedger();
  readonly #options: GateOptions;
  readonly #locks = new Map<GateLock, string>([['starting', 'The server is starting.']]);
  readonly #window = new SecondWindow();
  readonly #permits = new Map<Permit, OrderId>();
  readonly #refused = new Map<string, number>();
  readonly #listeners = new Set<() => void>();
  #refusedSinceClosed = 0;

  constructor(options: GateOptions) {
    this.#options = options;
  }

  /** Takes effect before it returns, whatever else happens. Permits that are out are void from now on. */
  close(lock: GateLock, sentence: string): void {
    if (this.#locks.size === 0) this.#refusedSinceClosed = 0;
    this.#locks.set(lock, sentence);
    this.#permits.clear();
    this.#changed();
  }

  /** Takes this lock off; the gate stays closed while another is on. */
  open(lock: GateLock): void {
    if (this.#locks.delete(lock)) this.#changed();
  }

  isOpen(): boolean {
    return this.#locks.size === 0;
  }

  /** Orders refused because the gate was closed, since it last closed. */
  refusedSinceClosed(): number {
    return this.#refusedSinceClosed;
  }

  /** What `admit` would refuse this order for now; null = nothing. Reserves nothing and spends no rate. */
  refuses(order: CheckedOrder): Breach | null {
    const mark = this.#options.mark(order.instrument.index);
    return this.#check(order, mark, this.#options.clock.monotonicMicros());
  }

  /** Checks and reserves in one tick, so that concurrent orders can't jointly exceed a limit. */
  admit(orderId: OrderId, order: CheckedOrder): Admission {
    const now = this.#options.clock.monotonicMicros();
    const mark = this.#options.mark(order.instrument.index);
    const broken = this.#check(order, mark, now);
    if (broken) return { ok: false, breach: broken };
    const price = valuationPrice(order, mark) ?? (0 as Ticks);
    this.exposure.reserve(orderId, {
      instrument: order.instrument.index,
      side: order.side,
      remaining: order.size,
      price,
      reserved: order.size,
    });
    this.#window.add(now);
    const permit = Object.freeze({}) as Permit;
    this.#permits.set(permit, orderId);
    return { ok: true, permit };
  }

  /** The adapter's question right before it writes: is this order still let through? Once only. */
  readonly redeem: RedeemPermit = (permit, orderId) => {
    const given = this.#permits.get(permit) === orderId;
    this.#permits.delete(permit);
    return given && this.isOpen();
  };

  /** An admitted order that will not be sent: its permit and its reservation end. */
  withdraw(orderId: OrderId, permit: Permit): void {
    this.#permits.delete(permit);
    this.exposure.settle(orderId, 0 as Lots);
  }

  views(): LimitView[] {
    const { limits, mark, instrument, clock, market } = this.#options;
    return limitViews({
      market: market?.() ?? NOTHING_KNOWN,
      limits,
      mark,
      instrument,
      exposure: this.exposure,
      ordersInLastSecond: this.#window.count(clock.monotonicMicros()),
      refused: (rule) => this.#refused.get(rule) ?? 0,
    });
  }

  /** Locks or refusals changed. Utilisation moves with the market: read `views()` at an interval too. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #check(order: CheckedOrder, mark: Mark | null, now: number): Breach | null {
    const broken = check(order, {
      locks: this.#locks,
      replay: this.#options.replay,
      auditWritable: this.#options.audit.writable(),
      limits: this.#options.limits,
      restriction: this.#options.restriction(order.instrument),
      mark,
      exposure: this.exposure.of(order.instrument.index),
      book: this.#bookWith(order),
      ordersInLastSecond: this.#window.count(now),
    });
    if (broken) this.#refuse(broken);
    return broken;
  }

  /** Worked out only where there is a limit for it. */
  #bookWith(order: CheckedOrder): GateContext['book'] {
    const { limits, mark, instrument, market } = this.#options;
    if (limits.valueAtRisk === null && limits.clusterValue === null) return NO_BOOK;
    const known = market?.() ?? NOTHING_KNOWN;
    const book = { exposure: this.exposure, mark, instrument };
    const { index } = order.instrument;
    return {
      valueAtRisk: limits.valueAtRisk === null ? null : valueAtRiskWith(order, known, book),
      cluster: limits.clusterValue === null ? null : clusterWith(index, order, known, book),
    };
  }

  #refuse(broken: Breach): void {
    const { rule } = broken.rule;
    this.#refused.set(rule, (this.#refused.get(rule) ?? 0) + 1);
    if (!this.isOpen()) this.#refusedSinceClosed += 1;
    this.#changed();
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}
