import type { Refusal } from '../../protocol/result.ts';
import type { MessageKind } from './dialect.ts';
import type { Levels, MarketMessage } from './market-message.ts';

/** A venue's event time further than this from our estimate of its clock is not believed. */
export const EVENT_TIME_TOLERANCE_MICROS = 60_000_000;

/** What is wrong with a decoded message, whatever venue it came from; null when nothing is. */
export function faultOf(kind: MessageKind, message: MarketMessage, venueNow: number | null): Refusal | null {
  if (venueNow !== null && message.eventAt !== 0) {
    const off = message.eventAt - venueNow;
    if (Math.abs(off) > EVENT_TIME_TOLERANCE_MICROS) {
      const direction = off > 0 ? 'ahead of' : 'behind';
      return {
        code: 'event-time',
        sentence: `The event time is ${Math.round(Math.abs(off) / 1e6)} s ${direction} the venue's clock.`,
      };
    }
  }
  switch (kind) {
    case 'trade':
      return tradeFault(message);
    case 'ticker':
      return tickerFault(message);
    case 'depth':
      return depthFault(message);
    case 'snapshot':
      return levelsFault(message.bids) ?? levelsFault(message.asks);
    case 'mark':
      return markFault(message);
  }
}

function tradeFault(trade: MarketMessage): Refusal | null {
  if (!(trade.price > 0)) return fault('price', `A trade at ${trade.price} ticks: a price must be positive.`);
  if (!(trade.size > 0)) return fault('size', `A trade of ${trade.size} lots: a size must be positive.`);
  return null;
}

function tickerFault(ticker: MarketMessage): Refusal | null {
  if (!(ticker.bidSize >= 0) || !(ticker.askSize >= 0)) {
    return fault('size', 'A best bid or offer has a negative size.');
  }
  if ((ticker.bidSize > 0 && !(ticker.bid > 0)) || (ticker.askSize > 0 && !(ticker.ask > 0))) {
    return fault('price', 'A best bid or offer is not at a positive price.');
  }
  if (ticker.bidSize > 0 && ticker.askSize > 0 && ticker.bid >= ticker.ask) {
    return fault('crossed', `The best bid of ${ticker.bid} ticks is not below the offer of ${ticker.ask}.`);
  }
  return null;
}

function depthFault(depth: MarketMessage): Refusal | null {
  if (!(depth.firstUpdate <= depth.lastUpdate)) {
    return fault('update-order', `Update ${depth.firstUpdate} comes after its last, ${depth.lastUpdate}.`);
  }
  return levelsFault(depth.bids) ?? levelsFault(depth.asks);
}

function markFault(mark: MarketMessage): Refusal | null {
  if (!(mark.markPrice >= 0) || !(mark.indexPrice >= 0)) {
    return fault('price', 'A mark or index price is not positive.');
  }
  // A day's funding beyond the whole value is a slipped decimal, not a market.
  if (Math.abs(mark.fundingRate) > 1e8) return fault('funding', 'A funding rate is beyond 100 %.');
  return null;
}

export function levelsFault(levels: Levels): Refusal | null {
  for (let row = 0; row < levels.length; row++) {
    if (!((levels.price[row] ?? 0) > 0)) {
      return fault('price', `A level at ${levels.price[row] ?? 0} ticks: a price must be positive.`);
    }
    if (!((levels.size[row] ?? -1) >= 0)) {
      return fault('size', `A level of ${levels.size[row] ?? 0} lots: a size must not be negative.`);
    }
  }
  return null;
}

const fault = (code: string, sentence: string): Refusal => ({ code, sentence });
