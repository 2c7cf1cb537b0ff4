import { WebSocket } from 'ws';
import { MAX_FRAME_BYTES } from './json.ts';
import type { WireTap } from './wire-tap.ts';

/** What a socket tells; every call carries the generation it was opened with. */
export interface ConnectionListener {
  onOpen(generation: number): void;
  /** `bytes` are valid during the call only. */
  onFrame(generation: number, bytes: Uint8Array): void;
  /** A ping or a pong. */
  onBeat(generation: number): void;
  onClose(generation: number, sentence: string): void;
}

/** The one socket of a feed. Effects only: what to do is the session's decision. */
export class Connection {
  readonly #url: string;
  readonly #listener: ConnectionListener;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #tap: WireTap | undefined;
  /** The open socket's number in the tap. */
  #tapped: number | null = null;
  #socket: WebSocket | null = null;
  #generation = 0;

  constructor(
    url: string,
    listener: ConnectionListener,
    {
      headers = {},
      tap,
    }: { headers?: Readonly<Record<string, string>> | undefined; tap?: WireTap | undefined } = {},
  ) {
    this.#url = url;
    this.#headers = headers;
    this.#listener = listener;
    this.#tap = tap;
  }

  open(generation: number): void {
    this.close(this.#generation);
    this.#generation = generation;
    const listener = this.#listener;
    let reason = 'The venue closed the connection.';
    const socket = new WebSocket(this.#url, {
      headers: { ...this.#headers },
      perMessageDeflate: false,
      maxPayload: MAX_FRAME_BYTES,
      skipUTF8Validation: true, // the decoder checks what it reads, and says more than "1007"
      handshakeTimeout: 10_000,
    });
    this.#socket = socket;
    socket.on('open', () => {
      if (this.#tap) this.#tapped = this.#tap.opened(this.#url);
      listener.onOpen(generation);
    });
    socket.on('message', (data: Buffer) => {
      if (this.#tapped !== null) this.#tap?.received(this.#tapped, data);
      listener.onFrame(generation, data);
    });
    // ws answers a ping with a pong by itself.
    socket.on('ping', () => {
      listener.onBeat(generation);
    });
    socket.on('pong', () => {
      listener.onBeat(generation);
    });
    socket.on('error', (error) => {
      reason = `The connection failed: ${error.message || error.name}.`;
    });
    socket.on('close', (code) => {
      const sentence = code === 1006 || code === 1000 ? reason : `${reason} (code ${code})`;
      this.#untap(sentence);
      listener.onClose(generation, sentence);
    });
  }

  send(generation: number, text: string): void {
    if (generation === this.#generation && this.#socket?.readyState === WebSocket.OPEN) {
      this.#socket.send(text);
      if (this.#tapped !== null) this.#tap?.sent(this.#tapped, text);
    }
  }

  ping(generation: number): void {
    if (generation === this.#generation && this.#socket?.readyState === WebSocket.OPEN) this.#socket.ping();
  }

  /** Ends the socket at once: a polite close can wait for a peer that is gone. */
  close(generation: number): void {
    if (generation !== this.#generation || !this.#socket) return;
    const socket = this.#socket;
    this.#socket = null;
    this.#untap('We closed the connection.');
    socket.removeAllListeners();
    // terminate() of a connecting socket emits an error that nobody needs any more.
    socket.on('error', () => undefined);
    socket.terminate();
  }

  #untap(reason: string): void {
    if (this.#tapped !== null) this.#tap?.closed(this.#tapped, reason);
    this.#tapped = null;
  }
}
