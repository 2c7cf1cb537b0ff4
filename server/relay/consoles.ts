/** The consoles' side of socket.io: who may connect, and what each event does. */
import type { Server as HttpServer, IncomingMessage } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import { Server, type Socket } from 'socket.io';
import type { z } from 'zod';
import { envelopeSchema, type Reply } from '../../protocol/commands.ts';
import {
  candlesQuerySchema,
  handshakeSchema,
  historyQuerySchema,
  subscriptionSchema,
  ticksQuerySchema,
  type CandlesReply,
  type ConsoleToServer,
  type ServerToConsole,
  type TicksQuery,
} from '../../protocol/messages.ts';
import { onApplied, serverParser } from '../../protocol/socket-parser.ts';
import { TICK_INSTRUMENTS_MAX, TICK_SECONDS_MAX } from '../../protocol/ticks.ts';
import { PROTOCOL_VERSION, versionRefusal, type ConnectionRefusal } from '../../protocol/version.ts';
import type { Clock } from '../clock.ts';
import { Console, wireFrame, type ConsoleSocket, type Identity } from './console.ts';
import { Flow } from './flow.ts';
import { ConnectionCount, type RelayLimits } from './limits.ts';
import type { BarsWanted } from './bars.ts';
import { channelsOf, SharedChannels } from './subscription.ts';

export interface ConsolesParts {
  readonly clock: Clock;
  readonly limits: RelayLimits;
  readonly serverVersion: string;
  /** Its caller may come in, and its Host and Origin are ours. */
  readonly isOurs: (request: IncomingMessage) => boolean;
  /** The caller's own address, of a request that `isOurs`. */
  readonly addressOf: (request: IncomingMessage) => string;
  /** Instruments known now; null while the server is starting. */
  readonly instruments: () => number | null;
  readonly identify: (cookie: string | null, address: string) => Promise<Identity | 'nobody' | 'silence'>;
  readonly command: (identity: Identity, envelope: unknown) => Promise<Reply | null>;
  readonly candles: (query: z.infer<typeof candlesQuerySchema>) => Promise<CandlesReply | null>;
  readonly history: (query: BarsWanted) => Promise<{ bytes: Uint8Array | null; sentence: string } | null>;
  /** A `ticks` frame; null = the feeds did not answer. */
  readonly ticks: (query: TicksQuery) => Promise<Uint8Array | null>;
  /** It is in: say the snapshot first. */
  readonly joined: (console: Console) => void;
  readonly applied: (ageMs: number) => void;
  readonly caughtUp: (console: Console) => void;
  readonly subscribed: () => void;
}

type IncomingSocket = Socket<
  ConsoleToServer,
  ServerToConsole,
  Record<string, never>,
  { identity?: Identity }
>;
type Ack = (...reply: unknown[]) => void;

export class Consoles {
  readonly all = new Set<Console>();
  readonly #parts: ConsolesParts;
  readonly #server: Server<ConsoleToServer, ServerToConsole, Record<string, never>, { identity?: Identity }>;
  readonly #connections = new ConnectionCount();
  readonly #channels = new SharedChannels();
  /** Revoked while their console was still being let in. */
  readonly #revoked = new Set<string>();

  constructor(http: HttpServer | HttpsServer, parts: ConsolesParts) {
    this.#parts = parts;
    this.#server = new Server(http, {
      parser: serverParser,
      transports: ['websocket'],
      allowUpgrades: false,
      perMessageDeflate: false,
      httpCompression: false,
      serveClient: false,
      maxHttpBufferSize: 64 * 1024,
      pingInterval: 5000,
      pingTimeout: 5000,
      connectTimeout: 5000,
      allowRequest: (request, decide) => {
        if (!parts.isOurs(request)) {
          decide('foreign-origin', false);
          return;
        }
        // Twice what is served: a refused console must be able to hear why. Of one address too, or one
        // that never says who it is would take the places of all.
        const { connections, connectionsPerAddress } = parts.limits;
        const full =
          this.#connections.total >= connections * 2 ||
          this.#connections.of(parts.addressOf(request)) >= connectionsPerAddress * 2;
        decide(full ? 'too-many-connections' : null, !full);
      },
    });
    this.#server.engine.on('connection', (conn: { request: IncomingMessage; on: Ack }) => {
      const address = parts.addressOf(conn.request);
      this.#connections.add(address);
      conn.on('close', () => this.#connections.remove(address));
    });
    this.#server.use((socket, next) => void this.#admit(socket, next));
    this.#server.on('connection', (socket) => this.#join(socket));
  }

  /** Says goodbye to every console of this session, in this turn of the event loop. */
  revoke(sessionKey: string, sentence: string): void {
    this.#revoked.add(sessionKey);
    if (this.#revoked.size > 10_000) this.#revoked.clear();
    for (const console of [...this.all]) {
      if (console.identity.sessionKey === sessionKey) this.#signOut(console, sentence);
    }
  }

  /** Closes the connection as a network would: the console comes again, with the cookie it has now. */
  reconnect(sessionKey: string): void {
    for (const console of [...this.all]) {
      if (console.identity.sessionKey === sessionKey) console.socket.conn.close();
    }
  }

  endMarket(console: Console): void {
    if (console.market) this.#channels.release(console.market.channels);
    console.market = null;
  }

  async close(): Promise<void> {
    await this.#server.close();
  }

  #signOut(console: Console, sentence: string): void {
    console.say({ type: 'signed-out', sentence });
    console.socket.disconnect(true);
  }

  async #admit(socket: IncomingSocket, next: (error?: Error) => void): Promise<void> {
    const verdict = await this.#judge(socket).catch(() => REFUSED['not-ready']);
    if ('session' in verdict) {
      socket.data.identity = verdict;
      next();
    } else {
      next(Object.assign(new Error(verdict.code), { data: verdict }));
    }
  }

  async #judge(
    socket: IncomingSocket,
  ): Promise<Identity | { readonly code: ConnectionRefusal; readonly sentence: string }> {
    const { limits, instruments, identify, serverVersion, addressOf } = this.#parts;
    const address = addressOf(socket.request);
    if (
      this.#connections.total > limits.connections ||
      this.#connections.of(address) > limits.connectionsPerAddress
    ) {
      return REFUSED['too-many-connections'];
    }
    const auth = handshakeSchema.safeParse(socket.handshake.auth);
    if (!auth.success) return REFUSED['bad-handshake'];
    const code = versionRefusal(auth.data.protocol, PROTOCOL_VERSION);
    if (code) {
      const older = code === 'upgrade-console' ? 'console' : 'server';
      const sentence =
        `The console speaks protocol ${auth.data.protocol}, the server (version ${serverVersion}) ` +
        `protocol ${PROTOCOL_VERSION}: upgrade the ${older}.`;
      return { code, sentence };
    }
    if (instruments() === null) return REFUSED['not-ready'];
    const identity = await identify(socket.request.headers.cookie ?? null, address);
    if (identity === 'silence') return REFUSED['not-ready'];
    return identity === 'nobody' ? REFUSED['not-signed-in'] : identity;
  }

  #join(socket: ConsoleSocket): void {
    const { identity } = socket.data;
    if (!identity || this.#revoked.has(identity.sessionKey)) {
      socket.disconnect(true);
      return;
    }
    const now = this.#now();
    const console = new Console(socket, identity, new Flow(0, now), this.#parts.limits, now);
    this.all.add(console);
    socket.on('disconnect', () => {
      this.endMarket(console);
      this.all.delete(console);
    });
    this.#listen(console);
    this.#parts.joined(console);
  }

  /** Handlers must not throw: socket.io runs them where nobody catches. */
  #listen(console: Console): void {
    const { socket } = console;
    const on = (
      name: keyof ConsoleToServer,
      run: (args: readonly unknown[], now: number) => boolean,
    ): void => {
      socket.on(name, (...args: readonly unknown[]) => {
        const now = this.#now();
        // A flood, or an event without what belongs to it: not a console of ours.
        if (!console.buckets.events.take(now) || !run(args, now)) console.drop();
      });
    };
    onApplied(socket.handshake.auth, (frames) => {
      const now = this.#now();
      if (!console.buckets.events.take(now) || !this.#applied(console, frames, now)) console.drop();
    });
    on('subscribe', ([wanted, ack], now) => isAck(ack) && this.#subscribe(console, wanted, ack, now));
    on('command', ([envelope, ack], now) => isAck(ack) && this.#command(console, envelope, ack, now));
    on('candles', ([query, ack], now) => isAck(ack) && this.#candles(console, query, ack, now));
    on('history', ([query, ack], now) => isAck(ack) && this.#history(console, query, ack, now));
    on('ticks', ([query, ack], now) => isAck(ack) && this.#ticks(console, query, ack, now));
    on('time', ([ack], now) => isAck(ack) && this.#time(console, ack, now));
  }

  #subscribe(console: Console, wanted: unknown, ack: Ack, now: number): boolean {
    if (!console.buckets.subscribe.take(now)) return answer(ack, { ok: false, sentence: TOO_OFTEN });
    const parsed = subscriptionSchema.safeParse(wanted);
    if (!parsed.success) return answer(ack, { ok: false, sentence: 'This is not a subscription.' });
    const channels = channelsOf(parsed.data, this.#parts.instruments() ?? 0);
    if (!channels.ok) return answer(ack, { ok: false, sentence: channels.error.sentence });
    this.endMarket(console);
    console.bars = parsed.data.bars;
    console.flow = new Flow(parsed.data.hz, now, console.flow);
    console.market = { console, channels: this.#channels.take(channels.value), base: null };
    this.#parts.subscribed();
    return answer(ack, { ok: true, sentence: 'Subscribed.' });
  }

  #applied(console: Console, frames: number, now: number): boolean {
    const acknowledged = console.flow.acknowledge(frames, now, this.#parts.applied);
    if (acknowledged === 'caught-up') this.#parts.caughtUp(console);
    return acknowledged !== 'impossible';
  }

  #command(console: Console, envelope: unknown, ack: Ack, now: number): boolean {
    if (!console.buckets.command.take(now)) return answer(ack, refused('too-many', TOO_OFTEN));
    if (console.commandsInFlight >= this.#parts.limits.commandsInFlight) {
      return answer(ack, refused('too-many', 'Too many commands are waiting for an answer.'));
    }
    const parsed = envelopeSchema.safeParse(envelope);
    if (!parsed.success) return answer(ack, refused('bad-command', 'This is not a command.'));
    console.commandsInFlight += 1;
    void this.#parts
      .command(console.identity, parsed.data)
      .catch(() => null)
      .then((reply) => {
        console.commandsInFlight -= 1;
        ack(reply ?? refused('no-answer', NO_ANSWER));
      });
    return true;
  }

  #candles(console: Console, query: unknown, ack: Ack, now: number): boolean {
    const refuse = (code: string, sentence: string): boolean => answer(ack, { ok: false, code, sentence });
    if (!console.buckets.candles.take(now)) return refuse('too-many', TOO_OFTEN);
    const parsed = candlesQuerySchema.safeParse(query);
    if (!parsed.success) return refuse('bad-query', 'This is not a query for candles.');
    void this.#parts
      .candles(parsed.data)
      .catch(() => null)
      .then((reply) => ack(reply ?? { ok: false, code: 'no-answer', sentence: FEEDS_SILENT }));
    return true;
  }

  #history(console: Console, query: unknown, ack: Ack, now: number): boolean {
    const refuse = (sentence: string): boolean => answer(ack, { ok: false, sentence });
    if (!console.buckets.history.take(now)) return refuse(TOO_OFTEN);
    const parsed = historyQuerySchema.safeParse(query);
    if (!parsed.success) {
      return refuse('A history has 1 to 3600 bars of a second, or 1 to 1025 of one or five minutes.');
    }
    void this.#parts
      .history(typeof parsed.data === 'number' ? { horizon: '1s', bars: parsed.data } : parsed.data)
      .catch(() => null)
      .then((reply) => {
        if (reply?.bytes) console.sendAlways(wireFrame(reply.bytes));
        ack({ ok: Boolean(reply?.bytes), sentence: reply?.sentence ?? FEEDS_SILENT });
      });
    return true;
  }

  #ticks(console: Console, query: unknown, ack: Ack, now: number): boolean {
    const refuse = (sentence: string): boolean => answer(ack, { ok: false, sentence });
    if (!console.buckets.ticks.take(now)) return refuse(TOO_OFTEN);
    const parsed = ticksQuerySchema.safeParse(query);
    if (!parsed.success) {
      return refuse(
        `Trades are asked for of 1 to ${TICK_INSTRUMENTS_MAX} instruments and 1 to ${TICK_SECONDS_MAX} seconds.`,
      );
    }
    const known = this.#parts.instruments() ?? 0;
    const stranger = parsed.data.instruments.find((instrument) => instrument >= known);
    if (stranger !== undefined) return refuse(`There is no instrument ${stranger}.`);
    void this.#parts
      .ticks(parsed.data)
      .catch(() => null)
      .then((bytes) => {
        if (bytes) console.sendAlways(wireFrame(bytes));
        ack({ ok: bytes !== null, sentence: bytes ? '' : FEEDS_SILENT });
      });
    return true;
  }

  #time(console: Console, ack: Ack, now: number): boolean {
    if (!console.buckets.time.take(now)) return true;
    return answer(ack, this.#parts.clock.wallMicros());
  }

  #now(): number {
    return this.#parts.clock.monotonicMicros() / 1000;
  }
}

const TOO_OFTEN = 'This console asks too often; it may ask again in a moment.';
const FEEDS_SILENT = 'The feeds did not answer in time.';
const NO_ANSWER =
  'The control thread did not answer in time: whether this was done is not known. Send the same command again.';

const REFUSED = {
  'too-many-connections': {
    code: 'too-many-connections',
    sentence: 'Too many consoles are connected; close one and try again.',
  },
  'bad-handshake': { code: 'bad-handshake', sentence: 'The console did not say which protocol it speaks.' },
  'not-ready': {
    code: 'not-ready',
    sentence: 'The server cannot check just now who you are; it is asked again in a moment.',
  },
  'not-signed-in': { code: 'not-signed-in', sentence: 'Sign in to open the console.' },
} as const;

function refused(code: string, sentence: string): Reply {
  return { ok: false, code, sentence, rule: null };
}

function isAck(value: unknown): value is Ack {
  return typeof value === 'function';
}

function answer(ack: Ack, reply: unknown): true {
  ack(reply);
  return true;
}
