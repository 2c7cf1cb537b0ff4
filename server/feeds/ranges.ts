import type { VenueId } from '../../protocol/units.ts';

/** A venue's instruments in the list of all: `count` of them, from index `first` on. */
export interface VenueRange {
  readonly venue: VenueId;
  readonly first: number;
  readonly count: number;
}

/** Which venue an index belongs to. Ranges are only appended: an index never changes its meaning. */
export class Ranges {
  readonly #ranges: VenueRange[] = [];
  /** Questions come in runs of one venue. */
  #last: VenueRange | null = null;
  #size = 0;

  /** Indexes given so far. */
  get size(): number {
    return this.#size;
  }

  append(venue: VenueId, count: number): VenueRange {
    const range = { venue, first: this.#size, count };
    this.#ranges.push(range);
    this.#size += count;
    return range;
  }

  of(index: number): VenueRange | null {
    const last = this.#last;
    if (last && index >= last.first && index < last.first + last.count) return last;
    const range = this.#ranges.find(({ first, count }) => index >= first && index < first + count);
    this.#last = range ?? last;
    return range ?? null;
  }

  ofVenue(venue: VenueId): VenueRange | null {
    return this.#ranges.find((range) => range.venue === venue) ?? null;
  }

  all(): readonly VenueRange[] {
    return this.#ranges;
  }
}
