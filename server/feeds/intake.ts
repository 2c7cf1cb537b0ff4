import type { Refusal } from '../../protocol/result.ts';
import type { ChannelMeters } from './channel-meters.ts';
import type { Decoder, DecodeSink, MessageKind } from './dialect.ts';
import { MarketMessage } from './market-message.ts';
import type { Market } from './market.ts';
import type { OffsetMeter } from './offset-meter.ts';
import type { Refusals } from './refusals.ts';
import { faultOf } from './validate.ts';

/**
 * Refused messages of one frame that are looked at one by one: 16 MB hold five million of the smallest, and a
 * feed that reads them all is away for minutes.
 */
export const MOST_REFUSED = 1000;

/** What an intake tells the line that it belongs to. */
export interface IntakeListener {
  /** Whether a good message counts. */
  admits(kind: MessageKind, market: Market, message: MarketMessage): boolean;
  /** Two connections tell the same: what comes again is not worth a word. */
  isDoubled(): boolean;
  onTaken(market: Market): void;
  onReply(key: string | null, refusal: Refusal | null): void;
  onBroken(error: Refusal): void;
}

/** From a frame's bytes to its markets: decoded, checked, applied; what is wrong is refused. */
export class Intake implements DecodeSink {
  /** Reused for every message. */
  readonly message = new MarketMessage();
  readonly #decoder: Decoder;
  readonly #markets: readonly Market[];
  readonly #offset: OffsetMeter;
  readonly #refusals: Refusals;
  readonly #channels: ChannelMeters;
  readonly #listener: IntakeListener;
  #bytes: Uint8Array = new Uint8Array(0);
  #receivedAt = 0;
  #paceMs = 0;
  /** Of this frame. */
  #refused = 0;
  #isBroken = false;

  constructor(
    decoder: Decoder,
    markets: readonly Market[],
    offset: OffsetMeter,
    refusals: Refusals,
    channels: ChannelMeters,
    listener: IntakeListener,
  ) {
    this.#decoder = decoder;
    this.#markets = markets;
    this.#offset = offset;
    this.#refusals = refusals;
    this.#channels = channels;
    this.#listener = listener;
  }

  frame(bytes: Uint8Array, receivedAt: number, paceMs: number): void {
    this.#bytes = bytes;
    this.#receivedAt = receivedAt;
    this.#paceMs = paceMs;
    this.#refused = 0;
    this.#isBroken = false;
    try {
      this.#decoder.decode(bytes, this);
    } catch (error) {
      // A fault of ours; whatever it left half done, the feed goes on with books that are sent anew.
      const why = error instanceof Error ? error.message : String(error);
      this.broken({ code: 'unreadable', sentence: `The frame can't be read: ${why.slice(0, 200)}.` });
    }
    if (this.isFull) this.#giveUp(bytes.length);
  }

  get isFull(): boolean {
    return this.#refused >= MOST_REFUSED;
  }

  take(kind: MessageKind): void {
    const { message } = this;
    const market = this.#markets[message.instrument];
    if (!market) return;
    const venueNow = this.#venueNow();
    const fault = faultOf(kind, message, venueNow);
    if (!fault && message.eventAt > 0) this.#offset.heard(message.eventAt, this.#receivedAt);
    if (!fault && !this.#listener.admits(kind, market, message)) return;
    const tellsWhen = !fault && venueNow !== null && message.eventAt > 0;
    const latencyMicros = tellsWhen ? venueNow - message.eventAt : Number.NaN;
    if (fault) this.#distrusted(market, fault);
    const isRefused = fault !== null || this.#apply(kind, market);
    this.#channels.heard(kind, latencyMicros, isRefused);
    this.#listener.onTaken(market);
  }

  reply(key: string | null, refusal: Refusal | null): void {
    if (refusal) this.refused(refusal);
    this.#listener.onReply(key, refusal);
  }

  refused(error: Refusal): void {
    this.#refused += 1;
    if (this.#refused <= MOST_REFUSED) this.#refusals.add(error, this.#bytes);
  }

  broken(error: Refusal): void {
    this.refused(error);
    this.#tellBroken(error);
  }

  /** What is not read may be of any book. */
  #giveUp(bytes: number): void {
    const sentence = `${MOST_REFUSED} messages of one frame were refused: the rest of its ${bytes} bytes is not read.`;
    const error = { code: 'too-many-refused', sentence };
    this.#refusals.add(error, this.#bytes);
    this.#tellBroken(error);
  }

  /** Once a frame: more is not the worse. */
  #tellBroken(error: Refusal): void {
    if (this.#isBroken) return;
    this.#isBroken = true;
    this.#listener.onBroken(error);
  }

  /** Whether it was refused. */
  #apply(kind: MessageKind, market: Market): boolean {
    const { message } = this;
    const refusal = this.#told(kind, market);
    market.gaps.message(this.#paceMs);
    if (refusal) {
      // What came again does no harm, and is expected while two connections tell the same.
      if (refusal.code !== 'replayed') this.#distrusted(market, refusal);
      else if (!this.#listener.isDoubled()) this.refused(refusal);
    } else if (kind === 'depth' || kind === 'snapshot') {
      this.#refusals.noteOffTick(market, message, this.#bytes);
    }
    return refusal !== null && (refusal.code !== 'replayed' || !this.#listener.isDoubled());
  }

  /** By hand: a method looked up by its name takes longer than most of them. */
  #told(kind: MessageKind, market: Market): Refusal | null {
    switch (kind) {
      case 'trade':
        return market.trade(this.message, this.#receivedAt, this.#paceMs);
      case 'ticker':
        return market.ticker(this.message, this.#receivedAt, this.#paceMs);
      case 'depth':
        return market.depth(this.message, this.#receivedAt, this.#paceMs);
      case 'snapshot':
        return market.snapshot(this.message, this.#receivedAt, this.#paceMs);
      case 'mark':
        return market.mark(this.message, this.#receivedAt, this.#paceMs);
    }
  }

  #distrusted(market: Market, refusal: Refusal): void {
    this.refused(refusal);
    market.refused(this.#paceMs);
  }

  /** Our best estimate of the venue's clock, µs; null where there is none. */
  #venueNow(): number | null {
    const offset = this.#offset.estimate;
    return offset ? this.#receivedAt + offset.offsetMs * 1000 : null;
  }
}
