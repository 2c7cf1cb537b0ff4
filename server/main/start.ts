import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Instrument } from '../../protocol/instrument.ts';
import type { ControlState } from '../../protocol/messages.ts';
import { CoalescedRefusals } from '../audit/coalesce.ts';
import { Auth } from '../auth/auth.ts';
import { loadSealingKey } from '../auth/key-file.ts';
import { Commands } from '../commands.ts';
import type { Arguments } from '../config/arguments.ts';
import { FeedsThread } from '../feeds/feeds-thread.ts';
import { createMarketTable, MarketTableReader } from '../feeds/table.ts';
import { Gate } from '../gate/gate.ts';
import { marksOf } from '../gate/marks.ts';
import { Halt } from '../halt/halt.ts';
import { Alarms } from '../health/alarms.ts';
import { startAfterCrash, tornTail } from '../health/catalogue.ts';
import { ControlHttp } from '../http.ts';
import { sessionCookieIn } from '../http/auth-routes.ts';
import { OrderDesk, runMark } from '../orders/desk.ts';
import { RelayThread } from '../relay/relay-thread.ts';
import { BinanceSpot } from '../venues/binance-spot/adapter.ts';
import type { Diary } from './diary.ts';
import { ensureStrategyKey, makeAdminKey } from './keys.ts';
import { readQuotes } from './market.ts';
import { limitsOf } from './limits.ts';
import { Observer } from './observer.ts';
import type { Places } from './places.ts';
import { Publisher } from './publisher.ts';
import { openAll } from './open.ts';
import { Fatal, need, step } from './say.ts';
import { stopServer } from './stop.ts';
import { wireChanges } from './changes.ts';

const INSTRUMENTS_MAX = 4096;
/** A feed that has not told its instruments by then starts later; the server starts without it. */
const INSTRUMENTS_MS = 10_000;

export interface Server {
  readonly consoleUrl: string;
  readonly controlUrl: string;
  readonly links: readonly { readonly user: string; readonly url: string }[];
  /** Gate closed, our orders cancelled and confirmed, everything closed. Returns what to say. */
  stop(): Promise<{ readonly clean: boolean; readonly sentence: string }>;
}

/** Starts every part, lowest first; throws `Fatal` with one sentence when one can't start. */
export async function startServer(
  { configFile, dataDir, pageDir, overrides }: Arguments,
  places: Places,
  diary: Diary,
): Promise<Server> {
  const opened = await openAll(configFile, dataDir, overrides);
  const { config, kind, venueKey, clock, shift, run, lock, journal, crash, log, recovered } = opened;
  const lastWroteAt = journal.lastWallAt;
  const alarms = new Alarms(clock, log, journal.alarms);

  const auth = await step('users and keys', async () => {
    const sealingKey = need(loadSealingKey(join(dataDir, 'secrets.key'), journal.auth.users.values()));
    const made = new Auth({ clock, log, sealingKey, randomBytes }, journal.auth);
    await made.ensureUsers(config.users);
    await ensureStrategyKey(dataDir, config.strategy, made);
    return made;
  });

  let instruments: readonly Instrument[] = [];
  const table = createMarketTable(INSTRUMENTS_MAX);
  const reader = new MarketTableReader(table);
  const isReplay = kind === 'replay';
  const { limits, record: newLimits } = limitsOf(config, journal.limits, clock.wallMicros());
  if (newLimits) log.appendNow(newLimits);
  const gate = new Gate({
    limits,
    mark: marksOf(reader, () => observer.feeds()),
    instrument: (index) => instruments[index],
    audit: log,
    clock,
    replay: isReplay,
  });
  const account = new BinanceSpot({
    ...config.venue,
    credentials: { apiKey: venueKey.key, apiSecret: venueKey.secret },
    redeem: gate.redeem,
    clock,
    random: Math.random,
  });
  // A replay has no venue: nothing to halt there, and the gate refuses every order with a sentence.
  const venues = isReplay ? [] : [account];
  const refusals = new CoalescedRefusals(log, clock);
  const desk = new OrderDesk({
    gate,
    venues: [account],
    audit: refusals,
    clock,
    run: runMark(randomBytes(5).toString('hex')),
  });
  const halt = new Halt({ gate, venues, desk, audit: log, clock });
  const commands = new Commands({ clock, auth, desk, halt, alarms, log });

  const publisher = new Publisher(
    clock,
    {
      limits: () => ({ type: 'limits', limits: gate.views() }),
      halt: () => ({ type: 'halt', halt: halt.view() }),
    },
    (seq, change) => relay.publish(seq, change),
  );
  const observer: Observer = new Observer({
    clock,
    log,
    alarms,
    halt,
    desk,
    venues,
    feedName: config.feed.name,
    strategies: [config.strategy],
    isConnected: (strategy) => http.sockets.isConnected(strategy),
    publish: (rows) => publisher.publish({ type: 'health', rows }),
  });

  const names = new Set<string>(config.console.allowedHosts.map((name) => name.toLowerCase()));
  let consoleUrl = '';
  const http: ControlHttp = await ControlHttp.make({
    clock,
    names: () => names,
    auth,
    adminKey: makeAdminKey(dataDir),
    linkUrl: (token) => `${consoleUrl}/enrol#token=${token}`,
    commands,
    desk,
    failed: (err, method, route) => diary.error({ err, method, route }, 'A request failed.'),
    instruments: () => instruments,
    quotes: () => readQuotes(reader, instruments),
    seen: (strategy) => observer.strategyHeard(strategy),
    rows: () => observer.rows(),
    halt: () => halt.view(),
    unacknowledged: () => alarms.list().filter((alarm) => alarm.acknowledged === null).length,
  });
  const controlPort = await step('control listener', async () =>
    need(await http.listen(config.control.port)),
  );
  names.add(`127.0.0.1:${controlPort}`).add(`localhost:${controlPort}`);
  const controlUrl = `http://127.0.0.1:${controlPort}`;

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
        instruments = list;
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

  const state = (): ControlState => ({
    profile: config.profile,
    origins: config.origins,
    serverVersion: places.version,
    instruments: [...instruments],
    orders: desk.orders(),
    positions: desk.positions(),
    fills: desk.fills(),
    limits: gate.views(),
    halt: halt.view(),
    alarms: alarms.list(),
    health: observer.rows(),
    feeds: observer.feeds(),
  });
  const relay: RelayThread = new RelayThread({
    entry: places.relayEntry,
    settings: {
      table,
      controlUrl,
      host: config.console.host,
      port: config.console.port,
      pageDir: pageDir ?? places.pageDir,
      allowedHosts: config.console.allowedHosts,
      serverVersion: places.version,
      origins: config.origins,
      epoch: run,
      clockShiftMicros: shift,
    },
    clock,
    feeds: feeds.relayPort,
    state: () => ({ seq: publisher.seq, state: state() }),
    identify: (header) => {
      const identity = auth.identify(sessionCookieIn(header));
      return Promise.resolve(identity && { session: identity.view, sessionKey: identity.sessionKey });
    },
    command: (envelope, header) => commands.execute(envelope, auth.identify(sessionCookieIn(header))),
    stats: (stats) => observer.relaySaid(stats),
    changed: (is, sentence) => {
      if (is === 'crashed') diary.error({ sentence }, 'The relay thread ended.');
      observer.relayIs(is === 'crashed' ? sentence : null);
    },
  });

  wireChanges({ clock, log, alarms, halt, gate, desk, auth, publisher, relay, sockets: http.sockets });

  // Before anything can be ordered: a halt that ran goes on, a crash boots halted.
  halt.resume(journal.halt, crash);
  if (crash !== null) alarms.strike(startAfterCrash(lastWroteAt));
  if (recovered.torn) alarms.strike(tornTail(recovered.torn.bytes, recovered.torn.keptAs));

  if (!isReplay) account.start();
  await step('market data', async () => {
    feeds.start();
    await feedsStarted;
  });
  const { port } = await step('console', async () => need(await relay.start()));
  names.add(`localhost:${port}`);
  consoleUrl = `http://localhost:${port}`;
  clock.keepAnchored();
  const everySecond = clock.setRepeating(1000, () => {
    auth.expire();
    publisher.soon('limits');
  });
  observer.start();
  // From here an order may leave, so that an end without a clean stop is a crash.
  const details = { version: places.version, kind, profile: config.profile, crash, pid: process.pid };
  await log.append({ actor: 'server', action: 'server.start', scope: 'server', details });
  gate.open('starting');

  const links: { user: string; url: string }[] = [];
  for (const { id } of config.users) {
    const link = need(await auth.makeLink(id, 'server'));
    links.push({ user: id, url: `${consoleUrl}/enrol#token=${link.token}` });
  }
  return {
    consoleUrl,
    controlUrl,
    links,
    stop: () =>
      stopServer({
        gate,
        halt,
        desk,
        clock,
        log,
        isReplay,
        quiet: () => {
          everySecond();
          observer.stop();
          refusals.flush();
        },
        parts: [http, relay, feeds, account],
        lock,
      }),
  };
}
