import { EventEmitter } from 'node:events';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { Exchange } from '../exchange/exchange.ts';
import { startSim, type Sim } from '../start.ts';
import { PrivateSocket, sortedPayload, UserEvents } from './private-socket.ts';
import { sign } from './signing.ts';
import { BINANCE_TIMES, keepAlive, messageText } from './sockets.ts';

type Message = Record<string, unknown>;
let sim: Sim;
const opened: Client[] = [];

/** A socket whose messages are awaited one by one, none lost. */
class Client {
  readonly socket: WebSocket;
  readonly closed: Promise<void>;
  readonly #queue: string[] = [];
  #wake: (() => void) | null = null;

  constructor(path: string) {
    this.socket = new WebSocket(sim.ws + path);
    this.socket.on('message', (data) => {
      this.#queue.push(messageText(data));
      this.#wake?.();
    });
    this.closed = new Promise((resolve) => this.socket.once('close', () => resolve()));
    opened.push(this);
  }

  async open(): Promise<this> {
    await new Promise((resolve) => this.socket.once('open', resolve));
    return this;
  }

  say(message: object): void {
    this.socket.send(JSON.stringify(message));
  }

  async text(): Promise<string> {
    for (;;) {
      const next = this.#queue.shift();
      if (next !== undefined) return next;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** The next message that satisfies `wanted`. */
  async next(wanted: (message: Message) => boolean = () => true): Promise<Message> {
    for (;;) {
      const message = JSON.parse(await this.text()) as Message;
      if (wanted(message)) return message;
    }
  }
}

/** A socket without a network, whose timers a test may own. */
class DeafSocket extends EventEmitter {
  readonly OPEN = 1;
  readonly readyState = 1;
  readonly bufferedAmount = 0;
  readonly sent: string[] = [];
  pings = 0;
  terminated = false;
  closedWith: number | null = null;

  send(text: string): void {
    this.sent.push(text);
  }
  ping(): void {
    this.pings++;
    this.emit('ping-sent');
  }
  close(code: number): void {
    this.closedWith ??= code;
    this.emit('close');
  }
  terminate(): void {
    this.terminated = true;
    this.emit('close');
  }
}

const drill = async (name: string, body: object): Promise<Message> =>
  (await (
    await fetch(`${sim.rest}/sim/${name}`, { method: 'POST', body: JSON.stringify(body) })
  ).json()) as Message;
const isDepth = (message: Message): boolean => message['e'] === 'depthUpdate';

function signedParams(secret = 'sim-secret'): Message {
  const params = { apiKey: 'sim-key', timestamp: Math.floor(sim.venue.now()) };
  const text = new Map(Object.entries(params).map(([name, value]) => [name, String(value)]));
  return { ...params, signature: sign(sortedPayload(text), secret) };
}

async function place(fields: Record<string, string>): Promise<Message> {
  const params = new URLSearchParams({ ...fields, timestamp: String(Math.floor(sim.venue.now())) });
  params.append('signature', sign(params.toString(), 'sim-secret'));
  const response = await fetch(`${sim.rest}/api/v3/order?${params.toString()}`, {
    method: 'POST',
    headers: { 'X-MBX-APIKEY': 'sim-key' },
  });
  return (await response.json()) as Message;
}

beforeAll(async () => {
  sim = await startSim({ instruments: 4, prerollSeconds: 30 });
});
afterAll(async () => {
  for (const { socket } of opened) socket.terminate();
  await sim.close();
});

describe('market streams', () => {
  it('give a book that joins a snapshot without a gap and is never crossed', async () => {
    const client = await new Client('/ws/btcusdt@depth@100ms').open();
    const first = await client.next(isDepth);
    const snapshot = (await (await fetch(`${sim.rest}/api/v3/depth?symbol=BTCUSDT&limit=1000`)).json()) as {
      lastUpdateId: number;
      bids: [string, string][];
      asks: [string, string][];
    };
    const bids = new Map(snapshot.bids);
    const asks = new Map(snapshot.asks);
    let last = snapshot.lastUpdateId;
    let joined = false;
    for (let message = first, seen = 0; seen < 20; message = await client.next(isDepth), seen++) {
      const { U, u, b, a } = message as unknown as {
        U: number;
        u: number;
        b: [string, string][];
        a: [string, string][];
      };
      if (u <= last) continue;
      expect(joined ? U === last + 1 : U <= last + 1).toBe(true);
      joined = true;
      last = u;
      for (const [side, rows] of [
        [bids, b],
        [asks, a],
      ] as const) {
        for (const [price, size] of rows) {
          if (Number(size) === 0) side.delete(price);
          else side.set(price, size);
        }
      }
      expect(Math.max(...[...bids.keys()].map(Number))).toBeLessThan(
        Math.min(...[...asks.keys()].map(Number)),
      );
    }
    const fresh = (await (await fetch(`${sim.rest}/api/v3/depth?symbol=BTCUSDT&limit=1000`)).json()) as {
      bids: unknown[];
    };
    expect(fresh.bids.length).toBeGreaterThanOrEqual(20);
    expect(joined).toBe(true);
  });

  it('come raw or wrapped with their name, and are subscribed, listed and left', async () => {
    const client = await new Client('/stream?streams=ethusdt@bookTicker/solusdt@trade').open();
    const ticker = await client.next((message) => message['stream'] === 'ethusdt@bookTicker');
    expect(Object.keys(ticker['data'] as object)).toEqual(['u', 's', 'b', 'B', 'a', 'A']);
    const trade = await client.next((message) => message['stream'] === 'solusdt@trade');
    expect(trade['data']).toMatchObject({ e: 'trade', s: 'SOLUSDT', M: true });
    client.say({ method: 'SUBSCRIBE', params: ['btcusdt@kline_1s', 'btcusdt@depth20@100ms'], id: 1 });
    expect(await client.next((message) => message['id'] === 1)).toEqual({ result: null, id: 1 });
    client.say({ method: 'UNSUBSCRIBE', params: ['ethusdt@bookTicker', 'solusdt@trade'], id: 'two' });
    await client.next((message) => message['id'] === 'two');
    client.say({ method: 'LIST_SUBSCRIPTIONS', id: 3 });
    const listed = await client.next((message) => message['id'] === 3);
    expect(listed['result']).toEqual(['btcusdt@kline_1s', 'btcusdt@depth20@100ms']);
    const kline = await client.next((message) => message['stream'] === 'btcusdt@kline_1s');
    expect(kline['data']).toMatchObject({ e: 'kline', k: { i: '1s', x: true, s: 'BTCUSDT' } });
    const partial = await client.next((message) => message['stream'] === 'btcusdt@depth20@100ms');
    const { bids, asks } = partial['data'] as { bids: unknown[]; asks: unknown[] };
    expect([bids.length, asks.length]).toEqual([20, 20]);
  });

  it('drop a client that asks too much: more than five messages a second', async () => {
    const client = await new Client('/ws').open();
    for (let id = 0; id < 12; id++) client.say({ method: 'LIST_SUBSCRIPTIONS', id });
    await client.closed;
  });

  it('go wrong when told to: a lost depth message, silence, nonsense, a cut connection', async () => {
    const client = await new Client('/ws/xrpusdt@depth@100ms').open();
    const before = await client.next(isDepth);
    await drill('gap', { symbol: 'XRPUSDT' });
    let [last, gap] = [before['u'] as number, false];
    while (!gap) {
      const message = await client.next(isDepth);
      gap = message['U'] !== last + 1;
      last = message['u'] as number;
    }
    await drill('malformed', { stream: 'xrpusdt@depth@100ms', text: '{"e":"depthUpdate","b":[["-1",' });
    let text = '';
    while (!text.endsWith('[["-1",')) text = await client.text();
    await drill('mute', { stream: 'xrpusdt@', muted: true });
    client.say({ method: 'SUBSCRIBE', params: ['xrpusdt@trade', 'btcusdt@trade'], id: 9 });
    await client.next((message) => message['id'] === 9);
    for (let trades = 0; trades < 3; trades++) expect(await client.next()).toMatchObject({ s: 'BTCUSDT' });
    await drill('mute', { stream: 'xrpusdt@', muted: false });
    await client.next((message) => message['s'] === 'XRPUSDT');
    expect(await drill('drop', { stream: 'xrpusdt@trade' })).toEqual({ dropped: 1 });
    await client.closed;
  });
});

describe('the private socket', () => {
  it('subscribes by signature and pushes orders and balances in the documented envelope', async () => {
    const client = await new Client('/ws-api/v3').open();
    client.say({ id: 'p', method: 'ping' });
    expect(await client.next()).toEqual({ id: 'p', status: 200, result: {} });
    client.say({ id: 'w', method: 'userDataStream.subscribe.signature', params: signedParams('wrong') });
    expect(await client.next()).toMatchObject({ id: 'w', status: 400, error: { code: -1022 } });
    client.say({ id: 's', method: 'userDataStream.subscribe.signature', params: signedParams() });
    expect(await client.next()).toEqual({ id: 's', status: 200, result: { subscriptionId: 0 } });
    client.say({ id: 't', method: 'userDataStream.subscribe.signature', params: signedParams() });
    expect(await client.next()).toMatchObject({ id: 't', status: 400 });
    const order = {
      symbol: 'ETHUSDT',
      side: 'BUY',
      type: 'MARKET',
      quantity: '0.5',
      newClientOrderId: 'taker',
    };
    const placed = await place(order);
    const accepted = await client.next();
    expect(accepted).toMatchObject({
      subscriptionId: 0,
      event: { e: 'executionReport', x: 'NEW', X: 'NEW', c: 'taker', C: '', i: placed['orderId'] },
    });
    expect(await client.next()).toMatchObject({
      event: { e: 'outboundAccountPosition', B: [{ a: 'ETH' }, { a: 'USDT' }] },
    });
    const filled = await client.next((message) => (message['event'] as Message)['X'] === 'FILLED');
    expect(filled).toMatchObject({ event: { x: 'TRADE', z: '0.50000000', m: false, S: 'BUY', o: 'MARKET' } });
  });

  it('answers after the injected round trip: half before it reads, half before it replies', () => {
    vi.useFakeTimers();
    const socket = new DeafSocket();
    const desk = { credentials: { key: 'k', secret: 's' }, now: () => clock, delayMillis: () => 100 };
    let clock = 1_000;
    new PrivateSocket(
      socket as unknown as WebSocket,
      desk,
      new UserEvents(new Exchange([], desk.now), desk.now, () => undefined),
    );
    socket.emit('message', Buffer.from('{"id":1,"method":"time"}'));
    vi.advanceTimersByTime(99);
    clock = 2_000;
    vi.advanceTimersByTime(100);
    expect(socket.sent).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(socket.sent).toEqual(['{"id":1,"status":200,"result":{"serverTime":2000}}']);
    vi.useRealTimers();
  });
});

describe('a connection', () => {
  it('is pinged each 20 s, dropped when a minute of pings goes unanswered, and closed after a day', () => {
    vi.useFakeTimers();
    const deaf = new DeafSocket();
    keepAlive(deaf as unknown as WebSocket, BINANCE_TIMES);
    vi.advanceTimersByTime(79_999);
    expect([deaf.pings, deaf.terminated]).toEqual([3, false]);
    vi.advanceTimersByTime(1);
    expect(deaf.terminated).toBe(true);
    const alive = new DeafSocket();
    alive.on('ping-sent', () => alive.emit('pong'));
    keepAlive(alive as unknown as WebSocket, BINANCE_TIMES);
    vi.advanceTimersByTime(86_399_999);
    expect([alive.terminated, alive.closedWith]).toEqual([false, null]);
    vi.advanceTimersByTime(1);
    expect([alive.terminated, alive.closedWith]).toEqual([false, 1008]);
    vi.useRealTimers();
  });
});

describe('a paused market', () => {
  it('trades nothing, keeps answering, and trades again when told to', async () => {
    await drill('pause', { paused: true });
    const { listings } = sim.venue;
    const ids = listings.map(({ updateId }) => updateId);
    const client = await new Client('/ws/btcusdt@kline_1s/btcusdt@trade').open();
    expect(await client.next()).toMatchObject({ e: 'kline' });
    expect(listings.map(({ updateId }) => updateId)).toEqual(ids);
    expect(await drill('step', { seconds: 2 })).toEqual({ stepped: true });
    await client.next((message) => message['e'] === 'trade');
    expect(listings.every(({ updateId }, index) => updateId > (ids[index] ?? Infinity))).toBe(true);
    await drill('pause', { paused: false });
    expect(await drill('step', { seconds: 2 })).toEqual({ stepped: false });
    await client.next((message) => message['e'] === 'kline');
    await client.next((message) => message['e'] === 'trade');
  });
});
