import type { Instrument } from '../../../protocol/instrument.ts';
import type { DecodeSink, Decoder, Dialect, MessageKind, Mishap } from '../dialect.ts';
import { MarketMessage } from '../market-message.ts';
import { Market } from '../market.ts';
import { MarketTableWriter, createMarketTable } from '../table.ts';
import { faultOf } from '../validate.ts';

/** Frames from a decoder into markets, without a connection. Keeps what was noticed to be wrong. */
export class MarketRig implements DecodeSink {
  readonly message = new MarketMessage();
  readonly markets: readonly Market[];
  /** Codes of refusals, and causes for which a book was asked for anew. */
  readonly noticed: string[] = [];
  readonly #decoder: Decoder;

  constructor(dialect: Dialect, instruments: readonly Instrument[]) {
    const table = new MarketTableWriter(createMarketTable(instruments.length));
    this.#decoder = dialect.decoder(instruments);
    this.markets = instruments.map(
      (instrument, index) =>
        new Market(instrument, index, dialect.rules, table, {
          onSnapshotNeeded: (_, cause) => void this.noticed.push(cause),
          onDepthSilent: () => void this.noticed.push('silent'),
        }),
    );
  }

  frame(text: string): void {
    this.#decoder.decode(Buffer.from(text), this);
  }

  take(kind: MessageKind): void {
    const { message } = this;
    const fault = faultOf(kind, message, null) ?? this.markets[message.instrument]?.[kind](message, 0, 0);
    if (fault) this.noticed.push(fault.code);
  }
  reply(): void {
    this.noticed.push('reply');
  }
  refused(error: { readonly code: string }): void {
    this.noticed.push(error.code);
  }
  broken(error: { readonly code: string }): void {
    this.noticed.push(error.code);
  }
}

/** The frames after `mishap` befell the one at `at`; `changed` says something else that is well formed. */
export function befall(
  frames: readonly string[],
  at: number,
  mishap: Mishap,
  changed: (frame: string) => string,
): string[] {
  const [one = '', next = ''] = frames.slice(at, at + 2);
  const instead = {
    dropped: [next],
    doubled: [one, one, next],
    swapped: [next, one],
    changed: [changed(one), next],
  }[mishap];
  return frames.toSpliced(at, 2, ...instead);
}
