import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';

export interface CaptureVenueScript {
  /** Frames to send before anything is asked (a greeting). */
  readonly greeting?: readonly string[];
  /** What the venue answers to a frame of ours. */
  readonly answer: (text: string) => readonly string[];
  /** True when, after this frame of ours, the recorded frames may begin; asked once for each frame. */
  readonly begins: (text: string, asked: number) => boolean;
  /** The body of a REST answer, or null: 404. */
  readonly rest: (path: string, query: URLSearchParams) => string | null | Promise<string | null>;
  /** The recorded frames, as sent, of each connection in the order they are opened by path; or one list for all. */
  readonly frames: (path: string) => Iterable<string | Uint8Array>;
  /** Awaited before a frame is sent: a place to stand still until a snapshot was asked for. */
  readonly before?: (at: number, path: string) => Promise<void> | null;
}

const ROOM = 1024 * 1024;

/** A local server that is the venue a capture was recorded from: a real WebSocket, real REST. */
export class CaptureVenue {
  readonly #script: CaptureVenueScript;
  readonly #http = createServer((request, response) => void this.#answer(request, response));
  readonly #sockets = new WebSocketServer({ server: this.#http, perMessageDeflate: false });
  readonly received: string[] = [];
  /** Resolves when every frame of every opened connection has been read by the feed. */
  readonly drained: Promise<void>;
  #drain: () => void = () => undefined;
  #playing = 0;
  #ended = 0;

  constructor(script: CaptureVenueScript) {
    this.#script = script;
    this.drained = new Promise((resolve) => (this.#drain = resolve));
    this.#sockets.on('connection', (socket, request) => this.#connected(socket, request.url ?? '/'));
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#http.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get restUrl(): string {
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }
  get wsUrl(): string {
    return `ws://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#sockets.close();
    this.#http.closeAllConnections();
    await new Promise<void>((resolve) => {
      this.#http.close(() => resolve());
    });
  }

  #connected(socket: WebSocket, path: string): void {
    let asked = 0;
    let begun = false;
    socket.on('error', () => undefined);
    for (const text of this.#script.greeting ?? []) socket.send(text);
    socket.on('message', (bytes: Buffer) => {
      const text = bytes.toString('utf8');
      this.received.push(text);
      asked += 1;
      for (const answer of this.#script.answer(text)) socket.send(answer);
      if (begun || !this.#script.begins(text, asked)) return;
      begun = true;
      this.#playing += 1;
      void this.#play(socket, path);
    });
  }

  async #play(socket: WebSocket, path: string): Promise<void> {
    let at = 0;
    for (const frame of this.#script.frames(path)) {
      await this.#script.before?.(at, path);
      at += 1;
      if (socket.readyState !== socket.OPEN) return;
      const text = typeof frame === 'string' ? frame : Buffer.from(frame);
      if (socket.bufferedAmount < ROOM) socket.send(text, { binary: false });
      else await new Promise<void>((resolve) => socket.send(text, { binary: false }, () => resolve()));
    }
    await new Promise<void>((resolve) => {
      socket.once('pong', () => resolve());
      socket.once('close', () => resolve());
      socket.ping();
    });
    this.#ended += 1;
    if (this.#ended === this.#playing) this.#drain();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://venue.invalid');
    const body = await this.#script.rest(url.pathname, url.searchParams);
    response.writeHead(body === null ? 404 : 200, { 'content-type': 'application/json' });
    response.end(body ?? '{}');
  }
}
