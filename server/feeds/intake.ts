import type { Decoder, SubscriptionReply } from './dialect.ts';
import { MarketMessage } from './market-message.ts';
import type { Market } from './market.ts';
import type { OffsetMeter } from './offset-meter.ts';
import type { Refusals } from './refusals.ts';
import { faultOf } from './validate.ts';

/** From a frame's bytes to its market: decoded, checked, applied; what is wrong is refused. */
export class Intake {
  readonly #decoder: Decoder;
  readonly #markets: readonly Market[];
  readonly #offset: OffsetMeter;
  readonly #refusals: Refusals;
  /** Reused for every frame. */
  readonly #message = new MarketMessage();

  constructor(decoder: Decoder, markets: readonly Market[], offset: OffsetMeter, refusals: Refusals) {
    this.#decoder = decoder;
    this.#markets = markets;
    this.#offset = offset;
    this.#refusals = refusals;
  }

  /** Returns the market that the frame was about, the venue's answer if it is one, or null. */
  take(bytes: Uint8Array, receivedAt: number, paceMs: number): Market | SubscriptionReply | null {
    const outcome = this.#decoder.decode(bytes, this.#message);
    if (typeof outcome !== 'string') {
      const error = outcome.kind === 'reply' ? outcome.refusal : outcome.error;
      if (error) this.#refusals.add(error, bytes);
      return outcome.kind === 'reply' ? outcome : null;
    }
    const market = this.#markets[this.#message.instrument];
    if (!market) return null;
    const fault =
      faultOf(outcome, this.#message, this.#venueNow(receivedAt)) ??
      market[outcome](this.#message, receivedAt, paceMs);
    if (fault) this.#refusals.add(fault, bytes);
    else if (outcome === 'depth') this.#refusals.noteOffTick(market, this.#message, bytes);
    return market;
  }

  /** Our best estimate of the venue's clock, µs; null where there is none. */
  #venueNow(receivedAt: number): number | null {
    const offset = this.#offset.estimate;
    return offset ? receivedAt + offset.offsetMs * 1000 : null;
  }
}
