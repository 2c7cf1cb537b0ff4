import type { Refusal } from '../../protocol/result.ts';
import type { FeedListener, FeedOptions } from './feed-options.ts';
import type { Levels } from './market-message.ts';
import type { Market } from './market.ts';
import type { OffsetMeter } from './offset-meter.ts';
import { Quarantine } from './quarantine.ts';

/** What a feed did not take, all or in part: counted, kept with its bytes, and the clocks doubted where it is about time. */
export class Refusals {
  readonly #quarantine: Quarantine;
  readonly #time: FeedOptions['time'];
  readonly #offset: OffsetMeter;

  constructor(
    { venue, time }: Pick<FeedOptions, 'venue' | 'time'>,
    offset: OffsetMeter,
    onQuarantined: FeedListener['onQuarantined'],
  ) {
    this.#quarantine = new Quarantine(venue, onQuarantined);
    this.#time = time;
    this.#offset = offset;
  }

  get count(): number {
    return this.#quarantine.count;
  }
  /** Why, most often first. */
  get byCode(): { code: string; count: number }[] {
    return this.#quarantine.byCode;
  }

  add(error: Refusal, bytes: Uint8Array): void {
    this.#quarantine.add(error, bytes, this.#time.wallMicros());
    if (error.code === 'event-time') this.#offset.doubt();
  }

  /** Counted and shown, though the rest of the message was taken. */
  noteOffTick(market: Market, { bids, asks }: { bids: Levels; asks: Levels }, bytes: Uint8Array): void {
    const levels = bids.offTick + asks.offTick;
    if (levels === 0) return;
    const sentence = `${levels} levels of ${market.instrument.name} are not on its tick and were left out.`;
    this.add({ code: 'off-tick', sentence }, bytes);
  }
}
