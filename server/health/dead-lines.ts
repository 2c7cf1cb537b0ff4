import { isInPart, type FeedLine, type FeedView } from '../../protocol/health.ts';
import type { VenueId } from '../../protocol/units.ts';

/** A connection of a venue whose others are heard. */
export interface DeadLine {
  readonly venue: VenueId;
  /** From 1, of so many. */
  readonly at: number;
  readonly of: number;
  readonly line: FeedLine;
}

/** When a venue falls, its connections fall one after another: what is dead for so long is dead alone. */
const SETTLED_MICROS = 1_000_000;
/** Of one venue. */
const TOLD_MAX = 8;

/** Which connections are dead while others of their venue are heard, and for how long. Times are monotonic µs. */
export class DeadLines {
  readonly #since = new Map<VenueId, ReadonlyMap<number, number>>();

  /** The newest word of a feed. */
  saw(view: Pick<FeedView, 'venue' | 'state' | 'lines'>, now: number): void {
    const before = this.#since.get(view.venue);
    const since = new Map<number, number>();
    if (view.state !== 'ended' && isInPart(view)) {
      view.lines.forEach((line, index) => {
        if (isDead(line)) since.set(index, before?.get(index) ?? now);
      });
    }
    this.#since.set(view.venue, since);
  }

  /** Those of these feeds that have been dead for long enough. */
  of(feeds: readonly Pick<FeedView, 'venue' | 'lines'>[], now: number): DeadLine[] {
    return feeds.flatMap(({ venue, lines }) => {
      const settled = [...(this.#since.get(venue) ?? [])].filter(([, at]) => now - at >= SETTLED_MICROS);
      return settled.slice(0, TOLD_MAX).flatMap(([index]) => {
        const line = lines[index];
        return line ? [{ venue, at: index + 1, of: lines.length, line }] : [];
      });
    });
  }
}

const isDead = ({ state }: FeedLine): boolean => state === 'stale' || state === 'down';
