import type { Candle } from '../../../protocol/messages.ts';
import type { Micros } from '../../../protocol/units.ts';
import type { TradeView } from '../../stream/port.ts';

/**
 * Of trades newest first, those after the one last seen, oldest first. A server that started again
 * numbers from the beginning: then the last one seen is not among them, and all are new.
 */
export function tradesAfter(
  trades: readonly TradeView[],
  seen: number | null,
): { readonly fresh: readonly TradeView[]; readonly seen: number | null } {
  const newest = trades[0]?.number;
  if (newest === undefined || newest === seen) return { fresh: [], seen };
  const at = trades.findIndex(({ number }) => number === seen);
  return { fresh: trades.slice(0, at < 0 ? undefined : at).toReversed(), seen: newest };
}

/**
 * The last candle after these trades (oldest first), and the ones that they closed. A trade that
 * is older than the last candle belongs to history already and is left out. `span`: of a candle, µs.
 */
export function foldTrades(last: Candle | undefined, trades: readonly TradeView[], span: number): Candle[] {
  const changed: Candle[] = [];
  let current = last;
  for (const trade of trades) {
    const opens = Math.floor(trade.at / span) * span;
    if (current && opens < current[0]) continue;
    const price = trade.ticks as Candle[1];
    if (current?.[0] === opens) {
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
      current = [opens as Micros, price, price, price, price, trade.lots as Candle[5]];
    }
    changed.push(current);
  }
  return changed;
}
