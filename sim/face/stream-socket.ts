import type { WebSocket } from 'ws';
import { messageText, sendText } from './sockets.ts';
import type { Streams, Subscriber } from './streams.ts';

const MOST_STREAMS = 1024;
const MESSAGES_PER_SECOND = 5;

/** One connection to `/ws` or `/stream`: subscribes what its address names and what it asks for. */
export class StreamSocket implements Subscriber {
  combined: boolean;
  readonly socket: WebSocket;
  readonly #streams: Streams;
  readonly #subscribed = new Set<string>();
  readonly #now: () => number;
  #second = 0;
  #messages = 0;

  constructor(socket: WebSocket, url: URL, streams: Streams, now: () => number) {
    this.socket = socket;
    this.#streams = streams;
    this.#now = now;
    this.combined = url.pathname.startsWith('/stream');
    const named = this.combined ? (url.searchParams.get('streams') ?? '') : url.pathname.slice('/ws/'.length);
    this.#subscribe(named.split('/').filter((stream) => stream !== ''));
    socket.on('message', (data) => this.#onMessage(messageText(data)));
    socket.on('ping', () => this.#count());
    socket.on('close', () => this.#unsubscribe([...this.#subscribed]));
  }

  hears(stream: string): boolean {
    return this.#subscribed.has(stream);
  }

  send(text: string): void {
    sendText(this.socket, text);
  }

  #count(): boolean {
    const second = Math.floor(this.#now() / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#messages = 0;
    }
    this.#messages++;
    if (this.#messages <= MESSAGES_PER_SECOND) return true;
    this.socket.close(1008, 'Too many requests');
    return false;
  }

  #onMessage(text: string): void {
    if (!this.#count()) return;
    const request = parse(text);
    if (request === null) {
      this.#reply({ code: 3, msg: 'Invalid JSON: expected value at line 1 column 1' });
      return;
    }
    const { method, params, id } = request;
    const streams = Array.isArray(params) ? params.filter((name) => typeof name === 'string') : [];
    switch (method) {
      case 'SUBSCRIBE':
        if (this.#subscribed.size + streams.length > MOST_STREAMS) {
          this.#reply({ error: { code: 2, msg: `Invalid request: too many streams` }, id });
          return;
        }
        this.#subscribe(streams);
        this.#reply({ result: null, id });
        return;
      case 'UNSUBSCRIBE':
        this.#unsubscribe(streams);
        this.#reply({ result: null, id });
        return;
      case 'LIST_SUBSCRIPTIONS':
        this.#reply({ result: [...this.#subscribed], id });
        return;
      case 'GET_PROPERTY':
        this.#reply({ result: this.combined, id });
        return;
      case 'SET_PROPERTY':
        this.combined = Array.isArray(params) && params[1] === true;
        this.#reply({ result: null, id });
        return;
      default:
        this.#reply({
          error: {
            code: 2,
            msg:
              'Invalid request: unknown variant, expected one of `SUBSCRIBE`, `UNSUBSCRIBE`, ' +
              '`LIST_SUBSCRIPTIONS`, `SET_PROPERTY`, `GET_PROPERTY`',
          },
          id,
        });
    }
  }

  #subscribe(streams: readonly string[]): void {
    for (const stream of streams.slice(0, MOST_STREAMS)) {
      this.#subscribed.add(stream);
      this.#streams.subscribe(stream, this);
    }
  }

  #unsubscribe(streams: readonly string[]): void {
    for (const stream of streams) {
      this.#subscribed.delete(stream);
      this.#streams.unsubscribe(stream, this);
    }
  }

  #reply(reply: object): void {
    this.send(JSON.stringify(reply));
  }
}

interface Request {
  readonly method: unknown;
  readonly params: unknown;
  readonly id: unknown;
}

/** A JSON object as a request, or null. */
export function parse(text: string): Request | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return null;
    const { method, params, id } = value as Partial<Request>;
    return { method, params, id: id ?? null };
  } catch {
    return null;
  }
}
