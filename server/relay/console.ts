/** One connected console: its socket, its session, its market subscription and credit. */
import type { Socket } from 'socket.io';
import type { ConsoleToServer, ServerMessage, ServerToConsole } from '../../protocol/messages.ts';
import type { SessionView } from '../../protocol/session.ts';
import { Encoder } from '../../protocol/socket-parser.ts';
import type { Flow } from './flow.ts';
import { TokenBucket, type RelayLimits } from './limits.ts';
import type { Tick } from './market.ts';
import type { Channels } from './subscription.ts';

export interface Identity {
  readonly session: SessionView;
  readonly sessionKey: string;
  readonly cookie: string | null;
  readonly address: string;
}
export type ConsoleSocket = Socket<
  ConsoleToServer,
  ServerToConsole,
  Record<string, never>,
  { identity?: Identity }
>;

const UNCOMPRESSED = { compress: false };
const encoder = new Encoder();

/** A control message as it goes over the wire, encoded once for all who get it. */
export function encodeMessage(message: ServerMessage): string {
  return encoder.encode({ type: 2, nsp: '/', data: ['message', message] })[0] as string;
}

export class Console {
  readonly socket: ConsoleSocket;
  readonly identity: Identity;
  readonly buckets: Readonly<
    Record<'events' | 'subscribe' | 'command' | 'candles' | 'history' | 'time', TokenBucket>
  >;
  /** Its market subscription; null before the first and after a pause. */
  market: { readonly channels: Channels; base: Tick | null } | null = null;
  flow: Flow;
  bars = false;
  commandsInFlight = 0;
  readonly #maxBacklog: number;
  #backlog = 0;

  constructor(socket: ConsoleSocket, identity: Identity, flow: Flow, limits: RelayLimits, now: number) {
    this.socket = socket;
    this.identity = identity;
    this.flow = flow;
    this.#maxBacklog = limits.backlog;
    this.buckets = {
      events: new TokenBucket(limits.events, now),
      subscribe: new TokenBucket(limits.subscribe, now),
      command: new TokenBucket(limits.command, now),
      candles: new TokenBucket(limits.candles, now),
      history: new TokenBucket(limits.history, now),
      time: new TokenBucket(limits.time, now),
    };
  }

  /** Bytes that were written and not yet taken by the system. */
  get backlog(): number {
    return this.#backlog;
  }

  /** A market frame: credit keeps at most four of them on the way, so they are not counted here. */
  sendFrame(bytes: Uint8Array, now: number): void {
    // The engine's own send: the frame is encoded already, once for the whole group.
    this.socket.conn.send(bytes, UNCOMPRESSED);
    this.flow.countSent(now);
  }

  /**
   * What may neither be conflated nor dropped: control messages, bars, heartbeats. When too much of
   * it waits, the connection ends instead; the console comes back and starts from a snapshot.
   */
  sendAlways(encoded: string | Uint8Array): void {
    if (this.#backlog > this.#maxBacklog) {
      this.drop();
      return;
    }
    const bytes = encoded.length;
    this.#backlog += bytes;
    this.socket.conn.send(encoded, UNCOMPRESSED, () => {
      this.#backlog -= bytes;
    });
  }

  say(message: ServerMessage): void {
    this.sendAlways(encodeMessage(message));
  }

  /** Ends the connection without waiting for what is still buffered. */
  drop(): void {
    this.socket.conn.close(true);
    this.socket.request.socket.destroy();
  }
}
