import { isHeard, type FeedView } from '../../protocol/health.ts';
import type { MarkView } from '../stream/port.ts';

/** Whether a connection that this venue's marks come over is heard; not known counts as heard: a mark says its own state. */
export function marksAreHeard(feeds: readonly Pick<FeedView, 'venue' | 'lines'>[], venue: string): boolean {
  const lines = feeds.find((feed) => feed.venue === venue)?.lines.filter(({ marks }) => marks > 0) ?? [];
  return lines.length === 0 || lines.some(isHeard);
}

/** A mark as it stands now: the word that its connection is dead comes before the mark's own, which is told each five seconds. */
export const markNow = (mark: MarkView | null, isHeardNow: boolean): MarkView | null =>
  mark?.state === 'live' && !isHeardNow ? { ...mark, state: 'stale' } : mark;
