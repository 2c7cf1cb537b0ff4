import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';

/** How the fake venue answers a path: a body, or a status with headers. */
export type RestReply = object | { status: number; headers: Record<string, string>; body: object };

export interface Row {
  readonly price: string;
  readonly size: string;
}

/**
 * A small venue that speaks Binance's public protocol, for tests of what a real one does seldom.
 * Each symbol has a true book; what is sent of it, and how, is the test's to say.
 */
export class FakeVenue {
  readonly #http = createServer((request, response) => this.#answer(request, response));
  #sockets = new WebSocketServer({ server: this.#http });
  readonly #overrides: { path: string; reply: () => RestReply }[] = [];
  readonly sockets = new Set<WebSocket>();
  /** What each socket was opened with. */
  readonly #paths = new WeakMap<WebSocket, string>();
  readonly received: unknown[] = [];
  readonly requests: string[] = [];
  readonly books = new Map<
    string,
    { update: number; bids: Map<string, string>; asks: Map<string, string> }
  >();
  /** Answers to SUBSCRIBE; null = none. */
  subscribeReply: (id: number) => string | null = (id) => JSON.stringify({ result: null, id });
  klines: (symbol: string, query: URLSearchParams) => unknown[] = () => [];
  timeOffsetMs = 0;
  /** Our wall clock, ms. */
  wallMs: () => number = () => Date.now();
  #port = 0;
  #tradeId = 0;
  #silent: (path: string) => boolean = () => false;

  constructor(symbols: readonly string[] = ['AAAUSDT', 'BBBUSDT']) {
    for (const symbol of symbols) {
      this.books.set(symbol, {
        update: 100,
        bids: new Map([
          ['99.50', '1.000'],
          ['99.00', '2.000'],
        ]),
        asks: new Map([
          ['100.50', '1.000'],
          ['101.00', '2.000'],
        ]),
      });
    }
    this.#listen();
  }

  get restUrl(): string {
    return `http://127.0.0.1:${this.#port}`;
  }
  get wsUrl(): string {
    return `ws://127.0.0.1:${this.#port}`;
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#http.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (this.#http.address() as AddressInfo).port;
    return this;
  }

  /** As a killed process: sockets die, nothing listens; `start` brings it back on the same port. */
  async kill(): Promise<void> {
    this.#tradeId = 0;
    for (const socket of this.sockets) socket.terminate();
    this.#http.closeAllConnections();
    await new Promise<void>((resolve) => {
      this.#http.close(() => resolve());
    });
  }

  /** The next request to this path is answered so, once. */
  once(path: string, reply: RestReply): void {
    this.#overrides.push({ path, reply: () => reply });
  }

  /** As a cable that was pulled: sockets stay open, nothing comes, nothing is answered; false: as before. */
  silence(isSilent: boolean, path?: string): void {
    this.#silent = (of) => isSilent && (path === undefined || of === path);
    for (const socket of this.sockets) this.#hush(socket);
  }

  /** To all, or to those that were opened with this path. */
  send(text: string, path?: string): void {
    for (const socket of this.sockets) {
      const own = this.#paths.get(socket) ?? '';
      if (!this.#silent(own) && (path === undefined || own === path)) socket.send(text);
    }
  }

  /** Changes the true book and returns the diff frame that says so, unsent. */
  change(symbol: string, bids: Row[], asks: Row[] = [], updates = 1): string {
    const book = this.#book(symbol);
    const first = book.update + 1;
    book.update += updates;
    for (const [side, rows] of [
      [book.bids, bids],
      [book.asks, asks],
    ] as const) {
      for (const { price, size } of rows) {
        if (Number(size) === 0) side.delete(price);
        else side.set(price, size);
      }
    }
    return this.depthFrame(symbol, first, book.update, bids, asks);
  }

  depthFrame(symbol: string, first: number, last: number, bids: Row[], asks: Row[] = []): string {
    const rows = (side: Row[]): string[][] => side.map(({ price, size }) => [price, size]);
    return this.#frame(symbol, 'depth@100ms', {
      e: 'depthUpdate',
      E: this.now(),
      s: symbol,
      U: first,
      u: last,
      b: rows(bids),
      a: rows(asks),
    });
  }

  tradeFrame(symbol: string, price: string, size: string, more: object = {}): string {
    const now = this.now();
    this.#tradeId += 1;
    return this.#frame(symbol, 'trade', {
      e: 'trade',
      E: now,
      s: symbol,
      t: this.#tradeId,
      p: price,
      q: size,
      T: now,
      m: true,
      M: true,
      ...more,
    });
  }

  tickerFrame(symbol: string, update: number, bid: Row, ask: Row): string {
    return this.#frame(symbol, 'bookTicker', {
      u: update,
      s: symbol,
      b: bid.price,
      B: bid.size,
      a: ask.price,
      A: ask.size,
    });
  }

  now(): number {
    return this.wallMs() + this.timeOffsetMs;
  }

  #listen(): void {
    this.#sockets.on('connection', (socket, request) => {
      this.#paths.set(socket, request.url ?? '');
      this.sockets.add(socket);
      this.#hush(socket);
      socket.on('close', () => void this.sockets.delete(socket));
      socket.on('error', () => undefined);
      socket.on('message', (bytes: Buffer) => {
        const request = JSON.parse(bytes.toString('utf8')) as { id: number };
        this.received.push(request);
        const reply = this.subscribeReply(request.id);
        if (reply !== null) socket.send(reply);
      });
    });
  }

  /** What is not read is not answered: no pong, no reply. */
  #hush(socket: WebSocket): void {
    if (this.#silent(this.#paths.get(socket) ?? '')) socket.pause();
    else socket.resume();
  }

  #book(symbol: string): { update: number; bids: Map<string, string>; asks: Map<string, string> } {
    const book = this.books.get(symbol);
    if (!book) throw new Error(`the fake venue has no ${symbol}`);
    return book;
  }

  #frame(symbol: string, kind: string, data: object): string {
    return JSON.stringify({ stream: `${symbol.toLowerCase()}@${kind}`, data });
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://venue.invalid');
    this.requests.push(url.pathname);
    const at = this.#overrides.findIndex(({ path }) => path === url.pathname);
    const [override] = at < 0 ? [] : this.#overrides.splice(at, 1);
    const reply = override ? override.reply() : this.#usual(url);
    const full = 'status' in reply && 'headers' in reply ? reply : { status: 200, headers: {}, body: reply };
    response.writeHead(full.status, full.headers);
    response.end(JSON.stringify(full.body));
  }

  #usual(url: URL): RestReply {
    const symbol = url.searchParams.get('symbol') ?? '';
    switch (url.pathname) {
      case '/api/v3/exchangeInfo':
        return {
          rateLimits: [{ rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: 6000 }],
          symbols: [...this.books.keys()].map((name) => ({
            symbol: name,
            status: 'TRADING',
            baseAsset: name.slice(0, 3),
            quoteAsset: name.slice(3),
            filters: [
              { filterType: 'PRICE_FILTER', minPrice: '0.01', maxPrice: '100000', tickSize: '0.01000000' },
              { filterType: 'LOT_SIZE', minQty: '0.001', maxQty: '9000', stepSize: '0.00100000' },
              { filterType: 'NOTIONAL', minNotional: '5.00000000' },
            ],
          })),
        };
      case '/api/v3/time':
        return { serverTime: this.now() };
      case '/api/v3/depth': {
        const book = this.#book(symbol);
        const rows = (side: Map<string, string>, sign: number): string[][] =>
          [...side].sort(([a], [b]) => sign * (Number(a) - Number(b)));
        return { lastUpdateId: book.update, bids: rows(book.bids, -1), asks: rows(book.asks, 1) };
      }
      case '/api/v3/klines':
        return this.klines(symbol, url.searchParams);
      default:
        return { status: 404, headers: {}, body: {} };
    }
  }
}
