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
/** A console as the pump groups it. */
export interface MarketSubscription {
  readonly console: Console;
  readonly channels: Channels;
  /** The tick it was last sent. */
  base: Tick | null;
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

/** A frame with its WebSocket framing, made once for all consoles that get it. */
export interface WireFrame {
  readonly bytes: Uint8Array;
  readonly options: { readonly compress: false; readonly wsPreEncodedFrame: readonly Buffer[] };
}

/**
 * `wsPreEncodedFrame` is what socket.io's own adapter hands the engine for a broadcast; here header
 * and body lie in one buffer, so that each console costs one write. The engine falls back to `bytes`.
 */
export function wireFrame(bytes: Uint8Array): WireFrame {
  const long = bytes.byteLength > 0xffff;
  const header = bytes.byteLength < 126 ? 2 : long ? 10 : 4;
  const framed = Buffer.allocUnsafe(header + bytes.byteLength);
  framed[0] = FINAL_BINARY;
  if (header === 2) framed[1] = bytes.byteLength;
  else if (long) {
    framed[1] = 127;
    framed.writeBigUInt64BE(BigInt(bytes.byteLength), 2);
  } else {
    framed[1] = 126;
    framed.writeUInt16BE(bytes.byteLength, 2);
  }
  framed.set(bytes, header);
  return { bytes, options: { compress: false, wsPreEncodedFrame: [framed] } };
}
const FINAL_BINARY = 0x82;

export class Console {
  readonly socket: ConsoleSocket;
  readonly identity: Identity;
  readonly buckets: Readonly<
    Record<'events' | 'subscribe' | 'command' | 'candles' | 'history' | 'ticks' | 'time', TokenBucket>
  >;
  /** Its market subscription; null before the first and after a pause. */
  market: MarketSubscription | null = null;
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
      ticks: new TokenBucket(limits.ticks, now),
      time: new TokenBucket(limits.time, now),
    };
  }

  /** Bytes that were written and not yet taken by the system. */
  get backlog(): number {
    return this.#backlog;
  }

  /** A market frame: credit keeps at most four of them on the way, so they are not counted here. */
  sendFrame(frame: WireFrame, now: number): void {
    this.socket.conn.send(frame.bytes, frame.options);
    this.flow.countSent(now);
  }

  /**
   * What may neither be conflated nor dropped: control messages, bars, heartbeats. When too much of
   * it waits, the connection ends instead; the console comes back and starts from a snapshot.
   */
  sendAlways(encoded: string | WireFrame): void {
    if (this.#backlog > this.#maxBacklog) {
      this.drop();
      return;
    }
    const isText = typeof encoded === 'string';
    const data = isText ? encoded : encoded.bytes;
    const bytes = data.length;
    this.#backlog += bytes;
    this.socket.conn.send(data, isText ? UNCOMPRESSED : encoded.options, () => {
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
