import { formatDecimal } from '../../../protocol/decimal.ts';
import type { VenueId } from '../../../protocol/units.ts';
import type { Arbitrage } from '../../state/arbitrage.ts';
import type { ConsolidatedBook, ConsolidatedLevel } from '../../state/consolidated-book.ts';
import type { SameMarket } from '../../state/same-market.ts';
import { formatAge, formatBps } from '../../ui/format.ts';
import { BOOK_WORDS } from './book-words.ts';
import type { DrawnRow } from './ladder-rows.ts';

/** Levels with who offers what, and depth as a part of the deeper side's total; best first. */
export function consolidatedRows(
  book: ConsolidatedBook,
  market: SameMarket,
): { asks: DrawnRow[]; bids: DrawnRow[] } {
  const total = (levels: readonly ConsolidatedLevel[]): bigint =>
    levels.reduce((sum, { size }) => sum + size, 0n);
  const [asks, bids] = [total(book.asks), total(book.bids)];
  const deepest = Number(asks > bids ? asks : bids) || 1;
  return { asks: rows(book.asks, market, deepest), bids: rows(book.bids, market, deepest) };
}

function rows(levels: readonly ConsolidatedLevel[], market: SameMarket, deepest: number): DrawnRow[] {
  const { priceDecimals, sizeDecimals } = market;
  let sum = 0n;
  return levels.map(({ price, size, offers }) => {
    sum += size;
    const who =
      offers.length === 1
        ? (offers[0]?.venue ?? '')
        : offers.map((offer) => `${offer.venue} ${formatDecimal(offer.size, sizeDecimals)}`).join(' · ');
    return {
      cells: [who, formatDecimal(size, sizeDecimals), formatDecimal(price, priceDecimals)],
      depth: Number(sum) / deepest,
      title: who,
    };
  });
}

/** Mid and spread of all venues together; a negative spread is said as what it is. */
export function consolidatedMid(
  book: ConsolidatedBook,
  { priceDecimals }: SameMarket,
): { mid: string; spread: string } {
  const [bid, ask] = [book.bids[0]?.price, book.asks[0]?.price];
  if (bid === undefined || ask === undefined) return { mid: '–', spread: '–' };
  const sum = bid + ask;
  const mid =
    sum % 2n === 0n ? formatDecimal(sum / 2n, priceDecimals) : formatDecimal(sum * 5n, priceDecimals + 1);
  const bps = (Number(ask - bid) / Number(sum)) * 20_000;
  return { mid, spread: bps < 0 ? `crossed ${formatBps(-bps)} bp` : `spread ${formatBps(bps)} bp` };
}

/** Whose levels these are, and who is left out, with the reason. `hasNone`: venues that have no books at all. */
export function whoText({ venues, leftOut }: ConsolidatedBook, hasNone: (venue: VenueId) => boolean): string {
  const out = leftOut.map(({ venue, state }) => {
    const why = hasNone(venue)
      ? 'it has no books'
      : state === null
        ? 'its book is awaited'
        : BOOK_WORDS[state];
    return `${venue} left out: ${why}`;
  });
  return [venues.length === 0 ? 'No venue has a book of now' : venues.join(' + '), ...out].join(' · ');
}

export function arbitrageText(found: Arbitrage | null, { priceDecimals, sizeDecimals }: SameMarket): string {
  if (!found) return 'No bid above another venue’s ask.';
  const price = (units: bigint): string => formatDecimal(units, priceDecimals);
  return (
    `Buy ${formatDecimal(found.size, sizeDecimals)} at ${found.buyAt} ${price(found.ask)}, sell at ${found.sellAt} ` +
    `${price(found.bid)}: +${formatBps(found.bps)} bp before fees (none are configured), ${formatAge(found.ageMs)} old.`
  );
}
