import type { Channel, FeedChannel } from '../../protocol/feed-quality.ts';
import type { MessageKind } from './dialect.ts';
import { LogBuckets } from './log-buckets.ts';

/** What is told is of the last window to two of them, ms of pace. */
const WINDOW_MS = 30_000;

export type ChannelFigures = Pick<
  FeedChannel,
  'messages' | 'refused' | 'perSecond' | 'windowSeconds' | 'latency'
>;

/** How often messages of one channel come, and how long they were under way. Allocates nothing per message. */
export class ChannelMeter {
  #messages = 0;
  #refused = 0;
  #since: number;
  #sinceBefore: number;
  /** Messages when the window before this one began, and when this one did. */
  #messagesBefore = 0;
  #messagesSince = 0;
  #latencies = new LogBuckets();
  #latenciesBefore = new LogBuckets();

  constructor(paceMs: number) {
    this.#since = paceMs;
    this.#sinceBefore = paceMs;
  }

  /** `latencyMicros` NaN: not known. */
  heard(latencyMicros: number, isRefused: boolean): void {
    this.#messages += 1;
    if (isRefused) this.#refused += 1;
    if (!Number.isNaN(latencyMicros)) this.#latencies.add(latencyMicros);
  }

  read(paceMs: number): ChannelFigures {
    if (paceMs - this.#since >= WINDOW_MS) this.#turn(paceMs);
    const windowSeconds = (paceMs - this.#sinceBefore) / 1000;
    const latencies = [this.#latenciesBefore, this.#latencies];
    const p50 = LogBuckets.quantile(latencies, 0.5);
    const p99 = LogBuckets.quantile(latencies, 0.99);
    const samples = this.#latenciesBefore.samples + this.#latencies.samples;
    return {
      messages: this.#messages,
      refused: this.#refused,
      perSecond: windowSeconds > 0 ? (this.#messages - this.#messagesBefore) / windowSeconds : null,
      windowSeconds,
      latency: p50 === null || p99 === null ? null : { p50Ms: p50 / 1000, p99Ms: p99 / 1000, samples },
    };
  }

  #turn(paceMs: number): void {
    this.#sinceBefore = this.#since;
    this.#messagesBefore = this.#messagesSince;
    this.#since = paceMs;
    this.#messagesSince = this.#messages;
    const spare = this.#latenciesBefore;
    spare.clear();
    this.#latenciesBefore = this.#latencies;
    this.#latencies = spare;
  }
}

/** A meter a channel of one feed. */
export class ChannelMeters {
  readonly #meters: Readonly<Record<Channel, ChannelMeter>>;

  constructor(paceMs: number) {
    this.#meters = {
      book: new ChannelMeter(paceMs),
      ticker: new ChannelMeter(paceMs),
      trades: new ChannelMeter(paceMs),
    };
  }

  /** By hand: a meter looked up by its name takes longer than to count. */
  heard(kind: MessageKind, latencyMicros: number, isRefused: boolean): void {
    const { book, ticker, trades } = this.#meters;
    if (kind === 'trade') trades.heard(latencyMicros, isRefused);
    else if (kind === 'depth' || kind === 'snapshot') book.heard(latencyMicros, isRefused);
    else if (kind === 'ticker') ticker.heard(latencyMicros, isRefused);
  }

  read(channel: Channel, paceMs: number): ChannelFigures {
    return this.#meters[channel].read(paceMs);
  }
}
