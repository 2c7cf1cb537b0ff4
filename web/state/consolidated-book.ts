import type { VenueId } from '../../protocol/units.ts';
import type { BookView, LadderRow } from '../stream/port.ts';
import type { MarketMember, SameMarket } from './same-market.ts';

/** A price, and who offers how much at it; units of the market. */
export interface ConsolidatedLevel {
  readonly price: bigint;
  readonly size: bigint;
  readonly offers: readonly { readonly venue: VenueId; readonly size: bigint }[];
}

export interface LeftOut {
  readonly venue: VenueId;
  /** null: no book of it has come. */
  readonly state: BookView['state'] | null;
}

export interface ConsolidatedBook {
  /** Best first. The best bid may be above the best ask: they are of different venues. */
  readonly bids: readonly ConsolidatedLevel[];
  readonly asks: readonly ConsolidatedLevel[];
  /** Whose levels are in it. */
  readonly venues: readonly VenueId[];
  readonly leftOut: readonly LeftOut[];
}

/**
 * The levels of all venues in one ladder. A book that is not of now is left out and named: its best
 * price would stand at the top for as long as it is wrong.
 */
export function consolidate(
  market: SameMarket,
  books: ReadonlyMap<number, BookView>,
  depth: number,
): ConsolidatedBook {
  const taken: { readonly member: MarketMember; readonly book: BookView }[] = [];
  const leftOut: LeftOut[] = [];
  for (const member of market.members) {
    const { index, venue } = member.instrument;
    const book = books.get(index);
    if (book && (book.state === 'live' || book.state === 'quiet')) taken.push({ member, book });
    else leftOut.push({ venue, state: book?.state ?? null });
  }
  const side = (rows: (book: BookView) => readonly LadderRow[], descending: boolean) => {
    const levels = new Map<bigint, ConsolidatedLevel>();
    for (const { member, book } of taken) {
      for (const { ticks, lots } of rows(book)) add(levels, member, ticks, lots);
    }
    const sign = descending ? -1 : 1;
    return [...levels.values()].sort((a, b) => (a.price < b.price ? -sign : sign)).slice(0, depth);
  };
  return {
    bids: side(({ bids }) => bids, true),
    asks: side(({ asks }) => asks, false),
    venues: taken.map(({ member }) => member.instrument.venue),
    leftOut,
  };
}

function add(
  levels: Map<bigint, ConsolidatedLevel>,
  { instrument, unitsATick, unitsALot }: MarketMember,
  ticks: number,
  lots: number,
): void {
  const price = BigInt(ticks) * unitsATick;
  const size = BigInt(lots) * unitsALot;
  const before = levels.get(price);
  levels.set(price, {
    price,
    size: (before?.size ?? 0n) + size,
    offers: [...(before?.offers ?? []), { venue: instrument.venue, size }],
  });
}
