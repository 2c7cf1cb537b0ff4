import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';

/** The key that the server knows. */
export const ALPACA_KEYS = { 'APCA-API-KEY-ID': 'test-key', 'APCA-API-SECRET-KEY': 'test-secret' } as const;

/**
 * Alpaca's stream as its documentation describes it (docs.alpaca.markets, Real-time Stock Data):
 * a greeting, authentication by headers, one connection, subscriptions answered with all there are.
 */
export class AlpacaServer {
  readonly #sockets = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  readonly received: string[] = [];
  /** Connections that were tried. */
  tried = 0;
  /** Another program has the only connection that the key allows. */
  isTaken = false;
  #open: WebSocket | null = null;

  constructor() {
    this.#sockets.on('connection', (socket, { headers }) => {
      this.tried += 1;
      socket.on('error', () => undefined);
      tell(socket, { T: 'success', msg: 'connected' });
      const known = Object.entries(ALPACA_KEYS).every(
        ([name, value]) => headers[name.toLowerCase()] === value,
      );
      if (!known) {
        tell(socket, { T: 'error', code: 402, msg: 'auth failed' });
        return;
      }
      if (this.isTaken) {
        tell(socket, { T: 'error', code: 406, msg: 'connection limit exceeded' });
        return;
      }
      tell(socket, { T: 'success', msg: 'authenticated' });
      this.#open = socket;
      socket.on('message', (bytes: Buffer) => this.#asked(socket, bytes.toString('utf8')));
    });
  }

  async start(): Promise<this> {
    await once(this.#sockets, 'listening');
    return this;
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.#sockets.address() as AddressInfo).port}/v2/iex`;
  }

  /** Sends text as it is, in an array. */
  send(...messages: string[]): void {
    this.#open?.send(`[${messages.join(',')}]`);
  }

  drop(): void {
    this.#open?.terminate();
    this.#open = null;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    await new Promise<void>((resolve) => {
      this.#sockets.close(() => resolve());
    });
  }

  #asked(socket: WebSocket, text: string): void {
    this.received.push(text);
    const { trades, quotes } = JSON.parse(text) as { trades: string[]; quotes: string[] };
    // Corrections and cancels come with trades.
    tell(socket, { T: 'subscription', trades, quotes, bars: [], corrections: trades, cancelErrors: trades });
  }
}

function tell(socket: WebSocket, message: object): void {
  socket.send(JSON.stringify([message]));
}
