import type { FeedView } from '../../protocol/health.ts';

/** False: this venue tells best bids and offers and has no books. Null: not known yet. */
export function hasBook(
  feeds: readonly Pick<FeedView, 'venue' | 'quality'>[],
  venue: string | null,
): boolean | null {
  const quality = feeds.find((feed) => feed.venue === venue)?.quality;
  return quality ? quality.channels.some(({ channel }) => channel === 'book') : null;
}
