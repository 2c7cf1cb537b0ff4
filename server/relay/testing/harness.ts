/** A relay in this process with a test's clock, a written table, and control and feeds in the test's hands. */
import { EventEmitter } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';
import type { ControlState, ServerMessage } from '../../../protocol/messages.ts';
import type { Reply } from '../../../protocol/commands.ts';
import { consoleParser } from '../../../protocol/socket-parser.ts';
import type { UserId, VenueId } from '../../../protocol/units.ts';
import { PROTOCOL_VERSION } from '../../../protocol/version.ts';
import type { SessionView } from '../../../protocol/session.ts';
import { createMarketTable, emptyQuote, MarketTableWriter } from '../../feeds/table.ts';
import { ManualClock } from '../../testing/manual-clock.ts';
import { sessionView } from '../../testing/session-view.ts';
import { PLAIN, type Access } from '../door.ts';
import type { RelayLimits } from '../limits.ts';
import type { ControlToRelay, FeedsToRelay, RelayToControl, RelayToFeeds } from '../port.ts';
import { startRelay, type Relay } from '../relay.ts';
import { controlState } from './control-state.ts';

/** A port whose other end is the test. */
export class TestPort<Incoming, Outgoing> {
  readonly sent: Outgoing[] = [];
  readonly #in = new EventEmitter();
  readonly #out = new EventEmitter();

  postMessage(message: Outgoing): void {
    this.sent.push(message);
    this.#out.emit('sent', message);
  }
  on(event: 'message', listener: (message: Incoming) => void): void {
    this.#in.on(event, listener);
  }
  deliver(message: Incoming): void {
    this.#in.emit('message', message);
  }
  /** What the test answers to each message the relay posts. */
  onSent(listener: (message: Outgoing) => void): void {
    this.#out.on('sent', listener);
  }
  /** The first message of this kind, sent already or still to come. */
  next<K extends Outgoing & { kind: string }>(kind: K['kind']): Promise<K> {
    const is = (message: Outgoing): message is K => (message as { kind?: string }).kind === kind;
    const seen = this.sent.find(is);
    if (seen) return Promise.resolve(seen);
    return new Promise((resolve) => {
      const listen = (message: Outgoing): void => {
        if (!is(message)) return;
        this.#out.off('sent', listen);
        resolve(message);
      };
      this.#out.on('sent', listen);
    });
  }
}

/** A subscription as a console may send it, right or wrong. */
export interface Wanted {
  readonly quotes?: 'all' | readonly number[];
  readonly trades?: readonly number[];
  readonly books?: readonly number[];
  readonly bars?: boolean;
  readonly hz?: number;
}

export interface HarnessOptions {
  readonly instruments?: number;
  readonly limits?: Partial<RelayLimits>;
  /** The control thread's HTTP listener; none = nothing listens there. */
  readonly controlHttp?: RequestListener;
  readonly withoutState?: boolean;
  readonly allowedHosts?: readonly string[];
  readonly access?: Partial<Access>;
}

export const session: SessionView = sessionView({ user: 'ada' as UserId, name: 'Ada' });

export class Harness {
  readonly clock = new ManualClock();
  readonly control = new TestPort<ControlToRelay, RelayToControl>();
  readonly feeds = new TestPort<FeedsToRelay, RelayToFeeds>();
  readonly writer: MarketTableWriter;
  readonly table: SharedArrayBuffer;
  /** Of the venue `other`, which lists nothing at first. */
  readonly otherWriter: MarketTableWriter;
  readonly #otherTable = createMarketTable(4);
  readonly state: ControlState;
  /** Cookie → session key; others are nobody. A test empties it to keep the control thread silent. */
  readonly sessions = new Map([['cwts_session=ada', 'key-ada']]);
  answersIdentify = true;
  #relay: Relay | null = null;
  #controlHttp: Server | null = null;
  readonly #clients: Socket[] = [];
  readonly #folder = mkdtempSync(join(tmpdir(), 'cwts-relay-'));
  readonly #options: HarnessOptions;

  constructor(options: HarnessOptions = {}) {
    this.#options = options;
    const instruments = options.instruments ?? 4;
    this.table = createMarketTable(instruments);
    this.writer = new MarketTableWriter(this.table);
    this.otherWriter = new MarketTableWriter(this.#otherTable);
    this.state = controlState(instruments);
  }

  get port(): number {
    return this.#relay?.port ?? 0;
  }

  async start(): Promise<this> {
    mkdirSync(join(this.#folder, 'assets'));
    writeFileSync(join(this.#folder, 'index.html'), '<!doctype html><title>console</title>');
    writeFileSync(join(this.#folder, 'assets', 'main-AbCd1234.js'), 'export {};');
    let controlPort = 1;
    if (this.#options.controlHttp) {
      this.#controlHttp = createServer(this.#options.controlHttp).listen(0, '127.0.0.1');
      await new Promise((resolve) => this.#controlHttp?.once('listening', resolve));
      controlPort = (this.#controlHttp.address() as AddressInfo).port;
    }
    this.control.onSent((message) => {
      if (message.kind !== 'identify' || !this.answersIdentify) return;
      const sessionKey = this.sessions.get(message.cookie ?? '') ?? null;
      this.control.deliver({
        kind: 'identified',
        id: message.id,
        session: sessionKey === null ? null : session,
        sessionKey,
      });
    });
    this.#relay = await startRelay({
      settings: {
        tables: [
          { venue: 'sim' as VenueId, table: this.table },
          { venue: 'other' as VenueId, table: this.#otherTable },
        ],
        controlUrl: `http://127.0.0.1:${controlPort}`,
        relayKey: 'r'.repeat(43),
        host: '127.0.0.1',
        port: 0,
        pageDir: this.#folder,
        allowedHosts: this.#options.allowedHosts ?? [],
        access: { ...PLAIN, ...this.#options.access },
        serverVersion: '0.1.0',
        origins: { data: 'SIM', orders: 'SIM' },
        epoch: 'epoch-1',
        clockShiftMicros: 0,
      },
      clock: this.clock,
      control: this.control,
      feeds: this.feeds,
      limits: { time: { perSecond: 1, burst: 1e6 }, ...this.#options.limits },
    });
    if (this.#options.withoutState !== true) this.publishState(10);
    return this;
  }

  publishState(seq: number): void {
    this.control.deliver({ kind: 'state', epoch: 'epoch-1', seq, state: this.state });
  }

  /** A mid of `ticks` with both sides there, live. */
  quote(instrument: number, ticks: number): void {
    this.writer.writeQuote(instrument, {
      ...emptyQuote(),
      state: 'live',
      bid: ticks - 1,
      ask: ticks + 1,
      bidSize: 5,
      askSize: 5,
      updates: ticks,
    });
  }

  /** A socket.io client as the console's; what it does not say otherwise is right. */
  open(options: Partial<ManagerOptions & SocketOptions> = {}): Socket {
    const scheme = this.#options.access?.tls ? 'https' : 'http';
    const client = io(`${scheme}://127.0.0.1:${this.port}`, {
      parser: consoleParser,
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
      auth: { protocol: PROTOCOL_VERSION, client: 'test' },
      ...options,
      extraHeaders: {
        host: `localhost:${this.port}`,
        origin: `${scheme}://localhost:${this.port}`,
        cookie: 'cwts_session=ada',
        ...options.extraHeaders,
      },
    });
    this.#clients.push(client);
    return client;
  }

  /** A console that is in. */
  async join(options: Partial<ManagerOptions & SocketOptions> = {}): Promise<TestConsole> {
    const console = new TestConsole(this.open(options));
    await console.until(() => console.socket.connected);
    return console;
  }

  async subscribed(subscription: Wanted): Promise<TestConsole> {
    const console = await this.join();
    const reply = await console.subscribe(subscription);
    if (!reply.ok) throw new Error(reply.sentence);
    return console;
  }

  /** Plain HTTP to the public port. */
  async http(
    path: string,
    {
      method = 'GET',
      headers = {},
      body,
    }: { method?: string; headers?: object; body?: string | Buffer } = {},
  ): Promise<{ status: number; headers: IncomingMessage['headers']; text: string }> {
    return new Promise((resolve, reject) => {
      const outgoing = request(
        {
          host: '127.0.0.1',
          port: this.port,
          path,
          method,
          agent: false,
          headers: { host: `localhost:${this.port}`, ...headers },
        },
        (incoming) => {
          let text = '';
          incoming.setEncoding('utf8');
          incoming.on('data', (chunk: string) => (text += chunk));
          incoming.on('end', () =>
            resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text }),
          );
        },
      );
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }

  answer(id: number, reply: Reply): void {
    this.control.deliver({ kind: 'reply', id, reply });
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) client.disconnect();
    await this.#relay?.close();
    this.#controlHttp?.closeAllConnections();
    this.#controlHttp?.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** A console that keeps what it was sent and acknowledges only when told. */
export class TestConsole {
  readonly socket: Socket;
  readonly frames: Uint8Array[] = [];
  readonly messages: ServerMessage[] = [];
  refusal: { code: string; sentence: string } | null = null;
  closed: string | null = null;
  readonly #news = new EventEmitter().setMaxListeners(50);

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('frame', (bytes: Uint8Array) => this.#hear(() => this.frames.push(bytes)));
    socket.on('message', (message: ServerMessage) => this.#hear(() => this.messages.push(message)));
    socket.on('connect', () => this.#hear(() => undefined));
    socket.on('disconnect', (reason) => this.#hear(() => (this.closed = reason)));
    socket.on('connect_error', (error: Error & { data?: { code: string; sentence: string } }) =>
      this.#hear(() => (this.refusal = error.data ?? { code: 'transport', sentence: error.message })),
    );
  }

  /** Resolves when something that came makes it true. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise((resolve) => this.#news.once('news', resolve));
  }

  /** All that the relay sent so far is here, all that was sent to it is done. */
  async settle(): Promise<void> {
    await this.socket.timeout(5000).emitWithAck('time');
  }

  async subscribe(wanted: Wanted): Promise<{ ok: boolean; sentence: string }> {
    const subscription = { quotes: 'all', trades: [], books: [], bars: false, hz: 20, ...wanted };
    return (await this.socket.timeout(5000).emitWithAck('subscribe', subscription)) as {
      ok: boolean;
      sentence: string;
    };
  }

  async acknowledge(frames: number): Promise<void> {
    this.socket.emit('applied', frames);
    await this.settle();
  }

  #hear(keep: () => void): void {
    keep();
    this.#news.emit('news');
  }
}
