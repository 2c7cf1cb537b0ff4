import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import type { CaptureRecord } from './capture.ts';
import type { Audience, Playback } from './playback.ts';
import { RecordedMarket } from './recorded-market.ts';
import { anySpeed, depthSchema, readSubscribe, restPathOf, tradeSchema } from './replay-protocol.ts';
import type { Survey } from './survey.ts';

const MAX_BUFFERED = 1024 * 1024;
/** A recorded snapshot waits this long, ms, for the adapter to ask for it. */
const RENDEZVOUS_MS = 3000;
/**
 * At full speed hundreds of frames pass while an answer travels; the recorder's took a frame or two.
 * So the playback stands still for this long, ms, behind a recorded snapshot.
 */
const TRAVEL_MS = 100;
/** A question for a snapshot that comes within this much of the capture is answered when it comes. */
const SOON_MICROS = 5_000_000;

interface Client {
  readonly socket: WebSocket;
  /** As `anySpeed` names them. */
  readonly streams: Set<string>;
}
interface Question {
  readonly symbol: string;
  readonly limit: number;
  readonly response: ServerResponse;
}

/** Answers as the recorded venue did: over WebSocket what the capture holds, over REST its state so far. */
export class ReplayServer implements Audience {
  readonly #survey: Survey;
  readonly #connections: number;
  readonly #http = createServer((request, response) => {
    if (this.#isFeed(request)) this.#answer(request, response);
    else response.writeHead(403).end();
  });
  readonly #sockets = new WebSocketServer({
    server: this.#http,
    perMessageDeflate: false,
    verifyClient: ({ req }: { req: IncomingMessage }) => this.#isFeed(req),
  });
  readonly #clients = new Set<Client>();
  readonly #markets = new Map<string, RecordedMarket>();
  readonly #questions: Question[] = [];
  readonly #asked = new Set<string>();
  #waiter: { readonly symbol: string; readonly resolve: () => void } | null = null;
  #playback: Playback | null = null;
  #drained = false;
  #onDrained: () => void = () => undefined;

  /** It plays when so many connections have subscribed. */
  constructor(survey: Survey, connections: number) {
    this.#survey = survey;
    this.#connections = connections;
    for (const symbol of survey.symbols) this.#markets.set(symbol, new RecordedMarket());
    for (const { symbol, interval, text } of survey.candles) {
      this.#markets.get(symbol)?.candles(interval, text);
    }
    this.#sockets.on('connection', (socket) => this.#connected(socket));
  }

  /** Only our own feed asks here, by number; no page of a browser, whatever name it found for us. */
  #isFeed({ headers }: IncomingMessage): boolean {
    const { port } = this.#http.address() as AddressInfo;
    return headers.origin === undefined && headers.host === `127.0.0.1:${port}`;
  }

  bind(playback: Playback): void {
    this.#playback = playback;
  }

  /** The last frame has been read by the adapter. */
  get drained(): boolean {
    return this.#drained;
  }

  onDrained(listener: () => void): void {
    this.#onDrained = listener;
  }

  async listen(): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#http.once('error', reject);
      this.#http.listen(0, '127.0.0.1', resolve);
    });
    return (this.#http.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const { socket } of this.#clients) socket.terminate();
    this.#sockets.close();
    this.#http.closeAllConnections();
    await new Promise<void>((resolve) => {
      this.#http.close(() => resolve());
    });
  }

  play(record: CaptureRecord): Promise<void> | null {
    if (record.kind === 'snapshot') return this.#playSnapshot(record.symbol, record.text);
    if (record.kind !== 'frame') return null;
    this.#note(record.stream, record.text);
    const stream = anySpeed(record.stream);
    let room: Promise<void> | null = null;
    for (const client of this.#clients) {
      if (!client.streams.has(stream)) continue;
      if (client.socket.bufferedAmount < MAX_BUFFERED) client.socket.send(record.text);
      else {
        room = new Promise((resolve) => {
          // Called when this frame has left for the kernel, or the client is gone.
          client.socket.send(record.text, () => resolve());
        });
      }
    }
    return room;
  }

  async caughtUp(): Promise<void> {
    await Promise.all([...this.#clients].map(({ socket }) => answered(socket)));
  }

  finish(): void {
    this.#drained = true;
    this.#onDrained();
  }

  #playSnapshot(symbol: string | null, text: string): Promise<void> | null {
    const name = symbol ?? this.#survey.symbols[0] ?? '';
    const market = this.#markets.get(name);
    if (!market) return null;
    market.snapshot(text);
    const first = !this.#asked.has(name);
    if (this.#reply(name)) return this.#travel();
    if (!first || this.#clients.size === 0) return null;
    // The adapter will ask any moment: as the recorder did, between these frames.
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#waiter?.resolve(), RENDEZVOUS_MS);
      this.#waiter = {
        symbol: name,
        resolve: () => {
          clearTimeout(timer);
          this.#waiter = null;
          void (this.#travel() ?? Promise.resolve()).then(resolve);
        },
      };
    });
  }

  #travel(): Promise<void> | null {
    if (this.#playback?.isPaced !== false) return null;
    return new Promise((resolve) => void setTimeout(resolve, TRAVEL_MS));
  }

  /** Answers the waiting questions for a symbol's book; true when there was one. */
  #reply(symbol: string): boolean {
    let answered = false;
    for (const question of [...this.#questions]) {
      if (question.symbol !== symbol) continue;
      const answer = this.#markets.get(symbol)?.depthAnswer(question.limit);
      if (answer === null || answer === undefined) continue;
      this.#questions.splice(this.#questions.indexOf(question), 1);
      this.#asked.add(symbol);
      send(question.response, 200, answer);
      answered = true;
    }
    if (answered && this.#waiter?.symbol === symbol) this.#waiter.resolve();
    return answered;
  }

  #note(stream: string, text: string): void {
    const [name = '', kind = ''] = stream.split('@', 2);
    if (kind !== 'trade' && !kind.startsWith('depth')) return;
    const market = this.#markets.get(name.toUpperCase());
    if (!market) return;
    try {
      const { data } = JSON.parse(text) as { data: unknown };
      if (kind === 'trade') market.trade(tradeSchema.parse(data));
      else market.depth(depthSchema.parse(data));
    } catch {
      // A frame that the venue garbled goes to the adapter as it is; here it changes nothing.
    }
  }

  #connected(socket: WebSocket): void {
    const client: Client = { socket, streams: new Set() };
    this.#clients.add(client);
    socket.on('close', () => void this.#clients.delete(client));
    socket.on('error', () => undefined);
    socket.on('message', (bytes: Buffer) => {
      const request = readSubscribe(bytes);
      if (!request) {
        socket.send(JSON.stringify({ error: { code: 2, msg: 'Invalid request' } }));
        return;
      }
      for (const stream of request.params) client.streams.add(anySpeed(stream));
      socket.send(JSON.stringify({ result: null, id: request.id }));
      const subscribed = [...this.#clients].filter(({ streams }) => streams.size > 0);
      if (subscribed.length >= this.#connections) this.#playback?.start();
    });
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://replay.invalid');
    const query = url.searchParams;
    const symbol = query.get('symbol') ?? '';
    switch (restPathOf(url.pathname)) {
      case '/exchangeInfo':
        send(response, 200, this.#survey.listing);
        return;
      case '/time': {
        const serverTime = Math.floor((this.#playback?.position() ?? 0) / 1000);
        send(response, 200, JSON.stringify({ serverTime }));
        return;
      }
      case '/depth':
        this.#questions.push({ symbol, limit: Number(query.get('limit') ?? 100), response });
        if (!this.#reply(symbol) && !this.#comesSoon(symbol)) this.#refuseBook(symbol);
        return;
      case '/klines': {
        const number = (name: string, otherwise: number): number => Number(query.get(name) ?? otherwise);
        const klines = this.#markets
          .get(symbol)
          ?.klinesAnswer(
            query.get('interval') ?? '1m',
            number('startTime', -Infinity),
            number('endTime', Infinity),
            number('limit', 500),
          );
        if (klines) send(response, 200, JSON.stringify(klines));
        else send(response, 400, JSON.stringify({ code: -1121, msg: 'Invalid symbol.' }));
        return;
      }
      default:
        send(response, 404, JSON.stringify({ code: -1, msg: 'A replay does not answer this.' }));
    }
  }

  #comesSoon(symbol: string): boolean {
    const at = this.#survey.snapshots.get(symbol);
    const now = this.#playback?.position() ?? 0;
    return at !== undefined && at - now < SOON_MICROS;
  }

  #refuseBook(symbol: string): void {
    const at = this.#questions.findIndex((question) => question.symbol === symbol);
    const [question] = at < 0 ? [] : this.#questions.splice(at, 1);
    const msg = this.#survey.snapshots.has(symbol)
      ? `The capture's snapshot of ${symbol}'s book comes later.`
      : `The capture has no snapshot of ${symbol}'s book.`;
    if (question) send(question.response, 503, JSON.stringify({ code: -1, msg }));
  }
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

function send(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(body);
}
