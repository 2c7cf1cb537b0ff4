import type { Refusal } from '../../protocol/result.ts';
import type { VenueId } from '../../protocol/units.ts';
import type { ConfigFile, FeedTable } from './schema.ts';

/** One venue's market data, as the server runs it. */
export interface FeedConfig {
  readonly id: VenueId;
  readonly name: string;
  readonly dialect: string;
  readonly restUrl: string;
  readonly wsUrl: string;
  readonly symbols: 'all' | readonly string[];
  readonly simulated: boolean;
}

type Feeds = Pick<ConfigFile, 'feed' | 'feeds' | 'venue'>;

/** The feeds of a file, however it names them, each with the key that a sentence calls it by. */
export function feedsIn({ feed, feeds }: Pick<Feeds, 'feed' | 'feeds'>): { key: string; table: FeedTable }[] {
  if (feed) return [{ key: 'feed', table: feed }];
  return (feeds ?? []).map((table, at) => ({ key: `feeds.${at + 1}`, table }));
}

/** The feed whose instruments the account trades; null when the file does not say which. */
function findTraded(file: Feeds): VenueId | null {
  const ids = feedsIn(file).map(({ table }) => table.id);
  const wanted = file.venue.feed ?? file.venue.id;
  if (ids.includes(wanted)) return wanted;
  return file.venue.feed === undefined && ids.length === 1 ? (ids[0] ?? null) : null;
}

/** Of a file that `checkFeeds` found nothing wrong with. */
export function tradedFeed(file: Feeds): VenueId {
  const traded = findTraded(file);
  if (traded === null) throw new Error('The account trades none of the feeds.');
  return traded;
}

/** What is wrong with the feeds of a file that is well formed; null when nothing is. */
export function checkFeeds(file: Feeds): Refusal | null {
  if (file.feed && file.feeds) return issue('feed', 'and feeds are both given; keep one.');
  const feeds = feedsIn(file);
  const [first] = feeds;
  if (!first) return issue('feeds', 'is missing: a [[feeds]] table says where market data comes from.');
  const ids = feeds.map(({ table }) => table.id);
  const twice = ids.find((id, at) => ids.indexOf(id) !== at);
  if (twice) return issue('feeds', `has two called "${twice}".`);
  const other = feeds.find(({ table }) => table.simulated !== first.table.simulated);
  if (other) {
    return issue(
      `${other.key}.simulated`,
      'is not as in the feed before: real and simulated data never mix.',
    );
  }
  if (findTraded(file) !== null) return null;
  const named = file.venue.feed === undefined ? 'is missing: no feed is' : 'names no feed: none is';
  return issue('venue.feed', `${named} called "${file.venue.feed ?? file.venue.id}".`);
}

const issue = (key: string, what: string): Refusal => ({
  code: 'config-invalid',
  sentence: `${key} ${what}`,
});
