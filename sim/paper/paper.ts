import { parseDecimal } from '../../protocol/decimal.ts';
import { Listing } from '../market/listing.ts';
import { LiveFeed } from './live-feed.ts';
import { exchangeInfoSchema, specOf, type LiveEvent } from './live-schema.ts';
import { PaperBook, type LiveLevel } from './paper-book.ts';

export interface Paper {
  readonly listings: readonly Listing[];
  close(): void;
}

interface Desk {
  readonly listing: Listing;
  readonly book: PaperBook;
}

/**
 * Opens paper trading against a live venue: its instruments, its books and trades, fills pretended here
 * (`PaperBook`). No key is used and nothing is sent to it but subscriptions. Rejects with a sentence when
 * the venue cannot be reached or a symbol is not traded there.
 */
export async function openPaper(
  urls: { readonly rest: string; readonly ws: string },
  symbols: readonly string[],
  now: () => number,
): Promise<Paper> {
  if (symbols.length === 0) throw new Error('Paper trading needs --symbols: the instruments to trade.');
  const info = exchangeInfoSchema.parse(await fetchInfo(urls.rest, symbols));
  const desks = new Map<string, Desk>();
  for (const [index, symbol] of symbols.entries()) {
    const live = info.symbols.find((entry) => entry.symbol === symbol);
    if (!live) throw new Error(`${symbol} is not traded at ${urls.rest}.`);
    const listing = new Listing(specOf(live, index));
    const book = new PaperBook(listing, index * 1_000_000_000 + 1);
    listing.matcher = book;
    listing.live = true;
    desks.set(symbol.toLowerCase(), { listing, book });
  }
  const streams = [...desks.keys()].flatMap((name) => [`${name}@depth20@100ms`, `${name}@trade`]);
  const feed = new LiveFeed(`${urls.ws}/stream?streams=${streams.join('/')}`, {
    onEvent: (stream, event) => {
      const desk = desks.get(stream.slice(0, stream.indexOf('@')));
      if (desk) apply(desk, event, now());
    },
    onLost: () => {
      for (const { book } of desks.values()) book.forget();
    },
  });
  return { listings: [...desks.values()].map(({ listing }) => listing), close: () => feed.close() };
}

/** One live event; one whose amounts do not fit the instrument is left out, and said so. */
function apply({ listing, book }: Desk, event: LiveEvent, millis: number): void {
  const { priceScale, sizeScale, symbol } = listing.spec;
  listing.millis = millis;
  if ('bids' in event) {
    const bids = levelsOf(event.bids, priceScale, sizeScale);
    const asks = levelsOf(event.asks, priceScale, sizeScale);
    if (bids && asks) book.setBook(bids, asks);
    else leftOut(symbol, 'book');
    return;
  }
  const ticks = parseDecimal(event.p, priceScale);
  const lots = parseDecimal(event.q, sizeScale);
  if (!ticks.ok || !lots.ok) {
    leftOut(symbol, 'trade');
    return;
  }
  listing.print(ticks.value, lots.value, event.m, 0, 0);
  book.liveTrade(ticks.value, lots.value);
}

/** Levels in ticks and lots, or null when one of them does not fit. */
function levelsOf(
  rows: readonly (readonly [string, string, ...unknown[]])[],
  priceScale: number,
  sizeScale: number,
): LiveLevel[] | null {
  const levels: LiveLevel[] = [];
  for (const [price, size] of rows) {
    const ticks = parseDecimal(price, priceScale);
    const lots = parseDecimal(size, sizeScale);
    if (!ticks.ok || !lots.ok) return null;
    levels.push([ticks.value, lots.value]);
  }
  return levels;
}

function leftOut(symbol: string, what: string): void {
  process.stderr.write(
    `sim: left out a live ${what} of ${symbol} whose amounts do not fit its ticks and lots\n`,
  );
}

async function fetchInfo(rest: string, symbols: readonly string[]): Promise<unknown> {
  const url = `${rest}/api/v3/exchangeInfo?symbols=${encodeURIComponent(JSON.stringify(symbols))}`;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
    if (!response.ok) throw new Error(`it answered ${response.status}`);
    return await response.json();
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new Error(`The live venue at ${rest} cannot be reached: ${cause}.`, { cause: error });
  }
}
