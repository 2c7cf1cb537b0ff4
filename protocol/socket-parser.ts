/**
 * socket.io's custom parser (its documented extension point: `parser: { Encoder, Decoder }`), the
 * same module at both ends.
 *
 * An event `['frame', Uint8Array]` is exactly one binary WebSocket message, the bytes as they are:
 * no placeholder packet, no second message. Everything else is socket.io's own text form
 * (`type [ack id] [JSON]`, protocol 5) in the one namespace `/`. Binary anywhere else is a mistake
 * of the sender and throws there.
 *
 * A decoder throws on whatever is not exactly that: socket.io catches it and closes the connection
 * with "parse error" (server: `Client.ondata`, console: `Manager.ondata`), the process lives on.
 */

import type { ConsoleToServer, ServerToConsole } from './messages.ts';

/** Of socket.io's packets, not of ours (`version.ts`). */
export const SOCKET_IO_PROTOCOL = 5;
const CONNECT = 0;
const DISCONNECT = 1;
const EVENT = 2;
const ACK = 3;
const CONNECT_ERROR = 4;

const FRAME_EVENT = 'frame';
/** `ConsoleToServer` less `applied`, `ServerToConsole` less the frame: those two have their own ways. */
const CONSOLE_EVENTS = [
  'subscribe',
  'command',
  'candles',
  'history',
  'ticks',
  'time',
] as const satisfies (keyof ConsoleToServer)[];
const SERVER_EVENTS = ['message'] as const satisfies (keyof ServerToConsole)[];
const NAMESPACE = '/';
const MAX_ID_DIGITS = 15;

export interface Packet {
  readonly type: number;
  readonly nsp: string;
  readonly data?: unknown;
  readonly id?: number | undefined;
}

/** What an end accepts from the other one. */
export interface ParserLimits {
  /** Longest text packet, characters. */
  readonly text: number;
  /** Longest binary frame, bytes; 0 = this end takes none. */
  readonly frame: number;
  /** Deepest nesting of JSON. */
  readonly depth: number;
  /** The only events it takes. */
  readonly events: readonly string[];
}

type Listener = (packet: Packet) => void;

export class Encoder {
  /** One WebSocket message: text, or a frame's own bytes. */
  encode(packet: Packet): [string] | [Uint8Array] {
    const { data } = packet;
    if (packet.type === EVENT && Array.isArray(data)) {
      const args: readonly unknown[] = data;
      if (args[0] === FRAME_EVENT) return [frameOf(args, packet.id)];
      if (args.some(isBinary)) throw new TypeError('only a frame carries bytes');
    }
    if (packet.nsp !== NAMESPACE) throw new TypeError(`there is no namespace ${packet.nsp}`);
    const json = data === undefined || data === null ? '' : JSON.stringify(data);
    return [`${packet.type}${packet.id ?? ''}${json}`];
  }
}

/**
 * An acknowledgement of frames (`applied`) is by far the commonest message to a server, so its own way
 * is short: the decoder hands the count over at once instead of passing a packet through socket.io.
 * The way to it lies in the handshake's `auth` (`onApplied`), which is the decoded CONNECT packet's data.
 */
const APPLIED = Symbol('applied');
const APPLIED_START = '2["applied"';

/** From a connection's `handshake.auth`: who hears of its acknowledgements. `listener` may throw: the connection ends. */
export function onApplied(auth: object, listener: (frames: number) => void): void {
  const decoder: unknown = (auth as { readonly [APPLIED]?: unknown })[APPLIED];
  if (!(decoder instanceof Decoder)) throw new TypeError('this handshake did not come through our parser');
  decoder.applied = listener;
}

/** An emitter of the one event `decoded`, as socket.io asks for it. */
export class Decoder {
  readonly #limits: ParserLimits;
  #listeners: readonly Listener[] = [];
  applied: ((frames: number) => void) | null = null;

  constructor(limits: ParserLimits) {
    this.#limits = limits;
  }

  on(event: string, listener: Listener): this {
    if (event === 'decoded') this.#listeners = [...this.#listeners, listener];
    return this;
  }

  off(event: string, listener?: Listener): this {
    if (event !== 'decoded') return this;
    this.#listeners = listener ? this.#listeners.filter((each) => each !== listener) : [];
    return this;
  }

  /** The server's name for `off`. */
  removeListener(event: string, listener: Listener): this {
    return this.off(event, listener);
  }

  /** Takes one WebSocket message. Throws when it is not a packet of this protocol. */
  add(message: unknown): void {
    if (this.applied && typeof message === 'string' && message.startsWith(APPLIED_START)) {
      this.applied(appliedCount(message));
      return;
    }
    const packet =
      typeof message === 'string' ? decodeText(message, this.#limits) : decodeFrame(message, this.#limits);
    if (packet.type === CONNECT && this.#limits.frame === 0) {
      Object.defineProperty(packet.data ?? {}, APPLIED, { value: this });
    }
    for (const listener of this.#listeners) listener(packet);
  }

  /** Nothing is kept between messages. The console calls it before each connection and goes on using it. */
  destroy(): void {
    return;
  }
}

/** The `parser` option of a socket.io end that accepts up to `limits`. */
export function socketParser(limits: ParserLimits): {
  protocol: number;
  Encoder: typeof Encoder;
  Decoder: new () => Decoder;
} {
  return {
    protocol: SOCKET_IO_PROTOCOL,
    Encoder,
    Decoder: class extends Decoder {
      constructor() {
        super(limits);
      }
    },
  };
}

/** For the server: consoles send small texts and no bytes. */
export const serverParser = socketParser({
  text: 64 * 1024,
  frame: 0,
  depth: 12,
  events: CONSOLE_EVENTS,
});
/** For the console: snapshots and history are large. */
export const consoleParser = socketParser({
  text: 32 * 1024 * 1024,
  frame: 64 * 1024 * 1024,
  depth: 24,
  events: SERVER_EVENTS,
});

function frameOf(args: readonly unknown[], id: number | undefined): Uint8Array {
  const bytes = args[1];
  if (!(bytes instanceof Uint8Array) || args.length !== 2 || id !== undefined) {
    throw new TypeError('a frame is one Uint8Array and has no acknowledgement');
  }
  return bytes;
}

function isBinary(value: unknown): boolean {
  return value instanceof ArrayBuffer || ArrayBuffer.isView(value);
}

function decodeFrame(message: unknown, limits: ParserLimits): Packet {
  let bytes: Uint8Array;
  // Node hands a Buffer, the browser (binaryType `arraybuffer`) an ArrayBuffer.
  if (ArrayBuffer.isView(message)) {
    bytes = new Uint8Array(message.buffer, message.byteOffset, message.byteLength);
  } else if (message instanceof ArrayBuffer) {
    bytes = new Uint8Array(message);
  } else {
    throw new Error('a message is neither text nor bytes');
  }
  if (limits.frame === 0) throw new Error('no bytes are accepted here');
  if (bytes.byteLength > limits.frame) throw new Error('a frame is too long');
  return { type: EVENT, nsp: NAMESPACE, data: [FRAME_EVENT, bytes] };
}

function decodeText(text: string, limits: ParserLimits): Packet {
  if (text.length > limits.text) throw new Error('a text packet is too long');
  const type = text.charCodeAt(0) - 48;
  if (!(type >= CONNECT && type <= CONNECT_ERROR)) throw new Error('unknown packet type');
  let at = 1;
  while (isDigit(text.charCodeAt(at))) at += 1;
  if (at - 1 > MAX_ID_DIGITS) throw new Error('an acknowledgement id is too long');
  const id = at > 1 ? Number(text.slice(1, at)) : undefined;
  // Another namespace would stand here as "/name,": it is not JSON and is refused as such.
  const data = at === text.length ? undefined : parseJson(text, at, limits.depth);
  check(type, id, data, limits.events);
  return { type, nsp: NAMESPACE, data, id };
}

/** The count of `2["applied",<digits>]`, and nothing else. */
function appliedCount(text: string): number {
  const end = text.length - 1;
  const digits = text.slice(APPLIED_START.length + 1, end);
  if (text[APPLIED_START.length] !== ',' || text[end] !== ']' || !/^\d{1,15}$/.test(digits)) {
    throw new Error('this is no count of frames');
  }
  return Number(digits);
}

function parseJson(text: string, from: number, maxDepth: number): unknown {
  // Depth is counted before parsing: what recurses over the value later must not overflow.
  let depth = 0;
  let quoted = false;
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (quoted) {
      if (code === 92) at += 1;
      else if (code === 34) quoted = false;
    } else if (code === 34) quoted = true;
    else if (code === 91 || code === 123) {
      depth += 1;
      if (depth > maxDepth) throw new Error('JSON is nested too deep');
    } else if (code === 93 || code === 125) depth -= 1;
  }
  return JSON.parse(text.slice(from));
}

function check(type: number, id: number | undefined, data: unknown, events: readonly string[]): void {
  switch (type) {
    case CONNECT:
      if (id === undefined && (data === undefined || isObject(data))) return;
      break;
    case DISCONNECT:
      if (id === undefined && data === undefined) return;
      break;
    case EVENT:
      if (Array.isArray(data) && events.includes(data[0] as string)) return;
      break;
    case ACK:
      if (id !== undefined && Array.isArray(data)) return;
      break;
    case CONNECT_ERROR:
      if (id === undefined && isObject(data) && typeof data['message'] === 'string') return;
      break;
  }
  throw new Error('a packet has the wrong contents for its type');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}
