import { TRADE_RING } from './table-slots.ts';

/** Trades of one instrument on their way to the table, which has room for the last `TRADE_RING` of them. */
export class TradeRun {
  readonly price = new Float64Array(TRADE_RING);
  readonly size = new Float64Array(TRADE_RING);
  readonly tradeId = new Float64Array(TRADE_RING);
  readonly exchangeAt = new Float64Array(TRADE_RING);
  readonly aggressor = new Uint8Array(TRADE_RING);
  /** Since the last `clear`. Trade `n` of them stands at row `n` modulo `TRADE_RING`. */
  length = 0;

  /** Ticks, lots, µs; `aggressor` 0 buyer, 1 seller. */
  add(price: number, size: number, tradeId: number, exchangeAt: number, aggressor: number): void {
    const row = this.length % TRADE_RING;
    this.price[row] = price;
    this.size[row] = size;
    this.tradeId[row] = tradeId;
    this.exchangeAt[row] = exchangeAt;
    this.aggressor[row] = aggressor;
    this.length += 1;
  }

  clear(): void {
    this.length = 0;
  }
}
