import { IMBALANCE_SECONDS, VOLATILITY_SECONDS, VPIN_BUCKETS } from '../../../protocol/statistics.ts';
import { InstrumentBars, MINUTE, type BarsKept } from '../candles/instrument-bars.ts';
import { Imbalance } from './imbalance.ts';
import { TickRing, type TickRoom } from './tick-ring.ts';
import { Volatility } from './volatility.ts';
import { Vpin } from './vpin.ts';

const HOUR = 60 * MINUTE;
/** Fewer whole minutes say too little of an hour's volume. */
const LEAST_MINUTES = 10;

/**
 * What the accepted trades and best prices of one instrument add up to: bars with their gaps, the last
 * trades themselves, and the statistics of its flow. Times in µs of the venue's clock. Pure; a tick allocates nothing.
 */
export class OrderFlow {
  readonly bars: InstrumentBars;
  readonly ticks: TickRing;
  readonly imbalance = new Imbalance(IMBALANCE_SECONDS);
  readonly vpin = new Vpin(VPIN_BUCKETS);
  readonly volatility = new Volatility(VOLATILITY_SECONDS);
  /** Watched without a break up to here; null: the break is not over. */
  #watchedTo: number | null = null;
  #sized = false;

  constructor(kept?: BarsKept, room?: TickRoom) {
    this.bars = new InstrumentBars(kept);
    this.ticks = new TickRing(room);
  }

  /** `at` 0: the venue does not say when, and nobody knows of which bar it is. */
  trade(at: number, price: number, size: number, aggressor: number): void {
    if (at > 0) {
      this.bars.trade(at, price, size, aggressor);
      this.ticks.add(at, price);
    } else this.ticks.interrupt();
    this.vpin.trade(size, aggressor);
  }

  best(bid: number, bidSize: number, ask: number, askSize: number): void {
    this.imbalance.best(bid, bidSize, ask, askSize);
  }

  /** Messages are missing from here on. */
  interrupt(): void {
    this.#watchedTo = null;
    this.ticks.interrupt();
    this.imbalance.interrupt();
    this.vpin.interrupt();
  }

  /** A second ends at `endsAt`. `watched`: live all through. `mid` in half ticks, 0 = not known. */
  second(endsAt: number, watched: boolean, mid: number): void {
    this.imbalance.second();
    this.volatility.second(watched ? mid : 0);
    if (!watched) {
      this.#watchedTo = null;
      this.ticks.interrupt();
      return;
    }
    this.ticks.watched(endsAt);
    // Of the second in which a break ended, nobody knows how much was watched.
    if (this.#watchedTo !== null) this.bars.cover(this.#watchedTo, endsAt);
    this.#watchedTo = Math.max(endsAt, this.#watchedTo ?? 0);
    if (mid > 0) this.bars.mid(endsAt, mid);
    if (endsAt % MINUTE < 1_000_000) this.#sizeBuckets(endsAt);
  }

  /** Our own clock stood still, or was stepped, over so many seconds. */
  missed(seconds: number): void {
    this.interrupt();
    for (let second = 0; second < Math.min(Math.abs(seconds), VOLATILITY_SECONDS); second++) {
      this.imbalance.second();
      this.volatility.second(0);
    }
  }

  /** At each hour, so that the buckets of an hour are alike; the first time as soon as it can be. */
  #sizeBuckets(now: number): void {
    if (this.#sized && now % HOUR >= MINUTE) return;
    const { lots, whole } = this.bars.minutes.volume(now - HOUR, now);
    if (whole < LEAST_MINUTES || lots === 0) return;
    this.#sized = true;
    this.vpin.size((lots * 60) / whole / VPIN_BUCKETS);
  }
}
