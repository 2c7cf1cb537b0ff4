/**
 * The relay: the public port, the consoles' sockets and the market frames. It holds no authority
 * and no secret: who somebody is and what he may do, the control thread alone decides.
 */
import { once } from 'node:events';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CandlesReply } from '../../protocol/messages.ts';
import type { Reply } from '../../protocol/commands.ts';
import type { Clock } from '../clock.ts';
import { consoleAddress } from '../config/listening.ts';
import { MarketTables } from '../feeds/market-tables.ts';
import { Bars } from './bars.ts';
import { encodeMessage, wireFrame, type Console, type Identity, type WireFrame } from './console.ts';
import { Consoles } from './consoles.ts';
import { Door, PLAIN, type Access } from './door.ts';
import { openFront } from './front.ts';
import { checkHost, isOwnOrigin, ownNames } from './hosts.ts';
import { LIMITS, type RelayLimits } from './limits.ts';
import { callerOf, createListener, type Site } from './listener.ts';
import { Market } from './market.ts';
import { Page } from './page.ts';
import { LoopDelayMonitor } from '../health/loop-delay.ts';
import { Pipe } from './pipe.ts';
import type {
  AnyTicks,
  ControlToRelay,
  FeedsToRelay,
  Port,
  RelaySettings,
  RelayToControl,
  RelayToFeeds,
  VenueFrame,
} from './port.ts';
import { Pump } from './pump.ts';
import { Questions } from './questions.ts';
import { createRedirect } from './redirect.ts';
import { Replica } from './replica.ts';
import { ofAll } from './statistics.ts';
import { ticksFrame } from './ticks.ts';
import { Window } from './stats.ts';
import { ensureNever } from '../../protocol/assert.ts';

export interface RelayParts {
  readonly settings: RelaySettings;
  readonly clock: Clock;
  readonly control: Port<ControlToRelay, RelayToControl>;
  readonly feeds: Port<FeedsToRelay, RelayToFeeds>;
  readonly limits?: Partial<RelayLimits>;
}

export interface Relay {
  readonly port: number;
  close(): Promise<void>;
}

/** Session as the control thread answered it; the key names it in a later `revoke`. */
type Identified = Extract<ControlToRelay, { kind: 'identified' }>;

/** Starts serving; rejects when the page is not there or the port is taken. */
export async function startRelay(parts: RelayParts): Promise<Relay> {
  const { settings, clock, control, feeds } = parts;
  const limits: RelayLimits = { ...LIMITS, ...parts.limits };
  const replica = new Replica();
  const window = new Window(clock.monotonicMicros() / 1000);
  const loopDelay = new LoopDelayMonitor(1);
  loopDelay.start();
  const identified = new Questions<Identified>(clock, limits.identifyMs);
  const replies = new Questions<Reply>(clock, limits.commandMs);
  const candles = new Questions<CandlesReply>(clock, limits.feedsMs);
  const histories = new Questions<readonly VenueFrame[]>(clock, limits.feedsMs);
  const ticks = new Questions<readonly AnyTicks[]>(clock, limits.feedsMs);
  const pipe = new Pipe(settings.controlUrl, settings.relayKey, {
    waitMs: limits.pipeMs,
    maxBody: limits.body,
  });
  const access = settings.access ?? PLAIN;
  const door = new Door(access);
  const front = openFront(access, settings.allowedHosts, {
    clock,
    nowMs: () => (clock.wallMicros() - settings.clockShiftMicros) / 1000,
    tell: (news) => control.postMessage({ kind: 'certificate', ...news }),
  });

  let site = siteOf(settings, access, settings.port);
  const http = createListener({
    clock,
    limits,
    page: new Page(settings.pageDir),
    pipe,
    door,
    certificate: front.certificate,
    site: () => site,
  });
  front.attach(http);

  const identify = async (
    cookie: string | null,
    address: string,
  ): Promise<Identity | 'nobody' | 'silence'> => {
    if (cookie === null) return 'nobody';
    const answer = await identified.ask((id) =>
      control.postMessage({ kind: 'identify', id, cookie, address }),
    );
    if (!answer) return 'silence';
    const { session, sessionKey } = answer;
    return session && sessionKey !== null ? { session, sessionKey, cookie, address } : 'nobody';
  };

  const callers = new WeakMap<IncomingMessage, string>();
  const consoles: Consoles = new Consoles(http, {
    clock,
    limits,
    serverVersion: settings.serverVersion,
    isOurs: (request) => {
      const caller = callerOf(door, request);
      if (!caller.ok || (door.isBehindProxy(request.socket.remoteAddress) && !caller.value.isSecure))
        return false;
      callers.set(request, caller.value.address);
      const { host, origin } = request.headers;
      return (
        checkHost(host, site).kind === 'ours' &&
        isOwnOrigin(origin, host, caller.value.isSecure ? 'tls' : 'plain')
      );
    },
    addressOf: (request) => callers.get(request) ?? '',
    instruments: () => (replica.isReady ? replica.instruments.length : null),
    identify,
    command: ({ cookie, address }, envelope) =>
      replies.ask((id) => control.postMessage({ kind: 'command', id, cookie, address, envelope })),
    candles: (query) => candles.ask((id) => feeds.postMessage({ kind: 'candles', id, query })),
    history: (query) => bars.history(query, replica.instruments.length),
    ticks: async (query) => {
      const answer = await ticks.ask((id) => feeds.postMessage({ kind: 'ticks', id, query }));
      return answer && ticksFrame(answer, settings.origins.data, clock.wallMicros());
    },
    joined: (console) => greet(replica, console),
    applied: (ageMs) => window.countAge(ageMs),
    caughtUp: (console) => pump.catchUp(console),
    subscribed: () => pump.rearm(),
  });

  const tables = new MarketTables(settings.tables);
  const pump: Pump = new Pump({
    clock,
    market: new Market(tables),
    consoles: consoles.all,
    origin: settings.origins.data,
    window,
    instruments: () => replica.instruments.length,
    paused: (console) => consoles.endMarket(console),
  });

  const toAll = (encoded: string | WireFrame, wanted: (console: Console) => boolean = () => true): void => {
    for (const console of [...consoles.all]) if (wanted(console)) console.sendAlways(encoded);
  };

  const bars: Bars = new Bars({
    clock,
    origin: settings.origins.data,
    ask: (query) => histories.ask((id) => feeds.postMessage({ kind: 'history', id, ...query })),
    send: (frame) => toAll(wireFrame(frame), ({ bars: wanted }) => wanted),
  });

  const close = async (): Promise<void> => {
    stopStats();
    bars.stop();
    front.close();
    redirect?.closeAllConnections();
    redirect?.close();
    pump.stop();
    loopDelay.stop();
    for (const questions of [identified, replies, candles, histories, ticks]) questions.close();
    pipe.close();
    const closed = consoles.close();
    http.closeAllConnections();
    await closed;
  };

  control.on('message', (message) => {
    switch (message.kind) {
      case 'identified':
        identified.answer(message.id, message);
        return;
      case 'reply':
        replies.answer(message.id, message.reply);
        return;
      case 'state':
        replica.replace(message.epoch, message.seq, message.state);
        tables.list(replica.instruments);
        for (const console of [...consoles.all]) greet(replica, console);
        return;
      case 'change': {
        const applied = replica.apply(message.seq, message.change);
        // A copy with a hole must not be shown: this thread ends, and the next one starts from a state.
        if (!applied.ok) throw new Error(applied.error.sentence);
        if (message.change.type === 'instruments') tables.list(replica.instruments);
        toAll(encodeMessage(applied.value));
        return;
      }
      case 'revoke':
        consoles.revoke(message.sessionKey, message.sentence);
        return;
      case 'reconnect':
        consoles.reconnect(message.sessionKey);
        return;
      case 'stop':
        // The thread's own affair: whoever started the relay closes it.
        return;
      default:
        ensureNever(message);
    }
  });

  feeds.on('message', (message) => {
    switch (message.kind) {
      case 'bars':
        bars.take(message);
        return;
      case 'begun-anew':
        bars.beginAnew();
        return;
      case 'statistics': {
        const frame = ofAll(message);
        if (frame) toAll(wireFrame(frame), ({ bars: wanted }) => wanted);
        return;
      }
      case 'candles':
        candles.answer(message.id, message.reply);
        return;
      case 'history':
        histories.answer(message.id, message.parts);
        return;
      case 'ticks':
        ticks.answer(message.id, message.ticks);
        return;
      default:
        ensureNever(message);
    }
  });

  http.listen(settings.port, settings.host);
  await once(http, 'listening');
  const { port } = http.address() as AddressInfo;
  site = siteOf(settings, access, port);
  let redirect: Server | null = null;
  if (access.redirectPort !== null) {
    redirect = createRedirect(door, site.address).listen(access.redirectPort, settings.host);
    await once(redirect, 'listening');
  }
  pump.start();
  const stopStats = clock.setRepeating(1000, () => {
    const slow = [...consoles.all].filter(({ flow }) => flow.slow).length;
    const now = clock.monotonicMicros() / 1000;
    control.postMessage({
      kind: 'stats',
      stats: window.close(now, consoles.all.size, slow, loopDelay.read() ?? { p99Ms: null, samples: 0 }),
    });
  });
  control.postMessage({ kind: 'listening', port });
  return { port, close };
}

function siteOf({ allowedHosts }: RelaySettings, access: Access, port: number): Site {
  const address = consoleAddress({ ...access, allowedHosts }, port);
  return { port, names: ownNames(port, allowedHosts, address), address };
}

function greet(replica: Replica, console: Console): void {
  const snapshot = replica.snapshot(console.identity.session);
  if (snapshot) console.say(snapshot);
}
