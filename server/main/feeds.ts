import type { Instrument } from '../../protocol/instrument.ts';
import { ok, type Result } from '../../protocol/result.ts';
import type { ReplayView } from '../../protocol/replay.ts';
import type { VenueId } from '../../protocol/units.ts';
import type { AuditLog } from '../audit/log.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config/config.ts';
import { Feeds, INSTRUMENTS_MAX } from '../feeds/feeds.ts';
import type { FeedSetup, FeedVenue } from '../feeds/port.ts';
import { identifyCapture, toldApart } from '../feeds/replay/identify.ts';
import { createMarketTable } from '../feeds/table.ts';
import { BarHistory, type BarHistoryParts } from './bar-history.ts';
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
  readonly config: Pick<Config, 'feedThreads' | 'venue' | 'origins'>;
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
  /** What the feeds say of what they replay. */
  readonly replayIs: (view: ReplayView) => void;
  /** A venue's instruments, before anybody else is told of them; returns all that are known now. */
  readonly instrumentsAre: (added: readonly Instrument[]) => readonly Instrument[];
  /** Asks where minute bars are kept. */
  readonly askBars: BarHistoryParts['ask'];
}

export interface WiredFeeds {
  readonly feeds: Feeds;
  readonly barHistory: BarHistory;
  /** Resolves when instruments are known or are not to be waited for; throws `Fatal` when they never come. */
  readonly start: () => Promise<void>;
}

/** Every feed with a table of its own. What of a table is never written takes no memory. */
export async function setupsOf(
  config: Pick<Config, 'feeds' | 'origins' | 'replay' | 'venue'>,
): Promise<Result<FeedSetup[]>> {
  const { feeds, origins, replay, venue } = config;
  const setup = (feed: Omit<FeedVenue, 'origin'>, capture: FeedSetup['replay']): FeedSetup => ({
    venue: { ...feed, origin: origins.data },
    table: createMarketTable(INSTRUMENTS_MAX),
    replay: capture,
  });
  if (!replay) return ok(feeds.map((feed) => setup(feed, null)));
  const { files, speed } = replay;
  const [file] = files;
  // One capture takes the place of the account's own feed, whatever it is of.
  const own = feeds.find(({ id }) => id === venue.feed);
  if (own && file !== undefined && files.length === 1) return ok([setup(own, { file, speed })]);
  const captures = [];
  for (const each of files) {
    const captured = await identifyCapture(each);
    if (!captured.ok) return captured;
    captures.push({ ...captured.value, file: each });
  }
  return ok(
    toldApart(captures).map(({ id, name, dialect, file: each }) =>
      setup(
        { id: id as VenueId, name, dialect, restUrl: '', wsUrl: '', symbols: 'all' },
        { file: each, speed },
      ),
    ),
  );
}

/** The market data threads, and who hears of what they say. */
export function wireFeeds(wiring: FeedsWiring): WiredFeeds {
  const { places, config, setups, clock, shift, desk, publisher, observer } = wiring;
  const listed = new Map<VenueId, readonly Instrument[]>();
  const barHistory: BarHistory = new BarHistory({
    ask: wiring.askBars,
    restore: (venue, minutes) => feeds.restore(venue, minutes),
    instruments: (venue) => listed.get(venue) ?? [],
    origin: config.origins.data,
    clock,
  });
  const missing = new Set(setups.map(({ venue }) => venue.id));
  let feedsFailed: (error: Fatal) => void = () => undefined;
  let feedsKnown: () => void = () => undefined;
  const feedsStarted = new Promise<void>((resolve, reject) => {
    feedsKnown = resolve;
    feedsFailed = reject;
    clock.setTimer(INSTRUMENTS_MS, resolve);
  });
  const feeds: Feeds = new Feeds(
    {
      entry: places.feedsEntry,
      clock,
      random: Math.random,
      clockShiftMicros: shift,
      // Captures that are played together share one clock, and so one thread.
      threads: wiring.isReplay ? 1 : config.feedThreads,
      feeds: setups,
    },
    {
      onInstruments: (venue, added) => {
        listed.set(venue, added);
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
      onBegun: (venue) => barHistory.begun(venue),
      onMinutes: (venue, rows) => barHistory.minutes(venue, rows),
      onQuarantined: (message) => publisher.publish({ type: 'quarantined', message }),
      onReplay: wiring.replayIs,
      onFatal: (_venue, code, sentence) => feedsFailed(new Fatal({ code, sentence })),
    },
  );
  return {
    feeds,
    barHistory,
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
