import type { BookUpdate, Level } from '../../protocol/book.ts';
import { formatSize, type Instrument } from '../../protocol/instrument.ts';
import { midText, priceText } from '../ui/price.ts';
import type { Lots } from '../../protocol/units.ts';
import type { BookView, LadderRow } from './port.ts';

const SHOWN = 20;

/** The visible ladder as texts, with cumulative depth as a part of the deeper side. */
export function ladderView(book: Omit<BookUpdate, 'base'>, instrument: Instrument): BookView {
  const bids = book.bids.slice(0, SHOWN);
  const asks = book.asks.slice(0, SHOWN);
  const deepest = Math.max(total(bids), total(asks), 1);
  const best = { bid: bids[0], ask: asks[0] };
  return {
    instrument: book.instrument,
    state: book.state,
    version: book.version,
    exchangeAt: book.exchangeAt,
    bids: rows(bids, instrument, deepest),
    asks: rows(asks, instrument, deepest),
    mid: best.bid && best.ask ? midText(best.bid.price, best.ask.price, instrument) : '–',
    spread: best.bid && best.ask ? priceText(best.ask.price - best.bid.price, instrument) : '–',
  };
}

function rows(levels: readonly Level[], instrument: Instrument, deepest: number): LadderRow[] {
  let sum = 0;
  return levels.map((level) => {
    sum += level.size;
    return {
      ticks: level.price,
      lots: level.size,
      price: priceText(level.price, instrument),
      size: formatSize(level.size as Lots, instrument),
      depth: sum / deepest,
    };
  });
}

function total(levels: readonly Level[]): number {
  return levels.reduce((sum, level) => sum + level.size, 0);
}
