import type { Instrument } from '../../protocol/instrument.ts';
import type { AuditLog } from '../audit/log.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config/config.ts';
import { FeedsThread } from '../feeds/feeds-thread.ts';
import type { OrderDesk } from '../orders/desk.ts';
import type { BinanceSpot } from '../venues/binance-spot/adapter.ts';
import type { Journal } from './journal.ts';
import type { Observer } from './observer.ts';
import type { Places } from './places.ts';
import type { Publisher } from './publisher.ts';
import { Fatal, step } from './say.ts';

/** A feed that has not told its instruments by then starts later; the server starts without it. */
const INSTRUMENTS_MS = 10_000;

export interface FeedsWiring {
  readonly places: Places;
  readonly config: Pick<Config, 'feed' | 'origins' | 'replay'>;
  readonly isReplay: boolean;
  readonly clock: Clock;
  readonly shift: number;
  readonly table: ConstructorParameters<typeof FeedsThread>[0]['table'];
  readonly log: Pick<AuditLog, 'appendNow'>;
  readonly journal: Journal;
  readonly desk: OrderDesk;
  readonly account: BinanceSpot;
  readonly publisher: Publisher;
  readonly observer: Observer;
  /** Before anybody else is told of them. */
  readonly instrumentsAre: (list: readonly Instrument[]) => void;
}

export interface WiredFeeds {
  readonly feeds: FeedsThread;
  /** Resolves when instruments are known or are not to be waited for; throws `Fatal` when they never come. */
  readonly start: () => Promise<void>;
}

/** The market data thread, and who hears of what it says. */
export function wireFeeds(wiring: FeedsWiring): WiredFeeds {
  const { places, config, isReplay, clock, shift, table, log, journal } = wiring;
  const { desk, account, publisher, observer, instrumentsAre } = wiring;
  let feedsFailed: (error: Fatal) => void = () => undefined;
  let feedsKnown: () => void = () => undefined;
  const feedsStarted = new Promise<void>((resolve, reject) => {
    feedsKnown = resolve;
    feedsFailed = reject;
    clock.setTimer(INSTRUMENTS_MS, resolve);
  });
  const feeds = new FeedsThread(
    {
      entry: places.feedsEntry,
      clock,
      random: Math.random,
      table,
      venue: { ...config.feed, origin: config.origins.data },
      replay: config.replay,
      clockShiftMicros: shift,
    },
    {
      onInstruments: (list) => {
        instrumentsAre(list);
        const isNew = !isReplay && journal.isNewList(list);
        if (!isReplay) desk.restore(journal.orders(list));
        if (isNew) {
          const symbols = list.map((instrument) => instrument.symbol);
          log.appendNow({
            actor: 'server',
            action: 'server.instruments',
            scope: 'server',
            details: { symbols },
          });
        }
        desk.setInstruments(list);
        account.setInstruments(list);
        publisher.publish({ type: 'instruments', instruments: [...list] });
        publisher.soon('limits');
        if (!isReplay) desk.start();
        feedsKnown();
      },
      onFeedView: (view) => {
        observer.feedIs(view);
        publisher.publish({ type: 'feeds', feeds: observer.feeds() });
      },
      onQuarantined: (message) => publisher.publish({ type: 'quarantined', message }),
      onFatal: (code, sentence) => feedsFailed(new Fatal({ code, sentence })),
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
