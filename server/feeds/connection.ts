import { WebSocket } from 'ws';

/** What a socket tells; every call carries the generation it was opened with. */
export interface ConnectionListener {
  onOpen(generation: number): void;
  /** `bytes` are valid during the call only. */
  onFrame(generation: number, bytes: Uint8Array): void;
  /** A ping or a pong. */
  onBeat(generation: number): void;
  onClose(generation: number, sentence: string): void;
}

const MAX_FRAME = 4 * 1024 * 1024;

/** The one socket of a feed. Effects only: what to do is the session's decision. */
export class Connection {
  readonly #url: string;
  readonly #listener: ConnectionListener;
  #socket: WebSocket | null = null;
  #generation = 0;

  constructor(url: string, listener: ConnectionListener) {
    this.#url = url;
    this.#listener = listener;
  }

  open(generation: number): void {
    this.close(this.#generation);
    this.#generation = generation;
    const listener = this.#listener;
    let reason = 'The venue closed the connection.';
    const socket = new WebSocket(this.#url, {
      perMessageDeflate: false,
      maxPayload: MAX_FRAME,
      skipUTF8Validation: true, // the decoder checks what it reads, and says more than "1007"
      handshakeTimeout: 10_000,
    });
    this.#socket = socket;
    socket.on('open', () => {
      listener.onOpen(generation);
    });
    socket.on('message', (data: Buffer) => {
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
      listener.onClose(generation, code === 1006 || code === 1000 ? reason : `${reason} (code ${code})`);
    });
  }

  send(generation: number, text: string): void {
    if (generation === this.#generation && this.#socket?.readyState === WebSocket.OPEN) {
      this.#socket.send(text);
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
    socket.removeAllListeners();
    // terminate() of a connecting socket emits an error that nobody needs any more.
    socket.on('error', () => undefined);
    socket.terminate();
  }
}
