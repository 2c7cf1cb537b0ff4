import { WebSocket } from 'ws';
import { messageText } from '../face/sockets.ts';
import { streamSchema, type LiveEvent } from './live-schema.ts';

export interface LiveFeedReader {
  onEvent(stream: string, event: LiveEvent): void;
  /** The connection is gone, or silent: what was known of the books no longer holds. Whole books follow. */
  onLost(): void;
}

/** Ten books a second and instrument: without a frame for so long the last ones are no market any more. */
export const STALE_MS = 2500;
const SILENCE_MS = 30_000;
const FIRST_WAIT = 500;
const LONGEST_WAIT = 30_000;

/** A live venue's combined streams: lost after 2.5 s without a frame, connected anew after half a minute. */
export class LiveFeed {
  readonly #url: string;
  readonly #reader: LiveFeedReader;
  #socket: WebSocket | null = null;
  #retry: NodeJS.Timeout | null = null;
  #silence: NodeJS.Timeout | null = null;
  #stale: NodeJS.Timeout | null = null;
  #wait = FIRST_WAIT;
  #closed = false;

  constructor(url: string, reader: LiveFeedReader) {
    this.#url = url;
    this.#reader = reader;
    this.#connect();
  }

  close(): void {
    this.#closed = true;
    if (this.#retry) clearTimeout(this.#retry);
    this.#stopListening();
    this.#socket?.terminate();
  }

  #connect(): void {
    const socket = new WebSocket(this.#url, { handshakeTimeout: 10_000 });
    this.#socket = socket;
    this.#listenFor(socket);
    socket.on('message', (data) => {
      this.#wait = FIRST_WAIT;
      this.#listenFor(socket);
      this.#read(messageText(data));
    });
    // 'close' follows and says the same
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (this.#closed || this.#socket !== socket) return;
      this.#reader.onLost();
      const jitter = 0.5 + Math.random();
      this.#retry = setTimeout(() => this.#connect(), this.#wait * jitter);
      this.#wait = Math.min(LONGEST_WAIT, this.#wait * 2);
    });
  }

  #listenFor(socket: WebSocket): void {
    this.#stopListening();
    this.#stale = setTimeout(() => this.#reader.onLost(), STALE_MS);
    this.#silence = setTimeout(() => socket.terminate(), SILENCE_MS);
  }

  #stopListening(): void {
    if (this.#stale) clearTimeout(this.#stale);
    if (this.#silence) clearTimeout(this.#silence);
  }

  /** A message that cannot be read is left out: a fill is never made from it. */
  #read(text: string): void {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return;
    }
    const message = streamSchema.safeParse(value);
    if (message.success) this.#reader.onEvent(message.data.stream, message.data.data);
  }
}
