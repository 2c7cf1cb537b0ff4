import type { WebSocket } from 'ws';
import { VenueError } from '../exchange/errors.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { accountPosition, executionReport } from '../exchange/views.ts';
import { verify, type Credentials } from './signing.ts';
import { messageText, sendText } from './sockets.ts';
import { parse } from './stream-socket.ts';

export interface PrivateDesk {
  readonly credentials: Credentials;
  readonly now: () => number;
  /** Half of the injected round trip, at the moment of the call. */
  readonly delayMillis: () => number;
}

/** Tells every subscribed connection what happens to the account. */
export class UserEvents {
  readonly #sockets = new Set<PrivateSocket>();

  /** `touched` is called when an order of the account may have changed a book. */
  constructor(exchange: Exchange, now: () => number, touched: (symbol: string) => void) {
    exchange.reader = {
      onExecution: (order, execution) => {
        touched(order.listing.spec.symbol);
        if (this.#sockets.size > 0) this.#send(executionReport(order, execution, now()));
      },
      onBalances: (assets) => {
        if (this.#sockets.size > 0) this.#send(accountPosition(exchange.balances, assets, now()));
      },
    };
  }

  join(socket: PrivateSocket): void {
    this.#sockets.add(socket);
  }

  leave(socket: PrivateSocket): void {
    this.#sockets.delete(socket);
  }

  #send(event: object): void {
    for (const socket of this.#sockets) socket.event(event);
  }
}

/** One connection to `/ws-api/v3`: `ping`, `time` and the account's events by signature. */
export class PrivateSocket {
  readonly socket: WebSocket;
  readonly #desk: PrivateDesk;
  readonly #events: UserEvents;
  #subscriptions = 0;
  #active: number | null = null;

  constructor(socket: WebSocket, desk: PrivateDesk, events: UserEvents) {
    this.socket = socket;
    this.#desk = desk;
    this.#events = events;
    socket.on('message', (data) => {
      const text = messageText(data);
      this.#later(() => this.#onMessage(text));
    });
    socket.on('close', () => events.leave(this));
  }

  event(event: object): void {
    this.#reply({ subscriptionId: this.#active, event });
  }

  #onMessage(text: string): void {
    const request = parse(text);
    if (request === null) {
      this.#fail(null, new VenueError(400, -1135, 'Invalid JSON Request'));
      return;
    }
    const { id } = request;
    try {
      this.#reply({ id, status: 200, result: this.#answer(request.method, paramsOf(request.params)) });
    } catch (error) {
      if (!(error instanceof VenueError)) throw error;
      this.#fail(id, error);
    }
  }

  #answer(method: unknown, params: Map<string, string>): object {
    const read = { get: (name: string) => params.get(name) ?? null };
    switch (method) {
      case 'ping':
        return {};
      case 'time':
        return { serverTime: Math.floor(this.#desk.now()) };
      case 'userDataStream.subscribe.signature': {
        const { credentials, now } = this.#desk;
        verify(credentials, read.get('apiKey'), sortedPayload(params), read, now());
        if (this.#active !== null) {
          throw new VenueError(400, -2035, 'User Data Stream subscription already active.');
        }
        this.#active = this.#subscriptions++;
        this.#events.join(this);
        return { subscriptionId: this.#active };
      }
      case 'userDataStream.unsubscribe':
        this.#events.leave(this);
        this.#active = null;
        return {};
      case 'session.subscriptions':
        return this.#active === null ? [] : [{ subscriptionId: this.#active }];
      default:
        throw new VenueError(400, -1020, 'This operation is not supported.');
    }
  }

  #fail(id: unknown, error: VenueError): void {
    this.#reply({ id, status: error.status, error: error.body() });
  }

  #reply(reply: object): void {
    const text = JSON.stringify(reply);
    this.#later(() => sendText(this.socket, text));
  }

  #later(act: () => void): void {
    const delay = this.#desk.delayMillis();
    if (delay > 0) setTimeout(act, delay);
    else act();
  }
}

/** WebSocket API signatures cover the parameters in alphabetical order, as `name=value&…`. */
export function sortedPayload(params: ReadonlyMap<string, string>): string {
  return [...params]
    .filter(([name]) => name !== 'signature')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

function paramsOf(params: unknown): Map<string, string> {
  const entries = typeof params === 'object' && params !== null ? Object.entries(params) : [];
  return new Map(entries.map(([name, value]) => [name, String(value)]));
}
