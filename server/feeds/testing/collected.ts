import type { Refusal } from '../../../protocol/result.ts';
import type { Decoder, DecodeSink, MessageKind } from '../dialect.ts';
import { MarketMessage, type Levels } from '../market-message.ts';

/** What a decoder told of one frame, by value. */
export type Told =
  | readonly ['take', MessageKind, Record<string, unknown>]
  | readonly ['reply', string | null, Refusal | null]
  | readonly ['refused', Refusal]
  | readonly ['broken', Refusal];

/** A sink that keeps everything it is told, so that a test compares it as a value. */
export class Collected implements DecodeSink {
  readonly message = new MarketMessage();
  readonly isFull = false;
  told: Told[] = [];

  take(kind: MessageKind): void {
    this.told.push(['take', kind, contentsOf(kind, this.message)]);
  }
  reply(key: string | null, refusal: Refusal | null): void {
    this.told.push(['reply', key, refusal]);
  }
  refused(error: Refusal): void {
    this.told.push(['refused', error]);
  }
  broken(error: Refusal): void {
    this.told.push(['broken', error]);
  }

  /** What `decoder` tells of this frame. */
  of(decoder: Decoder, frame: string | Uint8Array): Told[] {
    this.told = [];
    decoder.decode(typeof frame === 'string' ? Buffer.from(frame) : frame, this);
    return this.told;
  }
}

const rows = ({ length, price, size }: Levels): [number, number][] =>
  Array.from({ length }, (_, row) => [price[row] ?? 0, size[row] ?? 0]);

/** Everything that a message says, by its kind. */
export function contentsOf(kind: MessageKind, message: MarketMessage): Record<string, unknown> {
  const { instrument, eventAt, firstUpdate, lastUpdate, previousUpdate, checksum } = message;
  const { bid, bidSize, ask, askSize, tradeId, price, size, aggressor } = message;
  const { markPrice, indexPrice, fundingRate, nextFundingAt } = message;
  const book = { bids: rows(message.bids), asks: rows(message.asks) };
  switch (kind) {
    case 'trade':
      return { instrument, eventAt, tradeId, price, size, aggressor };
    case 'ticker':
      return { instrument, eventAt, lastUpdate, bid, bidSize, ask, askSize };
    case 'depth':
      return { instrument, eventAt, firstUpdate, lastUpdate, previousUpdate, checksum, ...book };
    case 'snapshot':
      return { instrument, eventAt, lastUpdate, checksum, ...book };
    case 'mark':
      return { instrument, eventAt, markPrice, indexPrice, fundingRate, nextFundingAt };
  }
}
