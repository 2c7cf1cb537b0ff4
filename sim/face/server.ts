import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { answerDrill } from './drill-routes.ts';
import { PrivateSocket, UserEvents } from './private-socket.ts';
import { answerRest, written, type RestResponse } from './rest.ts';
import { keepAlive, type SocketTimes } from './sockets.ts';
import { StreamSocket } from './stream-socket.ts';
import type { Venue, VenueControl } from './venue.ts';

const HOST = '127.0.0.1';
const LARGEST_BODY = 64 * 1024;
const LOCAL_HOST = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;

/** The venue's sockets: HTTP and WebSocket on one loopback port. */
export class VenueServer {
  readonly #http: Server;
  readonly #sockets = new WebSocketServer({ noServer: true, maxPayload: LARGEST_BODY });
  readonly #market = new Set<StreamSocket>();
  readonly #private = new Set<PrivateSocket>();
  #venue: Venue | null = null;
  #events: UserEvents | null = null;
  readonly #times: SocketTimes;

  constructor(times: SocketTimes) {
    this.#times = times;
    this.#http = createServer((request, response) => {
      this.#onRequest(request, response).catch((error: unknown) => {
        process.stderr.write(`sim: a request failed: ${String(error)}\n`);
        response.destroy();
      });
    });
    this.#http.keepAliveTimeout = 75_000;
    this.#http.on('upgrade', (request, socket, head) => {
      const venue = this.#venue;
      const url = this.#urlOf(request);
      if (!venue || !url || !/^\/(ws(\/|$)|stream$|ws-api\/v3$)/.test(url.pathname)) {
        socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
        return;
      }
      this.#sockets.handleUpgrade(request, socket, head, (accepted) => {
        keepAlive(accepted, this.#times);
        accepted.on('error', () => accepted.terminate());
        if (url.pathname === '/ws-api/v3') this.#openPrivate(accepted, venue);
        else {
          const opened = new StreamSocket(accepted, url, venue.streams, venue.now);
          this.#market.add(opened);
          accepted.on('close', () => this.#market.delete(opened));
        }
      });
    });
    this.#sockets.on('headers', (headers) => headers.push(`x-cwts-origin: ${this.#venue?.origin ?? 'SIM'}`));
  }

  /** Listens on loopback; rejects with the system's error when the port is taken. Returns the port. */
  listen(port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#http.once('error', reject);
      this.#http.listen(port, HOST, () => {
        this.#http.off('error', reject);
        resolve((this.#http.address() as AddressInfo).port);
      });
    });
  }

  /** Opens for business. Until then every request is refused. */
  open(venue: Venue): void {
    this.#venue = venue;
    this.#events = new UserEvents(venue.exchange, venue.now, (symbol) => {
      // After the order's own work is done, so that one order gives one ticker.
      queueMicrotask(() => {
        const listing = venue.bySymbol.get(symbol);
        if (listing) venue.streams.flushTicker(listing);
      });
    });
  }

  drop(which: Parameters<VenueControl['drop']>[0]): number {
    let dropped = 0;
    for (const { socket } of [...this.#market].filter((connection) => {
      return typeof which === 'string' ? which !== 'private' : connection.hears(which.stream);
    })) {
      socket.terminate();
      dropped++;
    }
    if (which !== 'private' && which !== 'all') return dropped;
    for (const { socket } of this.#private) {
      socket.terminate();
      dropped++;
    }
    return dropped;
  }

  /** Resolves once no connection is open, of whatever kind, or after so many ms. */
  whenLeft(atMostMs: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearInterval(look);
        clearTimeout(late);
        resolve();
      };
      const look = setInterval(() => {
        this.#http.getConnections((error, count) => {
          if (error || count === 0) done();
        });
      }, 100);
      const late = setTimeout(done, atMostMs);
    });
  }

  async close(): Promise<void> {
    this.drop('all');
    const closed = new Promise<void>((resolve) => this.#http.close(() => resolve()));
    this.#http.closeAllConnections();
    await closed;
  }

  #openPrivate(socket: PrivateSocket['socket'], venue: Venue): void {
    if (!this.#events) return;
    const delayMillis = (): number => venue.faults.latencyMillis / 2;
    const { credentials, now } = venue;
    const opened = new PrivateSocket(socket, { credentials, now, delayMillis }, this.#events);
    this.#private.add(opened);
    socket.on('close', () => this.#private.delete(opened));
  }

  #urlOf(request: IncomingMessage): URL | null {
    if (!LOCAL_HOST.test(request.headers.host ?? '')) return null;
    const [url, base] = [request.url ?? '/', `http://${HOST}`];
    return URL.canParse(url, base) ? new URL(url, base) : null;
  }

  async #onRequest(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const venue = this.#venue;
    const url = this.#urlOf(request);
    const body = await readBody(request);
    if (!url || body === null) {
      send(response, { status: 403, headers: {}, body: '{}' }, 'SIM');
      return;
    }
    if (!venue) {
      send(response, { status: 503, headers: {}, body: '{"code":-1016,"msg":"Starting."}' }, 'SIM');
      return;
    }
    const method = request.method ?? 'GET';
    if (url.pathname.startsWith('/sim/')) {
      send(
        response,
        drillResponse(venue, request, method, url.pathname.slice('/sim/'.length), body),
        venue.origin,
      );
      return;
    }
    const key = request.headers['x-mbx-apikey'];
    const apiKey = typeof key === 'string' ? key : null;
    const half = venue.faults.latencyMillis / 2;
    await delay(half);
    const answer = answerRest(venue, {
      method,
      path: url.pathname,
      query: url.search.slice(1),
      body,
      apiKey,
    });
    if (answer === null) return;
    await delay(half);
    send(response, answer, venue.origin);
  }
}

/** Drills are for programs on this machine: a page in a browser, which always says its origin, is refused. */
function drillResponse(
  venue: Venue,
  request: IncomingMessage,
  method: string,
  name: string,
  body: string,
): RestResponse {
  if (request.headers.origin !== undefined) return { status: 403, headers: {}, body: '{}' };
  const { status, answer } = answerDrill(venue, method, name, body);
  return { status, headers: {}, body: written(answer) };
}

function send(response: ServerResponse, { status, headers, body }: RestResponse, origin: string): void {
  response.writeHead(status, {
    'content-type': 'application/json;charset=UTF-8',
    'content-length': Buffer.byteLength(body),
    'x-cwts-origin': origin,
    ...headers,
  });
  response.end(body);
}

/** The body as text, or null when it is too large. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_BODY) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function delay(millis: number): Promise<void> | undefined {
  return millis > 0 ? new Promise((resolve) => setTimeout(resolve, millis)) : undefined;
}
