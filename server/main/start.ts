import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Instrument } from '../../protocol/instrument.ts';
import type { ControlState } from '../../protocol/messages.ts';
import { CoalescedRefusals } from '../audit/coalesce.ts';
import { HoldBook } from '../archive/retention/holds.ts';
import { Auth } from '../auth/auth.ts';
import { HashingThreads, type PasswordHashing } from '../auth/hashing.ts';
import { loadSealingKey } from '../auth/key-file.ts';
import { Commands } from '../commands.ts';
import type { Arguments } from '../config/arguments.ts';
import { consoleAddress, isByTls } from '../config/listening.ts';
import { MarketTables } from '../feeds/market-tables.ts';
import { Gate } from '../gate/gate.ts';
import { marksOf } from '../gate/marks.ts';
import { Halt } from '../halt/halt.ts';
import { Alarms } from '../health/alarms.ts';
import { startAfterCrash, tornTail } from '../health/catalogue.ts';
import { ControlHttp } from '../http.ts';
import { OrderDesk, runMark } from '../orders/desk.ts';
import type { KernelsThread } from '../kernels/kernels-thread.ts';
import { CrossChecks } from '../kernels/cross-checks.ts';
import { overLimits } from '../kernels/over-limits.ts';
import { ownNames } from '../relay/hosts.ts';
import { NoteBook } from '../people/note-book.ts';
import { RestrictedList } from '../people/restricted-list.ts';
import type { RelayThread } from '../relay/relay-thread.ts';
import { BinanceSpot } from '../venues/binance-spot/adapter.ts';
import { wireAnchors } from './anchors.ts';
import { wireArchive } from './archive.ts';
import { keepClockLog } from './clock-log.ts';
import type { Diary } from './diary.ts';
import { setupsOf, wireFeeds } from './feeds.ts';
import { ensureStrategyKey, makeAdminKey } from './keys.ts';
import { readQuotes } from './market.ts';
import { kernelHistory } from './kernel-history.ts';
import { readingOf, wireKernels } from './kernels.ts';
import { limitsOf } from './limits.ts';
import { HOST, reportsPort } from './reports.ts';
import { wireRetention } from './retention.ts';
import { startLinks, type StartLink } from './links.ts';
import { Observer } from './observer.ts';
import { peopleParts } from './people.ts';
import type { Places } from './places.ts';
import { PriceFolder } from '../prices/price-folder.ts';
import { wireQuarantines } from './quarantines.ts';
import { wireRelay } from './relay.ts';
import { ReplayDesk } from './replay.ts';
import { Publisher } from './publisher.ts';
import { openAll } from './open.ts';
import { need, step } from './say.ts';
import { stopServer } from './stop.ts';
import { wireChanges } from './changes.ts';

export interface Server {
  readonly consoleUrl: string;
  readonly controlUrl: string;
  readonly links: readonly StartLink[];
  /** Gate closed, our orders cancelled and confirmed, everything closed. Returns what to say. */
  stop(): Promise<{ readonly clean: boolean; readonly sentence: string }>;
}

/** How passwords are hashed; a bench tries another way. */
type ClosingHashing = PasswordHashing & { close(): Promise<void> };

/** Starts every part, lowest first; throws `Fatal` with one sentence when one can't start. */
export async function startServer(
  { configFile, dataDir, pageDir, overrides }: Arguments,
  places: Places,
  diary: Diary,
  hashing: ClosingHashing = new HashingThreads(places.hashingEntry),
): Promise<Server> {
  const opened = await openAll(configFile, dataDir, overrides, {
    code: places.code,
    passedOver: (sentence) => diary.warn({ sentence }, 'Audit log.'),
  });
  const {
    config,
    kind,
    venueKey,
    clock,
    utc,
    shift,
    run,
    lock,
    journal,
    crash,
    log,
    signer,
    recovered,
    snapshots,
  } = opened;
  const lastWroteAt = journal.lastWallAt;
  const alarms = new Alarms(clock, log, journal.alarms);

  const auth = await step('users and keys', async () => {
    const sealingKey = need(loadSealingKey(join(dataDir, 'secrets.key'), journal.auth.users.values()));
    const made = new Auth({ clock, log, sealingKey, randomBytes, hashing }, journal.auth);
    const ignored = await made.directory.seed(config.users);
    if (ignored !== null) diary.warn({ users: config.users.map(({ id }) => id) }, ignored);
    await ensureStrategyKey(dataDir, config.strategy, made);
    return made;
  });

  let instruments: readonly Instrument[] = [];
  const setups = need(await setupsOf(config));
  const tables = setups.map(({ venue, table }) => ({ venue: venue.id, table }));
  const market = new MarketTables(tables);
  const isReplay = kind === 'replay';
  const { limits, record: newLimits } = limitsOf(config, journal.limits, clock.wallMicros());
  if (newLimits) log.appendNow(newLimits);
  const restrictions = new RestrictedList({ clock, log }, journal.restrictions);
  const quarantines = wireQuarantines({
    ...{ clock, log, before: journal.quarantines, instruments: () => instruments },
  });
  const notes = new NoteBook({ clock, log }, journal.notes);
  const retention = wireRetention({
    ...{ log, clock, snapshots, days: config.retention, holds: new HoldBook({ clock, log }, journal.holds) },
    ask: (part, question) => archive.ask(part, question),
  });
  const mark = marksOf(market, (venue) => observer.feed(venue), quarantines.has);
  // It asks the feeds, which come later; until then nothing is known.
  let kernels: KernelsThread | null = null;
  let overBook: ReturnType<typeof overLimits> = new Map();
  const gate = new Gate({
    limits,
    restriction: (instrument) => restrictions.of(instrument),
    mark,
    market: () => readingOf(kernels?.fresh() ?? null),
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
  let consoleUrl = '';
  const reports = reportsPort({ log, ask: (question) => archive.ask('reports', question) });
  const replay = new ReplayDesk({
    log,
    drive: (command) => feeds.drive(command),
    moved: (view) => publisher.publish({ type: 'replay', replay: view }),
    begunAnew: () => relay.publishState(),
  });
  const commands = new Commands({
    ...{ clock, auth, desk, halt, alarms, restrictions, notes, log: refusals },
    ...{ directory: auth.directory, links: auth.links, sessions: auth.sessions, services: auth.services },
    ...{
      reports,
      holds: retention.holds,
      retention: retention.office,
      replay,
      quarantines: quarantines.list,
    },
    linkUrl: (page, token) => `${consoleUrl}/${page}#token=${token}`,
  });

  const publisher = new Publisher(
    clock,
    {
      limits: () => ({ type: 'limits', limits: gate.views() }),
      halt: () => ({ type: 'halt', halt: halt.view() }),
    },
    (seq, change) => relay.publish(seq, change),
  );
  const checks = new CrossChecks({
    ...{ clock, config: config.kernels, code: places.code, log: refusals },
    nameOf: (index) => instruments[index]?.name ?? `#${index}`,
    isThere: (session) => auth.sessions.userOf(session) !== null,
    changed: () => observer.checkAlarms(),
  });
  const observer: Observer = new Observer({
    clock,
    log,
    alarms,
    halt,
    desk,
    venues,
    feedName: (id) => setups.find(({ venue }) => venue.id === id)?.venue.name ?? id,
    accounts: () => auth.services.list(),
    isConnected: (strategy) => http.sockets.isConnected(strategy),
    utc,
    clockMeasured: config.clock.servers.length > 0,
    version: places.version,
    release: places.release,
    archive: () => [anchors.row(), ...archive.status()],
    market: () => {
      overBook = overLimits(gate.views(), overBook);
      return {
        rows: [...(kernels?.status() ?? []), ...checks.status()],
        conditions: [...(kernels?.conditions() ?? []), ...checks.conditions(), ...overBook.values()],
      };
    },
    publish: (rows) => publisher.publish({ type: 'health', rows }),
  });

  const archive = wireArchive({
    ...{ places, config, dataDir, environment: process.env, clock, shift, log, signer, diary },
    changed: () => observer.look(),
  });
  const anchors = wireAnchors({
    ...{ config, configFile, dataDir, environment: process.env, clock, log, halt, table: archive },
    changed: () => observer.look(),
  });

  const relayKey = randomBytes(32).toString('base64url');
  const names = new Set<string>(config.console.allowedHosts.map((name) => name.toLowerCase()));
  const secureCookies = isByTls(config.console);
  const http: ControlHttp = await ControlHttp.make({
    secureCookies,
    clock,
    names: () => names,
    auth,
    adminKey: makeAdminKey(dataDir),
    relayKey,
    linkUrl: (token) => `${consoleUrl}/enrol#token=${token}`,
    commands,
    desk,
    log: refusals,
    ...peopleParts({ auth, alarms, log, notes, restrictions }),
    failed: (err, method, route) => diary.error({ err, method, route }, 'A request failed.'),
    instruments: () => instruments,
    quotes: () => readQuotes(market, instruments),
    seen: (strategy) => observer.strategyHeard(strategy),
    rows: () => observer.rows(),
    halt: () => halt.view(),
    unacknowledged: () => alarms.list().filter((alarm) => alarm.acknowledged === null).length,
    auditLog: log,
    anchors: () => anchors.views(),
    search: (search) => archive.search(search),
    reports: (question) => archive.ask('reports', question),
    prices: new PriceFolder(join(dataDir, 'prices')),
    kernelHistory: (query) =>
      kernelHistory((question) => archive.ask('kernel-runs', question), { clock, config }, query),
    checks,
    retention,
    makeReport: (asked) => reports.make(asked, HOST),
  });
  const controlPort = await step('control listener', async () =>
    need(await http.listen(config.control.port)),
  );
  names.add(`127.0.0.1:${controlPort}`).add(`localhost:${controlPort}`);
  const controlUrl = `http://127.0.0.1:${controlPort}`;

  const {
    feeds,
    barHistory,
    start: startFeeds,
  } = wireFeeds({
    ...{ places, config, setups, isReplay, clock, shift, log, journal, desk, account, publisher, observer },
    replayIs: (view) => replay.is(view),
    instrumentsAre: (added) => {
      instruments = [...instruments, ...added];
      market.list(instruments);
      return instruments;
    },
    askBars: (question) => archive.ask('bars', question),
  });

  const running = (kernels = wireKernels({
    ...{ places, config, clock, shift, tables, gate, mark, diary, checks },
    feeds: feeds.open(),
    instruments: () => instruments,
    changed: () => observer.look(),
    keep: (figures) => void archive.ask('kernel-runs', { kind: 'write', figures }),
  }));

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
    accounts: [config.venue.feed],
    quarantines: quarantines.list.list(),
    replay: replay.view,
  });
  const relay: RelayThread = wireRelay({
    ...{ places, config, configFile, pageDir, clock, shift, run, tables, controlUrl, relayKey },
    ...{ feeds: feeds.port, auth, commands, publisher, observer, diary, state },
  });

  wireChanges({ clock, log, alarms, halt, gate, desk, auth, publisher, relay, sockets: http.sockets, notes });
  quarantines.tell(
    feeds,
    setups.map(({ venue }) => venue.id),
    publisher,
  );

  // Before anything can be ordered: a halt that ran goes on, a crash boots halted.
  halt.resume(journal.halt, crash);
  if (crash !== null) alarms.strike(startAfterCrash(lastWroteAt));
  if (recovered.torn) alarms.strike(tornTail(recovered.torn.bytes, recovered.torn.keptAs));

  if (!isReplay) account.start();
  await startFeeds();
  const { port } = await step('console', async () => need(await relay.start()));
  for (const name of ownNames(port, [], consoleAddress(config.console, port))) names.add(name);
  consoleUrl = consoleAddress(config.console, port);
  clock.keepAnchored();
  const everySecond = clock.setRepeating(1000, () => {
    auth.expire();
    publisher.soon('limits');
  });
  observer.start();
  const endClockLog = keepClockLog({ clock, log, utc });
  // From here an order may leave, so that an end without a clean stop is a crash.
  const { version, release } = places;
  const details = {
    version,
    release,
    node: process.version,
    kind,
    profile: config.profile,
    crash,
    pid: process.pid,
  };
  await log.append({ actor: 'server', action: 'server.start', scope: 'server', details });
  gate.open('starting');
  archive.start();
  anchors.start();
  running.start();

  const links = await startLinks(auth, config, (token) => `${consoleUrl}/enrol#token=${token}`);
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
        snapshots,
        isReplay,
        quiet: () => {
          everySecond();
          endClockLog();
          barHistory.stop();
          utc.stop();
          observer.stop();
          refusals.flush();
        },
        parts: [http, relay, running, feeds, account, hashing],
        behind: [anchors, archive],
        lock,
      }),
  };
}
