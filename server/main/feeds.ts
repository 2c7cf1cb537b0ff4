import type { Instrument } from '../../protocol/instrument.ts';
import type { AuditLog } from '../audit/log.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config/config.ts';
import { Feeds, INSTRUMENTS_MAX } from '../feeds/feeds.ts';
import type { FeedSetup } from '../feeds/port.ts';
import { createMarketTable } from '../feeds/table.ts';
import type { OrderDesk } from '../orders/desk.ts';
import type { BinanceSpot } from '../venues/binance-spot/adapter.ts';
import { listOf, type Journal } from './journal.ts';
import type { Observer } from './observer.ts';
import type { Places } from './places.ts';
import type { Publisher } from './publisher.ts';
import { Fatal, step } from './say.ts';

/** A feed that has not told its instruments by then starts later; the server starts without it. */
const INSTRUMENTS_MS = 10_000;

export interface FeedsWiring {
  readonly places: Places;
  readonly config: Pick<Config, 'feedThreads' | 'venue'>;
  /** From `setupsOf`. */
  readonly setups: readonly FeedSetup[];
  readonly isReplay: boolean;
  readonly clock: Clock;
  readonly shift: number;
  readonly log: Pick<AuditLog, 'appendNow'>;
  readonly journal: Journal;
  readonly desk: OrderDesk;
  readonly account: BinanceSpot;
  readonly publisher: Publisher;
  readonly observer: Observer;
  /** A venue's instruments, before anybody else is told of them; returns all that are known now. */
  readonly instrumentsAre: (added: readonly Instrument[]) => readonly Instrument[];
}

export interface WiredFeeds {
  readonly feeds: Feeds;
  /** Resolves when instruments are known or are not to be waited for; throws `Fatal` when they never come. */
  readonly start: () => Promise<void>;
}

/** Every feed with a table of its own. What of a table is never written takes no memory. */
export function setupsOf(config: Pick<Config, 'feeds' | 'origins' | 'replay' | 'venue'>): FeedSetup[] {
  const { feeds, origins, replay, venue } = config;
  // A capture is of one venue.
  const played = replay ? feeds.filter(({ id }) => id === venue.feed) : feeds;
  return played.map((feed) => ({
    venue: { ...feed, origin: origins.data },
    table: createMarketTable(INSTRUMENTS_MAX),
    replay,
  }));
}

/** The market data threads, and who hears of what they say. */
export function wireFeeds(wiring: FeedsWiring): WiredFeeds {
  const { places, config, setups, clock, shift, desk, publisher, observer } = wiring;
  const missing = new Set(setups.map(({ venue }) => venue.id));
  let feedsFailed: (error: Fatal) => void = () => undefined;
  let feedsKnown: () => void = () => undefined;
  const feedsStarted = new Promise<void>((resolve, reject) => {
    feedsKnown = resolve;
    feedsFailed = reject;
    clock.setTimer(INSTRUMENTS_MS, resolve);
  });
  const feeds = new Feeds(
    {
      entry: places.feedsEntry,
      clock,
      random: Math.random,
      clockShiftMicros: shift,
      threads: config.feedThreads,
      feeds: setups,
    },
    {
      onInstruments: (venue, added) => {
        const all = wiring.instrumentsAre(added);
        if (venue === config.venue.feed) trade(wiring, all, added);
        else desk.setInstruments(all);
        publisher.publish({ type: 'instruments', instruments: [...added] });
        publisher.soon('limits');
        missing.delete(venue);
        if (missing.size === 0) feedsKnown();
      },
      onFeedView: (view) => {
        observer.feedIs(view);
        publisher.publish({ type: 'feeds', feeds: observer.feeds() });
      },
      onQuarantined: (message) => publisher.publish({ type: 'quarantined', message }),
      onFatal: (_venue, code, sentence) => feedsFailed(new Fatal({ code, sentence })),
    },
  );
  return {
    feeds,
    start: () =>
      step('market data', async () => {
        feeds.start();
        await feedsStarted;
      }),
  };
}

/** What the account trades is known: orders of earlier runs get their instruments, and new ones may come. */
function trade(
  { isReplay, log, journal, desk, account }: FeedsWiring,
  all: readonly Instrument[],
  traded: readonly Instrument[],
): void {
  const isNew = !isReplay && journal.isNewList(traded);
  if (!isReplay) desk.restore(journal.orders(traded));
  if (isNew) {
    const details = listOf(traded);
    log.appendNow({ actor: 'server', action: 'server.instruments', scope: 'server', details });
  }
  desk.setInstruments(all);
  account.setInstruments(traded);
  if (!isReplay) desk.start();
}
