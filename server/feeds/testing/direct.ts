import type { Instrument } from '../../../protocol/instrument.ts';
import type { Refusal } from '../../../protocol/result.ts';
import type { Mishap } from '../../../protocol/feed-quality.ts';
import type { BookSnapshot, Decoder, DecodeSink, Dialect, MessageKind } from '../dialect.ts';
import type { OrderFlow } from '../flow/order-flow.ts';
import { MarketMessage } from '../market-message.ts';
import { Market } from '../market.ts';
import type { ResyncCause } from '../resync-cause.ts';
import { MarketTableWriter, createMarketTable } from '../table.ts';
import { faultOf } from '../validate.ts';

/**
 * A feed's way from bytes to its markets without socket, clock or REST: decoded, checked, applied,
 * and all that was noticed kept.
 */
export class DirectMarkets implements DecodeSink {
  readonly message = new MarketMessage();
  readonly isFull = false;
  readonly markets: readonly Market[];
  readonly refusals: Refusal[] = [];
  readonly resyncs: ResyncCause[] = [];
  readonly #decoder: Decoder;

  /** @param begin before the first message, of each market */
  constructor(
    dialect: Dialect,
    instruments: readonly Instrument[],
    begin: (flow: OrderFlow) => void = () => undefined,
  ) {
    const table = new MarketTableWriter(createMarketTable(instruments.length));
    this.#decoder = dialect.decoder(instruments);
    this.markets = instruments.map(
      (instrument, index) =>
        new Market(instrument, index, dialect.rules, table, {
          onSnapshotNeeded: (_, cause) => this.resyncs.push(cause),
          onDepthSilent: () => this.resyncs.push('behind'),
        }),
    );
    for (const { flow } of this.markets) begin(flow);
  }

  /** How often something was found wrong. */
  get noticed(): number {
    return this.refusals.length + this.resyncs.filter((cause) => cause !== 'refresh').length;
  }

  frame(bytes: Uint8Array): void {
    this.#decoder.decode(bytes, this);
  }

  /** What REST answered; `limit` as in `BookSnapshot`. */
  snapshot(index: number, snapshot: BookSnapshot): void {
    this.markets[index]?.answer(snapshot, 0, 0);
  }

  take(kind: MessageKind): void {
    const { message } = this;
    const market = this.markets[message.instrument];
    const refusal = faultOf(kind, message, null) ?? market?.[kind](message, 0, 0);
    if (refusal) this.refusals.push(refusal);
  }
  reply(): void {
    // Nothing was asked for.
  }
  refused(error: Refusal): void {
    this.refusals.push(error);
  }
  broken(error: Refusal): void {
    this.refusals.push(error);
  }
}

/**
 * `all` with a mishap to the `nth` of those that `isOf` says are of the channel; the one behind it must
 * be there too. `changed` says what an altered one is.
 */
export function withMishap<T>(
  all: readonly T[],
  isOf: (one: T) => boolean,
  nth: number,
  mishap: Mishap,
  changed: (one: T) => T = (one) => one,
): T[] {
  const places = all.flatMap((one, at) => (isOf(one) ? [at] : []));
  const at = places[nth];
  const next = places[nth + 1];
  const [one, other] = [all[at ?? -1], all[next ?? -1]];
  if (at === undefined || next === undefined || one === undefined || other === undefined) {
    throw new Error(`There is no ${nth}th message with another behind it.`);
  }
  switch (mishap) {
    case 'dropped':
      return all.toSpliced(at, 1);
    case 'doubled':
      return all.toSpliced(at, 0, one);
    case 'swapped':
      return all.with(at, other).with(next, one);
    case 'changed':
      return all.with(at, changed(one));
  }
}
