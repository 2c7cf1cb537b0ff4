import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { signature } from '../venues/binance-spot/sign.ts';

export interface FakeOrder {
  readonly symbol: string;
  readonly orderId: number;
  readonly clientOrderId: string;
  readonly side: string;
  readonly type: string;
  readonly timeInForce: string;
  readonly price: string;
  readonly origQty: string;
  executedQty: string;
  cummulativeQuoteQty: string;
  status: string;
}

/** How the venue treats one request: `null` = as it should. */
export type Fault =
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter?: string; readonly body?: string }
  /** Never answers; the connection stays open. */
  | { readonly kind: 'hang' }
  /** Closes the connection without an answer. */
  | { readonly kind: 'reset' }
  /** Does it, and never answers. */
  | { readonly kind: 'swallow' }
  /** Answers as if it had done it. */
  | { readonly kind: 'lie' }
  /** Does it and answers after this long. */
  | { readonly kind: 'delay'; readonly ms: number };

export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
}

/**
 * A venue with Binance's face and a will of its own, for tests of silence, refusal and lies. Orders
 * rest until cancelled; nothing trades unless the test says so.
 */
export class FakeVenue {
  readonly orders: FakeOrder[] = [];
  readonly seen: Seen[] = [];
  /** Asked for each request before it is served. */
  fault: (seen: Seen) => Fault | null = () => null;
  /** Takes a request and serves it when told, if it returns true. */
  hold: (seen: Seen, serve: () => void) => boolean = () => false;
  readonly #server = createServer((request, response) => this.#request(request, response));
  readonly #sockets = new WebSocketServer({ server: this.#server, path: '/ws-api/v3' });
  readonly #subscribed = new Set<WebSocket>();
  readonly secret = 'test-secret';
  /** What the venue says that this minute has used; null = it does not say. */
  usedWeight: number | null = null;
  rateLimits: readonly object[] = [
    { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: 6000 },
  ];
  #nextId = 1;

  constructor() {
    this.#sockets.on('connection', (socket) => {
      socket.on('message', (bytes: Buffer) => {
        const { id } = JSON.parse(bytes.toString('utf8')) as { id: string };
        this.#subscribed.add(socket);
        socket.send(JSON.stringify({ id, status: 200, result: { subscriptionId: 0 } }));
      });
      socket.on('close', () => this.#subscribed.delete(socket));
    });
  }

  async listen(): Promise<{ rest: string; ws: string }> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const { port } = this.#server.address() as AddressInfo;
    return { rest: `http://127.0.0.1:${port}`, ws: `ws://127.0.0.1:${port}` };
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#sockets.close();
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  open(): FakeOrder[] {
    return this.orders.filter(({ status }) => status === 'NEW' || status === 'PARTIALLY_FILLED');
  }

  /** Puts an order there as if another program had placed it. */
  rest(symbol: string, clientOrderId = `web_${this.#nextId}`): FakeOrder {
    return this.#add({ symbol, clientOrderId, side: 'BUY', price: '100.00', quantity: '1.000' });
  }

  /** Trades `lots` thousandths of an order at its price; `tell` pushes the report. */
  trade(order: FakeOrder, lots: number, tradeId: number, tell = true): void {
    const filled = Math.round(Number(order.executedQty) * 1000) + lots;
    const size = Math.round(Number(order.origQty) * 1000);
    order.executedQty = (filled / 1000).toFixed(3);
    order.cummulativeQuoteQty = ((filled / 1000) * Number(order.price)).toFixed(8);
    order.status = filled >= size ? 'FILLED' : 'PARTIALLY_FILLED';
    if (tell) this.report(order, 'TRADE', { t: tradeId, l: (lots / 1000).toFixed(3), L: order.price });
  }

  report(order: FakeOrder, kind: string, more: object = {}): void {
    const event = {
      e: 'executionReport',
      E: Date.now(),
      s: order.symbol,
      c: order.clientOrderId,
      C: '',
      S: order.side,
      o: order.type,
      f: order.timeInForce,
      q: order.origQty,
      p: order.price,
      x: kind,
      X: order.status,
      r: 'NONE',
      i: order.orderId,
      l: '0.000',
      z: order.executedQty,
      L: '0.00',
      T: Date.now(),
      t: -1,
      Z: order.cummulativeQuoteQty,
      ...more,
    };
    for (const socket of this.#subscribed) socket.send(JSON.stringify({ subscriptionId: 0, event }));
  }

  dropStreams(): void {
    for (const socket of this.#sockets.clients) socket.terminate();
  }

  #request(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://fake');
    const seen = { method: request.method ?? '', path: url.pathname, query: url.searchParams };
    this.seen.push(seen);
    request.resume();
    if (this.hold(seen, () => this.#answer(response, ...this.#serve(seen, url.search.slice(1))))) return;
    const fault = this.fault(seen);
    if (fault?.kind === 'hang') return;
    if (fault?.kind === 'reset') {
      request.socket.destroy();
      return;
    }
    if (fault?.kind === 'status') {
      const headers = fault.retryAfter === undefined ? {} : { 'retry-after': fault.retryAfter };
      response.writeHead(fault.status, headers).end(fault.body ?? '');
      return;
    }
    if (fault?.kind === 'lie') {
      this.#answer(response, 200, []);
      return;
    }
    const [status, body] = this.#serve(seen, url.search.slice(1));
    if (fault?.kind === 'swallow') return;
    if (fault?.kind === 'delay') setTimeout(() => this.#answer(response, status, body), fault.ms);
    else this.#answer(response, status, body);
  }

  #answer(response: ServerResponse, status: number, body: unknown): void {
    const used = this.usedWeight === null ? {} : { 'x-mbx-used-weight-1m': String(this.usedWeight) };
    response.writeHead(status, { 'content-type': 'application/json', ...used }).end(JSON.stringify(body));
  }

  #serve({ method, path, query }: Seen, search: string): [number, unknown] {
    if (path === '/api/v3/time') return [200, { serverTime: Date.now() }];
    if (path === '/api/v3/exchangeInfo') return [200, { rateLimits: this.rateLimits, symbols: [] }];
    const [payload = '', signed] = search.split('&signature=');
    if (signed !== signature(payload, this.secret)) return [400, { code: -1022, msg: 'Bad signature.' }];
    if (path === '/api/v3/account')
      return [200, { balances: [{ asset: 'BTC', free: '1.5', locked: '0.5' }] }];
    const symbol = query.get('symbol');
    if (path === '/api/v3/openOrders') {
      const open = this.open().filter((order) => symbol === null || order.symbol === symbol);
      if (method === 'GET') return [200, open];
      if (open.length === 0) return [400, { code: -2011, msg: 'Unknown order sent.' }];
      return [200, open.map((order) => this.#cancel(order))];
    }
    if (method === 'POST') return [200, this.#place(query)];
    const order = this.orders.find(
      ({ clientOrderId, orderId }) =>
        clientOrderId === query.get('origClientOrderId') || String(orderId) === query.get('orderId'),
    );
    if (method === 'GET') return order ? [200, order] : [400, { code: -2013, msg: 'Order does not exist.' }];
    if (!order || !this.open().includes(order)) return [400, { code: -2011, msg: 'Unknown order sent.' }];
    return [200, this.#cancel(order)];
  }

  #cancel(order: FakeOrder): object {
    order.status = 'CANCELED';
    this.report(order, 'CANCELED', { c: `cancel-${order.orderId}`, C: order.clientOrderId });
    return { ...order, clientOrderId: `cancel-${order.orderId}`, origClientOrderId: order.clientOrderId };
  }

  #place(query: URLSearchParams): FakeOrder & { fills: [] } {
    const text = (name: string): string => query.get(name) ?? '';
    const order = this.#add({
      symbol: text('symbol'),
      clientOrderId: text('newClientOrderId'),
      side: text('side'),
      price: text('price'),
      quantity: text('quantity'),
    });
    return { ...order, fills: [] };
  }

  #add(made: {
    symbol: string;
    clientOrderId: string;
    side: string;
    price: string;
    quantity: string;
  }): FakeOrder {
    const order: FakeOrder = {
      symbol: made.symbol,
      orderId: this.#nextId++,
      clientOrderId: made.clientOrderId,
      side: made.side,
      type: 'LIMIT',
      timeInForce: 'GTC',
      price: made.price,
      origQty: made.quantity,
      executedQty: '0.000',
      cummulativeQuoteQty: '0.00000000',
      status: 'NEW',
    };
    this.orders.push(order);
    this.report(order, 'NEW');
    return order;
  }
}
