import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';

const MAX_BUFFERED = 1024 * 1024;

/** Sends a frame of text; the promise resolves when more may be sent. */
export type SendFrame = (frame: string | Uint8Array) => Promise<void> | null;

export interface LoopbackListener {
  onSocket(socket: WebSocket, send: SendFrame, path: string): void;
  onRequest(url: URL, response: ServerResponse): void;
}

/** A venue's two doors, REST and WebSocket, on this machine, open to our own feed only. */
export class Loopback {
  readonly #http = createServer((request, response) => {
    if (this.#isFeed(request)) this.#listener.onRequest(urlOf(request), response);
    else response.writeHead(403).end();
  });
  readonly #sockets = new WebSocketServer({
    server: this.#http,
    perMessageDeflate: false,
    verifyClient: ({ req }: { req: IncomingMessage }) => this.#isFeed(req),
  });
  readonly #listener: LoopbackListener;

  constructor(listener: LoopbackListener) {
    this.#listener = listener;
    this.#sockets.on('connection', (socket, request) => {
      socket.on('error', () => undefined);
      const url = urlOf(request);
      listener.onSocket(socket, sender(socket, request.socket), url.pathname + url.search);
    });
  }

  /** Only our own feed asks here, by number; no page of a browser, whatever name it found for us. */
  #isFeed({ headers }: IncomingMessage): boolean {
    const { port } = this.#http.address() as AddressInfo;
    return headers.origin === undefined && headers.host === `127.0.0.1:${port}`;
  }

  async listen(): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#http.once('error', reject);
      this.#http.listen(0, '127.0.0.1', resolve);
    });
    return (this.#http.address() as AddressInfo).port;
  }

  /** Resolves when every connected feed has read all that it was sent. */
  async caughtUp(): Promise<void> {
    await Promise.all([...this.#sockets.clients].map(answered));
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#sockets.close();
    this.#http.closeAllConnections();
    await new Promise<void>((resolve) => {
      this.#http.close(() => resolve());
    });
  }
}

/** Frames of one turn leave in one write. */
function sender(socket: WebSocket, wire: Socket): SendFrame {
  let isCorked = false;
  const uncork = (): void => {
    isCorked = false;
    wire.uncork();
  };
  return (frame) => {
    if (!isCorked) {
      isCorked = true;
      wire.cork();
      setImmediate(uncork);
    }
    if (socket.bufferedAmount < MAX_BUFFERED) {
      socket.send(frame, { binary: false });
      return null;
    }
    return new Promise((resolve) => {
      // Called when this frame has left for the kernel, or the socket is gone.
      socket.send(frame, { binary: false }, () => resolve());
    });
  };
}

export function sendJson(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(body);
}

/** A pong to a ping behind the last frame: everything before it was read. */
function answered(socket: WebSocket): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      socket.off('pong', done);
      socket.off('close', done);
      resolve();
    };
    socket.on('pong', done);
    socket.on('close', done);
    if (socket.readyState === socket.OPEN) socket.ping();
    else done();
  });
}

function urlOf(request: IncomingMessage): URL {
  return new URL(request.url ?? '/', 'http://replay.invalid');
}
