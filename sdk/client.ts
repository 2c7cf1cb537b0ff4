import { io, type Socket } from 'socket.io-client';
import type { z } from 'zod';
import { replySchema, type Reply } from '../protocol/commands.ts';
import type { Instrument } from '../protocol/instrument.ts';
import type { OrderRequest, OrderView } from '../protocol/orders.ts';
import type { OrderId } from '../protocol/units.ts';
import {
  instrumentsReplySchema,
  ordersReplySchema,
  quotesReplySchema,
  type ServerToStrategy,
  type StrategyQuote,
  type StrategyToServer,
} from '../protocol/strategy.ts';

export interface StrategyClientOptions {
  /** The control listener: `http://127.0.0.1:4401`. */
  readonly url: string;
  /** The strategy's key, as `up` writes it to a file of mode 600. */
  readonly key: string;
  readonly timeoutMs?: number;
}

/** The order as a strategy writes it: what has a default may be left out. */
export type NewOrder = Omit<OrderRequest, 'timeInForce' | 'reduceOnly'> &
  Partial<Pick<OrderRequest, 'timeInForce' | 'reduceOnly'>>;

/**
 * A strategy's way to the desk: REST for asking, socket.io for being told. Answers are checked
 * against the protocol's schemas. A refusal by the gate is a `Reply`, not an error; a network that
 * fails, a wrong key and an answer of another form are thrown.
 */
export class StrategyClient {
  readonly #options: StrategyClientOptions;
  #socket: Socket<ServerToStrategy, StrategyToServer> | null = null;

  constructor(options: StrategyClientOptions) {
    this.#options = options;
  }

  /**
   * Places an order. Repeat it with the same `clientId` when the answer was lost: it is placed once
   * and answered the same.
   */
  place(order: NewOrder): Promise<Reply> {
    return this.#ask('POST', '/api/v1/orders', replySchema, order);
  }

  cancel(orderId: OrderId): Promise<Reply> {
    return this.#ask('DELETE', `/api/v1/orders/${encodeURIComponent(orderId)}`, replySchema);
  }

  /** Cancels all of this strategy's own open orders. */
  cancelAll(): Promise<Reply> {
    return this.#ask('DELETE', '/api/v1/orders', replySchema);
  }

  /** This strategy's orders: all that are open, and those that closed lately. */
  async orders(): Promise<OrderView[]> {
    return (await this.#ask('GET', '/api/v1/orders', ordersReplySchema)).orders;
  }

  async instruments(): Promise<Instrument[]> {
    return (await this.#ask('GET', '/api/v1/instruments', instrumentsReplySchema)).instruments;
  }

  /** Top of book of every instrument; act on `live` and `quiet` ones only. */
  async quotes(): Promise<StrategyQuote[]> {
    return (await this.#ask('GET', '/api/v1/quotes', quotesReplySchema)).quotes;
  }

  /**
   * Connects and tells what changes of this strategy's orders from now on. `onConnected` runs at each
   * (re)connection: read `orders()` there, what changed meanwhile is not told again.
   */
  listen(
    onOrders: (upserts: readonly OrderView[], removed: readonly OrderId[]) => void,
    onConnected: () => void,
    onTrouble: (sentence: string) => void,
  ): void {
    const { url, key } = this.#options;
    const socket: Socket<ServerToStrategy, StrategyToServer> = io(url, {
      path: '/strategy',
      auth: { key },
      transports: ['websocket'],
    });
    socket.on('orders', onOrders);
    socket.on('connect', onConnected);
    socket.on('connect_error', (error) => onTrouble(error.message));
    this.#socket = socket;
  }

  close(): void {
    this.#socket?.disconnect();
    this.#socket = null;
  }

  async #ask<S extends z.ZodType>(
    method: string,
    path: string,
    schema: S,
    body?: unknown,
  ): Promise<z.infer<S>> {
    const { url, key, timeoutMs } = this.#options;
    const response = await fetch(new URL(path, url), {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(timeoutMs ?? 10_000),
    });
    const json: unknown = await response.json();
    const parsed = schema.safeParse(json);
    if (parsed.success) return parsed.data;
    throw new Error(`${method} ${path} was answered with ${response.status}: ${sentenceIn(json)}`);
  }
}

function sentenceIn(json: unknown): string {
  const known = typeof json === 'object' && json !== null && 'sentence' in json ? json.sentence : null;
  return typeof known === 'string' ? known : 'an answer of another form than this client knows.';
}
