import type { ServerResponse } from 'node:http';
import type { WebSocket } from 'ws';
import type { Dialect } from '../dialect.ts';
import { readCapture, type CaptureRecord } from './capture.ts';
import { Loopback, sendJson, type SendFrame } from './loopback.ts';
import type { Cue } from './playback.ts';
import { RecordedMarket } from './recorded-market.ts';
import { anySpeed, depthSchema, readSubscribe, restPathOf, tradeSchema } from './replay-protocol.ts';
import type { Stage, StageClock } from './stage.ts';
import type { Survey } from './survey.ts';

/** A recorded snapshot waits this long, ms, for the adapter to ask for it. */
const RENDEZVOUS_MS = 3000;
/**
 * At full speed hundreds of frames pass while an answer travels; the recorder's took a frame or two.
 * So the playback stands still for this long, ms, behind a recorded snapshot.
 */
const TRAVEL_MS = 100;
/** A question for a snapshot that comes within this much of the capture is answered when it comes. */
const SOON_MICROS = 5_000_000;

/** Frames that wait in memory for a question. */
const UNNOTED_MOST = 100_000;

type RecordedFrame = Extract<CaptureRecord, { readonly kind: 'frame' }>;

interface Client {
  readonly send: SendFrame;
  /** As `anySpeed` names them. */
  readonly streams: Set<string>;
}
interface Question {
  readonly symbol: string;
  readonly limit: number;
  readonly response: ServerResponse;
}

/** Answers as the recorded venue did: over WebSocket what the capture holds, over REST its state so far. */
export class ReplayServer implements Stage {
  readonly dialect: Dialect;
  readonly symbols = 'all';
  readonly #file: string;
  readonly #survey: Survey;
  readonly #connections: number;
  readonly #loopback = new Loopback({
    onSocket: (socket, send) => this.#connected(socket, send),
    onRequest: (url, response) => this.#answer(url, response),
  });
  readonly #clients = new Set<Client>();
  readonly #markets = new Map<string, RecordedMarket>();
  /** Played, but not yet in the markets: at full speed nobody may ever ask. */
  readonly #toNote: RecordedFrame[] = [];
  readonly #questions: Question[] = [];
  readonly #asked = new Set<string>();
  #waiter: { readonly symbol: string; readonly resolve: () => void } | null = null;
  #clock: StageClock | null = null;
  #isDrained = false;
  #onDrained: () => void = () => undefined;

  constructor(file: string, survey: Survey, dialect: Dialect) {
    this.#file = file;
    this.#survey = survey;
    this.dialect = dialect;
    // It is ready when so many have subscribed.
    this.#connections = dialect.lines('', []).length;
    for (const symbol of survey.symbols) this.#markets.set(symbol, new RecordedMarket());
    for (const { symbol, interval, text } of survey.candles) {
      this.#markets.get(symbol)?.candles(interval, text);
    }
  }

  get venue() {
    return { id: this.dialect.id, name: this.dialect.name };
  }
  get span() {
    return this.#survey;
  }
  get remark() {
    return this.#survey.remark;
  }
  get isDrained() {
    return this.#isDrained;
  }

  bind(clock: StageClock): void {
    this.#clock = clock;
  }
  onDrained(listener: () => void): void {
    this.#onDrained = listener;
  }
  listen(): Promise<number> {
    return this.#loopback.listen();
  }
  close(): Promise<void> {
    return this.#loopback.close();
  }
  caughtUp(): Promise<void> {
    return this.#loopback.caughtUp();
  }

  async *cues(): AsyncGenerator<Cue> {
    for await (const record of readCapture(this.#file)) {
      yield { at: record.at, play: () => this.#play(record) };
    }
    yield { at: this.#survey.lastAt, play: () => this.#finish() };
  }

  #play(record: CaptureRecord): Promise<void> | null {
    if (record.kind === 'snapshot') return this.#playSnapshot(record.symbol, record.text);
    if (record.kind !== 'frame') return null;
    this.#toNote.push(record);
    if (this.#clock?.isPaced !== false || this.#toNote.length > UNNOTED_MOST) this.#noteAll();
    const stream = anySpeed(record.stream);
    let room: Promise<void> | null = null;
    for (const client of this.#clients) {
      if (!client.streams.has(stream)) continue;
      room = client.send(record.text) ?? room;
    }
    return room;
  }

  async #finish(): Promise<void> {
    await this.caughtUp();
    this.#isDrained = true;
    this.#onDrained();
  }

  #playSnapshot(symbol: string | null, text: string): Promise<void> | null {
    const name = symbol ?? this.#survey.symbols[0] ?? '';
    const market = this.#markets.get(name);
    if (!market) return null;
    this.#noteAll();
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
    if (this.#clock?.isPaced !== false) return null;
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
      sendJson(question.response, 200, answer);
      answered = true;
    }
    if (answered && this.#waiter?.symbol === symbol) this.#waiter.resolve();
    return answered;
  }

  #noteAll(): void {
    for (const { stream, text } of this.#toNote.splice(0)) this.#note(stream, text);
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

  #connected(socket: WebSocket, send: SendFrame): void {
    const client: Client = { send, streams: new Set() };
    this.#clients.add(client);
    socket.on('close', () => void this.#clients.delete(client));
    socket.on('message', (bytes: Buffer) => {
      const request = readSubscribe(bytes);
      if (!request) {
        socket.send(JSON.stringify({ error: { code: 2, msg: 'Invalid request' } }));
        return;
      }
      for (const stream of request.params) client.streams.add(anySpeed(stream));
      socket.send(JSON.stringify({ result: null, id: request.id }));
      const subscribed = [...this.#clients].filter(({ streams }) => streams.size > 0);
      if (subscribed.length >= this.#connections) this.#clock?.ready(this);
    });
  }

  #answer(url: URL, response: ServerResponse): void {
    this.#noteAll();
    const query = url.searchParams;
    const symbol = query.get('symbol') ?? '';
    switch (restPathOf(url.pathname)) {
      case '/exchangeInfo':
        sendJson(response, 200, this.#survey.listing);
        return;
      case '/time': {
        const serverTime = Math.floor((this.#clock?.position() ?? 0) / 1000);
        sendJson(response, 200, JSON.stringify({ serverTime }));
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
        if (klines) sendJson(response, 200, JSON.stringify(klines));
        else sendJson(response, 400, JSON.stringify({ code: -1121, msg: 'Invalid symbol.' }));
        return;
      }
      default:
        sendJson(response, 404, JSON.stringify({ code: -1, msg: 'A replay does not answer this.' }));
    }
  }

  #comesSoon(symbol: string): boolean {
    const at = this.#survey.snapshots.get(symbol);
    const now = this.#clock?.position() ?? 0;
    return at !== undefined && at - now < SOON_MICROS;
  }

  #refuseBook(symbol: string): void {
    const at = this.#questions.findIndex((question) => question.symbol === symbol);
    const [question] = at < 0 ? [] : this.#questions.splice(at, 1);
    const msg = this.#survey.snapshots.has(symbol)
      ? `The capture's snapshot of ${symbol}'s book comes later.`
      : `The capture has no snapshot of ${symbol}'s book.`;
    if (question) sendJson(question.response, 503, JSON.stringify({ code: -1, msg }));
  }
}
