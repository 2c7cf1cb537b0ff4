import WebSocket from 'ws';
import { z } from 'zod';
import type { Cancel, Clock } from '../../clock.ts';
import { backoffMs } from '../backoff.ts';
import { signedParams } from './sign.ts';
import type { Credentials } from './rest.ts';

export interface UserStreamOptions {
  /** `wss://ws-api.binance.com:443`; the path `/ws-api/v3` is added. */
  readonly url: string;
  readonly credentials: Credentials;
  readonly clock: Clock;
  readonly random: () => number;
  /** The venue's time, ms. */
  readonly venueMs: () => number;
  readonly onEvent: (event: unknown) => void;
  readonly onState: (state: 'up' | 'connecting' | 'down', generation: number) => void;
  readonly onTrouble: (sentence: string) => void;
}

const replySchema = z.object({ id: z.string(), status: z.number() });
const eventSchema = z.object({ event: z.object({ e: z.string() }).loose() });

const SUBSCRIBE_TIMEOUT_MS = 5000;
const PING_MS = 10_000;
/** Binance ends a connection after 24 h; we go first, at a time of our own. */
const LIFETIME_MS = 23.5 * 3600 * 1000;

/**
 * The account's own events over `/ws-api/v3`, by `userDataStream.subscribe.signature` (listen keys
 * were discontinued for spot in February 2026). Reconnects by itself; what an older connection still
 * says is dropped by its generation.
 */
export class UserStream {
  readonly #options: UserStreamOptions;
  #socket: WebSocket | null = null;
  #generation = 0;
  #attempt = 0;
  #stopped = true;
  #timers: Cancel[] = [];

  constructor(options: UserStreamOptions) {
    this.#options = options;
  }

  start(): void {
    if (!this.#stopped) return;
    this.#stopped = false;
    this.#connect();
  }

  stop(): void {
    this.#stopped = true;
    this.#clearTimers();
    this.#socket?.terminate();
    this.#socket = null;
  }

  #connect(): void {
    const generation = ++this.#generation;
    const { url, onState } = this.#options;
    onState('connecting', generation);
    const socket = new WebSocket(`${url.replace(/\/$/, '')}/ws-api/v3`, { handshakeTimeout: 5000 });
    this.#socket = socket;
    const current = (): boolean => generation === this.#generation && !this.#stopped;
    socket.on('open', () => {
      if (current()) this.#subscribe(socket, generation);
    });
    socket.on('message', (bytes: Buffer) => {
      if (current()) this.#read(bytes.toString('utf8'), socket, generation);
    });
    socket.on('error', (error) => {
      if (current()) this.#options.onTrouble(`The private stream failed: ${error.message}.`);
    });
    socket.on('close', () => {
      if (current()) this.#lost(generation);
    });
  }

  #subscribe(socket: WebSocket, generation: number): void {
    const { credentials, venueMs, clock } = this.#options;
    const params = signedParams({ apiKey: credentials.apiKey, timestamp: venueMs() }, credentials.apiSecret);
    const method = 'userDataStream.subscribe.signature';
    socket.send(JSON.stringify({ id: `subscribe-${generation}`, method, params }));
    this.#timers.push(
      clock.setTimer(SUBSCRIBE_TIMEOUT_MS, () => {
        this.#options.onTrouble('The venue did not answer the subscription to our own orders.');
        socket.terminate();
      }),
    );
  }

  #read(text: string, socket: WebSocket, generation: number): void {
    const json = parseJson(text);
    const reply = replySchema.safeParse(json);
    if (reply.success && reply.data.id === `subscribe-${generation}`) {
      this.#clearTimers();
      if (reply.data.status === 200) this.#up(socket, generation);
      else {
        this.#options.onTrouble(
          `The venue refused the subscription to our own orders: ${text.slice(0, 200)}`,
        );
        socket.terminate();
      }
      return;
    }
    const event = eventSchema.safeParse(json);
    if (event.success) this.#options.onEvent(event.data.event);
    else if (!reply.success) this.#options.onTrouble(`The private stream sent "${text.slice(0, 80)}".`);
  }

  #up(socket: WebSocket, generation: number): void {
    const { clock, onState } = this.#options;
    this.#attempt = 0;
    let answered = true;
    socket.on('pong', () => (answered = true));
    this.#timers.push(
      clock.setRepeating(PING_MS, () => {
        if (!answered) socket.terminate();
        answered = false;
        if (socket.readyState === WebSocket.OPEN) socket.ping();
      }),
      clock.setTimer(LIFETIME_MS, () => socket.close()),
    );
    onState('up', generation);
  }

  #lost(generation: number): void {
    this.#clearTimers();
    this.#socket = null;
    this.#options.onState('down', generation);
    const wait = backoffMs(this.#attempt++, this.#options.random);
    this.#timers.push(this.#options.clock.setTimer(wait, () => this.#connect()));
  }

  #clearTimers(): void {
    for (const cancel of this.#timers.splice(0)) cancel();
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
