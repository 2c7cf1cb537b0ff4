import type { Instrument } from '../../../protocol/instrument.ts';
import type { QuoteView } from '../../stream/port.ts';

export const WATCH_COLUMNS = ['name', 'venue', 'spread', 'hour', 'arbitrage', 'age'] as const;
/** What the list can be sorted by. */
export type WatchColumn = (typeof WATCH_COLUMNS)[number];

export interface WatchSorting {
  readonly column: WatchColumn;
  readonly descending: boolean;
}

/** A column's name is pressed: its order, the other way round, the order of the list. */
export function pressed(column: WatchColumn, before: WatchSorting | null): WatchSorting | null {
  if (before?.column !== column) return { column, descending: false };
  return before.descending ? null : { column, descending: true };
}

/** Names stand; what the market moves is put in order again now and then, not under one's eyes at each tick. */
export const isMoving = (sorting: WatchSorting | null): boolean =>
  sorting !== null && sorting.column !== 'name' && sorting.column !== 'venue';

/** Spread as a part of the mid, in hundredths of a per cent; null without both sides. */
export function spreadBps(quote: Pick<QuoteView, 'bidTicks' | 'askTicks'> | undefined): number | null {
  if (!quote || quote.bidTicks <= 0 || quote.askTicks <= 0) return null;
  return ((quote.askTicks - quote.bidTicks) / (quote.askTicks + quote.bidTicks)) * 20_000;
}

/** In the order of a column; rows without a value last, either way. `arbitrage` in hundredths of a per cent. */
export function inOrder(
  instruments: readonly Instrument[],
  sorting: WatchSorting | null,
  quotes: readonly (QuoteView | undefined)[],
  arbitrage: (index: number) => number | null,
): readonly Instrument[] {
  if (!sorting) return instruments;
  const value = valueOf(sorting.column, quotes, arbitrage);
  const keyed = instruments.map((instrument) => ({ instrument, key: value(instrument) }));
  const sign = sorting.descending ? -1 : 1;
  keyed.sort((a, b) => {
    if (a.key === b.key) return 0;
    if (a.key === null) return 1;
    if (b.key === null) return -1;
    return (a.key < b.key ? -1 : 1) * sign;
  });
  return keyed.map(({ instrument }) => instrument);
}

function valueOf(
  column: WatchColumn,
  quotes: readonly (QuoteView | undefined)[],
  arbitrage: (index: number) => number | null,
): (instrument: Instrument) => string | number | null {
  switch (column) {
    case 'name':
      return ({ name }) => name;
    case 'venue':
      return ({ venue }) => venue;
    case 'spread':
      return ({ index }) => spreadBps(quotes[index]);
    case 'hour':
      return ({ index }) => quotes[index]?.change ?? null;
    case 'arbitrage':
      return ({ index }) => arbitrage(index);
    case 'age': {
      // The oldest is the one that was received first.
      return ({ index }) => {
        const quote = quotes[index];
        return quote && quote.state !== 'never' ? -quote.receivedAt : null;
      };
    }
  }
}
