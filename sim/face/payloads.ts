import { BUY, SELL, type Side } from '../engine/order.ts';
import type { Ladder } from '../engine/ladder.ts';
import type { Kline } from '../market/klines.ts';
import type { DepthDiff, Listing, TapeTrade } from '../market/listing.ts';
import { AMOUNT_SCALE, scaled } from '../market/spec.ts';

/** JSON texts of Binance's market data, written by hand: they are most of what the venue sends. */

export function tradeText({ spec, prices, sizes }: Listing, trade: Readonly<TapeTrade>): string {
  const time = Math.floor(trade.millis);
  return (
    `{"e":"trade","E":${time},"s":"${spec.symbol}","t":${trade.id},"p":"${prices.text(trade.ticks)}",` +
    `"q":"${sizes.text(trade.lots)}","b":${trade.buyerOrderId},"a":${trade.sellerOrderId},"T":${time},` +
    `"m":${trade.buyerIsMaker},"M":true}`
  );
}

export function bookTickerText(listing: Listing): string {
  const { spec, updateId, matcher, prices, sizes } = listing;
  const bid = matcher.bids.best();
  const ask = matcher.asks.best();
  return (
    `{"u":${updateId},"s":"${spec.symbol}","b":"${prices.text(bid?.ticks ?? 0)}",` +
    `"B":"${sizes.text(bid?.lots ?? 0)}","a":"${prices.text(ask?.ticks ?? 0)}","A":"${sizes.text(ask?.lots ?? 0)}"}`
  );
}

export function depthDiffText(listing: Listing, diff: DepthDiff, millis: number): string {
  const changes = (side: Side, ticks: readonly number[]): string => {
    const ladder = side === BUY ? listing.matcher.bids : listing.matcher.asks;
    return ticks.map((price) => levelText(listing, price, ladder.find(price)?.lots ?? 0)).join();
  };
  return (
    `{"e":"depthUpdate","E":${Math.floor(millis)},"s":"${listing.spec.symbol}","U":${diff.first},"u":${diff.last},` +
    `"b":[${changes(BUY, diff.bids)}],"a":[${changes(SELL, diff.asks)}]}`
  );
}

/** The best `limit` levels of both sides: `GET depth` and the partial depth stream. */
export function depthText(listing: Listing, limit: number): string {
  const side = (ladder: Ladder): string => {
    const levels: string[] = [];
    for (let rank = 0; rank < limit; rank++) {
      const level = ladder.at(rank);
      if (level === null) break;
      levels.push(levelText(listing, level.ticks, level.lots));
    }
    return levels.join();
  };
  const { bids, asks } = listing.matcher;
  return `{"lastUpdateId":${listing.updateId},"bids":[${side(bids)}],"asks":[${side(asks)}]}`;
}

function levelText({ prices, sizes }: Listing, ticks: number, lots: number): string {
  return `["${prices.text(ticks)}","${sizes.text(lots)}"]`;
}

/** One row of `GET klines`. */
export function klineRow(listing: Listing, kline: Kline, intervalMillis: number): unknown[] {
  const { prices, sizes } = listing;
  return [
    kline.openMillis,
    prices.text(kline.open),
    prices.text(kline.high),
    prices.text(kline.low),
    prices.text(kline.close),
    sizes.text(kline.lots),
    kline.openMillis + intervalMillis - 1,
    valueText(listing, kline.quote),
    kline.trades,
    sizes.text(kline.takerBuyLots),
    valueText(listing, kline.takerBuyQuote),
    '0',
  ];
}

export function klineText(
  listing: Listing,
  kline: Kline,
  interval: string,
  span: number,
  closed: boolean,
  millis: number,
): string {
  const { spec, prices, sizes } = listing;
  return JSON.stringify({
    e: 'kline',
    E: Math.floor(millis),
    s: spec.symbol,
    k: {
      t: kline.openMillis,
      T: kline.openMillis + span - 1,
      s: spec.symbol,
      i: interval,
      f: kline.trades === 0 ? -1 : kline.firstTradeId,
      L: kline.trades === 0 ? -1 : kline.lastTradeId,
      o: prices.text(kline.open),
      c: prices.text(kline.close),
      h: prices.text(kline.high),
      l: prices.text(kline.low),
      v: sizes.text(kline.lots),
      n: kline.trades,
      x: closed,
      q: valueText(listing, kline.quote),
      V: sizes.text(kline.takerBuyLots),
      Q: valueText(listing, kline.takerBuyQuote),
      B: '0',
    },
  });
}

/** ticks × lots as a quote amount. Volume is a statistic: past 2^53 it may lose its last digits. */
function valueText({ spec }: Listing, value: number): string {
  const units = scaled(BigInt(Math.round(value)), AMOUNT_SCALE - spec.priceScale - spec.sizeScale);
  const text = units.toString().padStart(AMOUNT_SCALE + 1, '0');
  return `${text.slice(0, -AMOUNT_SCALE)}.${text.slice(-AMOUNT_SCALE)}`;
}
