import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';

const EVERY_MS = 50;

/**
 * A venue with very many shares, each quoted again and again: it speaks as Alpaca's documentation says
 * (greeting, keys in headers, one subscription). Prices go by a fixed sequence, so that runs compare.
 */
export class QuoteVenue {
  readonly symbols: readonly string[];
  readonly #sockets = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  readonly #cents: number[];
  readonly #aTurn: number;
  #open: WebSocket | null = null;
  #timer: NodeJS.Timeout | null = null;
  #next = 0;
  #state = 1;
  sent = 0;

  constructor(count: number, quotesPerSecond: number) {
    this.symbols = Array.from({ length: count }, (_, at) => symbolOf(at));
    this.#cents = this.symbols.map((_, at) => 2_000 + ((at * 7919) % 40_000));
    this.#aTurn = Math.round((quotesPerSecond * EVERY_MS) / 1000);
    this.#sockets.on('connection', (socket) => {
      socket.on('error', () => undefined);
      tell(socket, { T: 'success', msg: 'connected' });
      tell(socket, { T: 'success', msg: 'authenticated' });
      socket.on('message', (bytes: Buffer) => this.#asked(socket, bytes.toString('utf8')));
    });
  }

  async start(): Promise<this> {
    await once(this.#sockets, 'listening');
    this.#timer = setInterval(() => this.#quote(), EVERY_MS);
    return this;
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.#sockets.address() as AddressInfo).port}/v2/iex`;
  }

  async stop(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    for (const socket of this.#sockets.clients) socket.terminate();
    await new Promise<void>((resolve) => {
      this.#sockets.close(() => resolve());
    });
  }

  #asked(socket: WebSocket, text: string): void {
    const { trades, quotes } = JSON.parse(text) as { trades: string[]; quotes: string[] };
    tell(socket, { T: 'subscription', trades, quotes, bars: [], corrections: trades, cancelErrors: trades });
    this.#open = socket;
    // Each is known at once, as a venue that has traded all day would have it.
    for (let rest = this.symbols.length; rest > 0; rest -= this.#aTurn) this.#quote();
  }

  #quote(): void {
    if (!this.#open) return;
    const t = new Date().toISOString();
    const quotes: string[] = [];
    for (let n = 0; n < this.#aTurn; n++) {
      const at = this.#next;
      this.#next = (at + 1) % this.symbols.length;
      const bid = Math.max(100, (this.#cents[at] ?? 0) + (this.#random() % 5) - 2);
      this.#cents[at] = bid;
      const [bp, ap] = [cents(bid), cents(bid + 1 + (this.#random() % 3))];
      quotes.push(
        `{"T":"q","S":"${this.symbols[at] ?? ''}","bx":"V","bp":${bp},"bs":${1 + (this.#random() % 9)},"ax":"V","ap":${ap},"as":${1 + (this.#random() % 9)},"c":["R"],"z":"C","t":"${t}"}`,
      );
    }
    this.sent += quotes.length;
    this.#open.send(`[${quotes.join(',')}]`);
  }

  /** A linear congruential generator; Numerical Recipes. */
  #random(): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return this.#state >>> 16;
  }
}

/** The configuration with this venue's feed, `shares`, behind the one that is there; its keys are in the environment. */
export function withQuoteVenue(venue: QuoteVenue): (toml: string) => string {
  process.env['CWTS_ALPACA_KEY'] = 'any';
  process.env['CWTS_ALPACA_SECRET'] = 'any';
  const feed = [
    '',
    '[[feeds]]',
    'id = "shares"',
    'name = "Shares"',
    'dialect = "alpaca"',
    'rest = "http://127.0.0.1:9"',
    `ws = "${venue.url}"`,
    `symbols = ${JSON.stringify(venue.symbols)}`,
    'simulated = true',
    '',
  ].join('\n');
  return (toml) => toml.replace('[feed]', '[[feeds]]') + feed;
}

const cents = (value: number): string => `${Math.floor(value / 100)}.${String(value % 100).padStart(2, '0')}`;

/** `AAA`, `AAB`, …: letters only, as shares have them. */
function symbolOf(at: number): string {
  const letter = (value: number): string => String.fromCharCode(65 + (value % 26));
  return letter(Math.floor(at / 676)) + letter(Math.floor(at / 26)) + letter(at);
}

function tell(socket: WebSocket, message: object): void {
  socket.send(JSON.stringify([message]));
}
