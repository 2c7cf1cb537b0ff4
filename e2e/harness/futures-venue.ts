import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';

/** Connections as Binance USD-M has them: books, best prices and trades over one, marks over the other. */
export type FuturesRoute = '/public/stream' | '/market/stream';

const STEP_MS = 100;
const MARK_MS = 1000;
/** Levels a side. */
const DEPTH = 30;
const FUNDING_MS = 8 * 3600 * 1000;

interface Contract {
  readonly symbol: string;
  readonly base: string;
  /** Of the market, in ticks of 0.1. */
  mid: number;
  update: number;
  trade: number;
}

/**
 * A futures venue that speaks as Binance USD-M does, with marks and funding, whose connections can be
 * made silent one by one. Prices go by a fixed sequence, so that runs compare.
 */
export class FuturesVenue {
  readonly #http = createServer((request, response) => this.#answer(request.url ?? '/', response));
  readonly #sockets = new WebSocketServer({ server: this.#http });
  readonly #open = new Map<WebSocket, FuturesRoute>();
  readonly #silent = new Set<FuturesRoute>();
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #contracts: readonly Contract[] = [
    { symbol: 'BTCUSDT', base: 'BTC', mid: 610_000, update: 1000, trade: 1 },
    { symbol: 'ETHUSDT', base: 'ETH', mid: 24_000, update: 2000, trade: 1 },
    { symbol: 'SOLUSDT', base: 'SOL', mid: 1_500, update: 3000, trade: 1 },
  ];
  #state = 1;

  constructor() {
    this.#sockets.on('connection', (socket, request) => {
      const route = request.url as FuturesRoute;
      this.#open.set(socket, route);
      if (this.#silent.has(route)) socket.pause();
      socket.on('error', () => undefined);
      socket.on('close', () => void this.#open.delete(socket));
      socket.on('message', (bytes: Buffer) => {
        const { id } = JSON.parse(bytes.toString('utf8')) as { id: number };
        socket.send(JSON.stringify({ result: null, id }));
      });
    });
  }

  async start(): Promise<this> {
    this.#http.listen(0, '127.0.0.1');
    await once(this.#http, 'listening');
    this.#timers.push(
      setInterval(() => this.#step(), STEP_MS),
      setInterval(() => this.#mark(), MARK_MS),
    );
    return this;
  }

  get symbols(): readonly string[] {
    return this.#contracts.map(({ symbol }) => symbol);
  }
  get address(): string {
    return `127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  /** As a cable that was pulled: connections stay open, nothing comes and nothing is answered; false: as before. */
  silence(route: FuturesRoute, isSilent: boolean): void {
    if (isSilent) this.#silent.add(route);
    else this.#silent.delete(route);
    for (const [socket, of] of this.#open) {
      if (of !== route) continue;
      if (isSilent) socket.pause();
      else socket.resume();
    }
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    for (const socket of this.#open.keys()) socket.terminate();
    this.#http.closeAllConnections();
    await new Promise<void>((resolve) => {
      this.#http.close(() => resolve());
    });
  }

  #send(route: FuturesRoute, stream: string, data: object): void {
    if (this.#silent.has(route)) return;
    const text = JSON.stringify({ stream, data });
    for (const [socket, of] of this.#open) if (of === route) socket.send(text);
  }

  /** Each market moves by a tick or stays, and a trade is told where it moved. */
  #step(): void {
    const now = Date.now();
    for (const contract of this.#contracts) {
      const { symbol: s, mid: before } = contract;
      const move = (this.#random() % 3) - 1;
      contract.mid += move;
      const pu = contract.update;
      const u = (contract.update += 3);
      const { b, a } = changes(before, contract.mid);
      const stream = s.toLowerCase();
      const depth = { e: 'depthUpdate', E: now, T: now, s, U: pu + 1, u, pu, b, a };
      this.#send('/public/stream', `${stream}@depth@100ms`, depth);
      const best = { b: price(contract.mid - 1), B: size(1), a: price(contract.mid + 1), A: size(1) };
      const ticker = { e: 'bookTicker', u, s, ...best, T: now, E: now };
      this.#send('/public/stream', `${stream}@bookTicker`, ticker);
      if (move === 0) continue;
      const p = price(contract.mid - move);
      const trade = { t: contract.trade++, p, q: '0.010', X: 'MARKET', m: move < 0 };
      this.#send('/public/stream', `${stream}@trade`, { e: 'trade', E: now, T: now, s, ...trade });
    }
  }

  #mark(): void {
    const now = Date.now();
    const T = Math.ceil(now / FUNDING_MS) * FUNDING_MS;
    for (const { symbol: s, mid } of this.#contracts) {
      const [p, i] = [`${price(mid)}4321000`, `${price(mid - 8)}1234000`];
      const data = { e: 'markPriceUpdate', E: now, s, p, P: p, i, r: '0.00010000', T };
      this.#send('/market/stream', `${s.toLowerCase()}@markPrice@1s`, data);
    }
  }

  #answer(url: string, response: ServerResponse): void {
    const { pathname, searchParams } = new URL(url, 'http://venue.invalid');
    const body = this.#body(pathname, searchParams.get('symbol') ?? '');
    response.writeHead(body === null ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body ?? {}));
  }

  #body(path: string, symbol: string): object | null {
    switch (path) {
      case '/fapi/v1/exchangeInfo':
        return {
          rateLimits: [{ rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: 2400 }],
          symbols: this.#contracts.map(listed),
        };
      case '/fapi/v1/time':
        return { serverTime: Date.now() };
      case '/fapi/v1/klines':
        return [];
      case '/fapi/v1/depth': {
        const contract = this.#contracts.find((each) => each.symbol === symbol);
        return contract ? { lastUpdateId: contract.update, ...bookAt(contract.mid) } : null;
      }
      default:
        return null;
    }
  }

  /** A linear congruential generator; Numerical Recipes. */
  #random(): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return this.#state >>> 16;
  }
}

/** The configuration with this venue's feed, `futures`, behind the one that is there. */
export function withFuturesVenue(venue: FuturesVenue): (toml: string) => string {
  const feed = [
    '',
    '[[feeds]]',
    'id = "futures"',
    'name = "Futures exchange"',
    'dialect = "binance-usdm"',
    `rest = "http://${venue.address}"`,
    `ws = "ws://${venue.address}"`,
    `symbols = ${JSON.stringify(venue.symbols)}`,
    'simulated = true',
    '',
  ].join('\n');
  return (toml) => toml.replace('[feed]', '[[feeds]]') + feed;
}

const price = (ticks: number): string => `${Math.floor(ticks / 10)}.${ticks % 10}`;
const size = (row: number): string => `${row}.500`;

const side = (mid: number, sign: 1 | -1): [string, string][] =>
  Array.from({ length: DEPTH }, (_, row) => [price(mid + sign * (row + 1)), size(row + 1)]);

const bookAt = (mid: number) => ({ bids: side(mid, -1), asks: side(mid, 1) });

/** The whole book after a move, and as nothing what fell out of it. */
function changes(before: number, after: number): { b: [string, string][]; a: [string, string][] } {
  const [was, is] = [bookAt(before), bookAt(after)];
  const left = (rows: [string, string][], now: [string, string][]): [string, string][] => {
    const kept = new Set(now.map(([at]) => at));
    return rows.flatMap(([at]) => (kept.has(at) ? [] : [[at, '0.000'] as [string, string]]));
  };
  return { b: [...left(was.bids, is.bids), ...is.bids], a: [...left(was.asks, is.asks), ...is.asks] };
}

const listed = ({ symbol, base }: Contract) => ({
  symbol,
  status: 'TRADING',
  contractType: 'PERPETUAL',
  baseAsset: base,
  quoteAsset: 'USDT',
  marginAsset: 'USDT',
  filters: [
    { filterType: 'PRICE_FILTER', minPrice: '0.1', maxPrice: '1000000', tickSize: '0.10' },
    { filterType: 'LOT_SIZE', minQty: '0.001', maxQty: '1000', stepSize: '0.001' },
    { filterType: 'MIN_NOTIONAL', notional: '5' },
  ],
});
