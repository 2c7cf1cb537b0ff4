import { createStore } from 'zustand/vanilla';
import type { Origin } from '../../protocol/origin.ts';
import type { BookView, Paint, QuoteView, TradeView } from '../stream/port.ts';

/** Of the instrument that is looked at: more than a person reads, so that a paused tape misses none. */
export const TRADES_KEPT = 5000;

/** The market as it was last painted. Values stay when the stream stops: age says how old they are. */
export interface MarketView {
  readonly origin: Origin | null;
  /** By instrument index. */
  readonly quotes: readonly (QuoteView | undefined)[];
  /** Quotes painted since this page was loaded. */
  readonly quoteUpdates: number;
  readonly books: ReadonlyMap<number, BookView>;
  /** Newest first. */
  readonly trades: ReadonlyMap<number, readonly TradeView[]>;
  /** Trades this console was too slow to get, per instrument, since it began to watch it. */
  readonly skipped: ReadonlyMap<number, number>;
}

export function createMarketStore() {
  const store = createStore<MarketView>(() => ({
    origin: null,
    quotes: [],
    quoteUpdates: 0,
    books: new Map(),
    trades: new Map(),
    skipped: new Map(),
  }));
  return {
    ...store,
    paint(paint: Paint): void {
      store.setState((before) => {
        const view = paint.dropped.length === 0 ? before : { ...before, ...drop(before, paint.dropped) };
        return {
          origin: paint.origin,
          quotes: paintQuotes(view.quotes, paint),
          quoteUpdates: view.quoteUpdates + paint.quotes.length,
          books: paintBooks(view.books, paint),
          trades: view.trades,
          skipped: view.skipped,
          ...(paint.trades.length === 0 ? {} : paintTrades(view, paint)),
        };
      });
    },
    forget(): void {
      store.setState(store.getInitialState(), true);
    },
  };
}
export type MarketStore = ReturnType<typeof createMarketStore>;

function paintQuotes(quotes: MarketView['quotes'], paint: Paint): MarketView['quotes'] {
  if (paint.quotes.length === 0 && !paint.replaceQuotes) return quotes;
  const next = paint.replaceQuotes && paint.quotes.length > 0 ? [] : quotes.slice();
  for (const quote of paint.quotes) next[quote.instrument] = quote;
  return next;
}

/** After a new snapshot the ladders shown are of the old connection, until theirs comes. */
function paintBooks(
  books: MarketView['books'],
  { books: changed, replaceQuotes }: Paint,
): MarketView['books'] {
  const waits = replaceQuotes && books.size > 0;
  if (changed.length === 0 && !waits) return books;
  const next = new Map(books);
  if (waits) for (const [index, book] of books) next.set(index, { ...book, state: 'resyncing' });
  for (const book of changed) next.set(book.instrument, book);
  return next;
}

function drop(
  view: MarketView,
  instruments: readonly number[],
): Pick<MarketView, 'books' | 'trades' | 'skipped'> {
  const without = <T>(map: ReadonlyMap<number, T>): ReadonlyMap<number, T> =>
    new Map([...map].filter(([instrument]) => !instruments.includes(instrument)));
  return { books: without(view.books), trades: without(view.trades), skipped: without(view.skipped) };
}

function paintTrades(view: MarketView, paint: Paint): Pick<MarketView, 'trades' | 'skipped'> {
  const trades = new Map(view.trades);
  const skipped = new Map(view.skipped);
  for (const fresh of paint.trades) {
    const before = fresh.replace ? [] : (trades.get(fresh.instrument) ?? []);
    trades.set(fresh.instrument, [...fresh.trades.toReversed(), ...before].slice(0, TRADES_KEPT));
    // What was skipped before one began to watch was not missed by anyone.
    const missed = (skipped.get(fresh.instrument) ?? 0) + fresh.skipped;
    skipped.set(fresh.instrument, fresh.replace ? 0 : missed);
  }
  return { trades, skipped };
}
