import type { Candle } from '../../../protocol/messages.ts';
import type { Micros } from '../../../protocol/units.ts';
import type { TradeView } from '../../stream/port.ts';

const MINUTE = 60_000_000;

/**
 * Of trades newest first, those after the one last seen, oldest first. An exchange that started
 * again numbers from the beginning: then all of them are new.
 */
export function tradesAfter(
  trades: readonly TradeView[],
  seen: number,
): { readonly fresh: readonly TradeView[]; readonly seen: number } {
  const newest = trades[0]?.id;
  if (newest === undefined || newest === seen) return { fresh: [], seen };
  const from = newest < seen ? -1 : seen;
  return { fresh: trades.filter((trade) => trade.id > from).toReversed(), seen: newest };
}

/**
 * The last candle after these trades (oldest first), and the ones that they closed. A trade that
 * is older than the last candle belongs to history already and is left out.
 */
export function foldTrades(last: Candle | undefined, trades: readonly TradeView[]): Candle[] {
  const changed: Candle[] = [];
  let current = last;
  for (const trade of trades) {
    const minute = Math.floor(trade.at / MINUTE) * MINUTE;
    if (current && minute < current[0]) continue;
    const price = trade.ticks as Candle[1];
    if (current?.[0] === minute) {
      const [at, open, high, low, , volume] = current;
      current = [
        at,
        open,
        Math.max(high, price) as Candle[2],
        Math.min(low, price) as Candle[3],
        price,
        (volume + trade.lots) as Candle[5],
      ];
      changed.pop();
    } else {
      if (changed.length === 0 && current) changed.push(current);
      current = [minute as Micros, price, price, price, price, trade.lots as Candle[5]];
    }
    changed.push(current);
  }
  return changed;
}
