import type { DecodeSink } from '../dialect.ts';
import type { MarketMessage } from '../market-message.ts';

interface Trade {
  instrument: number;
  eventAt: number;
  tradeId: number;
  price: number;
  size: number;
  aggressor: number;
}

/** The trades of one frame, told once all of it is known to be well formed. Reused for every frame. */
export class TradeList {
  readonly #trades: Trade[] = [];
  #count = 0;

  begin(): void {
    this.#count = 0;
  }

  /** Adds the trade that `message` says. */
  add({ instrument, eventAt, tradeId, price, size, aggressor }: MarketMessage): void {
    const trade = this.#trades[this.#count];
    this.#count += 1;
    if (!trade) {
      this.#trades.push({ instrument, eventAt, tradeId, price, size, aggressor });
      return;
    }
    trade.instrument = instrument;
    trade.eventAt = eventAt;
    trade.tradeId = tradeId;
    trade.price = price;
    trade.size = size;
    trade.aggressor = aggressor;
  }

  /** Tells them in the order they were added. */
  tell(sink: DecodeSink): void {
    for (let at = 0; at < this.#count; at++) {
      const trade = this.#trades[at];
      if (trade) tell(trade, sink);
    }
  }
}

function tell(trade: Trade, sink: DecodeSink): void {
  const { message } = sink;
  message.instrument = trade.instrument;
  message.eventAt = trade.eventAt;
  message.tradeId = trade.tradeId;
  message.price = trade.price;
  message.size = trade.size;
  message.aggressor = trade.aggressor;
  sink.take('trade');
}
