import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { formatPrice, formatSize, type Instrument } from '../../../protocol/instrument.ts';
import type { Lots, Ticks } from '../../../protocol/units.ts';
import { Book } from '../book.ts';
import type { Dialect } from '../dialect.ts';
import { Levels } from '../market-message.ts';

const BID = 10_000;
const ASK = 10_010;
/** Levels a side. */
const DEPTH = 30;

/** An instrument of it with its true book, and the words for its numbers. */
export interface StreamMarket {
  readonly instrument: Instrument;
  readonly book: Book;
  readonly price: (ticks: number) => string;
  readonly size: (lots: number) => string;
}

/** How a venue writes them. */
export interface StreamSpeech {
  readonly dialect: Dialect;
  readonly instruments: readonly Instrument[];
  /** What a frame of ours is answered with, and what flows from then on or no more, by symbol. */
  readonly asked: (text: string) => {
    readonly answers: readonly string[];
    readonly books?: readonly string[];
    readonly trades?: readonly string[];
    readonly ends?: readonly string[];
  };
  readonly snapshot: (market: StreamMarket) => string;
  /** This bid has this size now. */
  readonly change: (market: StreamMarket, ticks: number, lots: number) => string;
  readonly trade: (market: StreamMarket, ticks: number, id: number) => string;
}

interface Line {
  readonly socket: WebSocket;
  /** Frames of it so far. */
  sequence: number;
  /** Symbols whose book, and whose trades, flow over it. */
  readonly books: Set<string>;
  readonly trades: Set<string>;
}

/**
 * A venue that sends its books in the stream, over real sockets, for tests: who subscribes gets the
 * book as it is, then each change. Every connection tells the same, at the test's word.
 */
export class StreamVenue {
  readonly #speech: StreamSpeech;
  readonly #http = createServer((_request, response) => response.writeHead(404).end('{}'));
  readonly #lines = new Set<Line>();
  readonly #markets: readonly StreamMarket[];
  readonly received: string[] = [];
  #trade = 0;

  constructor(speech: StreamSpeech) {
    this.#speech = speech;
    this.#markets = speech.instruments.map(marketOf);
    const sockets = new WebSocketServer({ server: this.#http, perMessageDeflate: false });
    sockets.on('connection', (socket) => this.#connected(socket));
  }

  get url(): string {
    return `127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }
  get connections(): number {
    return this.#lines.size;
  }
  get trades(): number {
    return this.#trade;
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#http.listen(0, '127.0.0.1', resolve));
    return this;
  }

  async stop(): Promise<void> {
    for (const { socket } of this.#lines) socket.terminate();
    this.#http.closeAllConnections();
    await new Promise<void>((resolve) => {
      this.#http.close(() => resolve());
    });
  }

  /** The best bid of this instrument has another size: told to all, with a trade there. */
  change(at: number, lots: number): void {
    const market = this.#of(at);
    const { instrument, book } = market;
    const [bids, asks] = [levels([[BID, lots]]), new Levels()];
    book.apply(book.lastUpdate + 1, bids, asks);
    this.#trade += 1;
    for (const line of this.#lines) {
      if (line.books.has(instrument.symbol)) this.#say(line, this.#speech.change(market, BID, lots));
      if (line.trades.has(instrument.symbol)) this.#say(line, this.#speech.trade(market, BID, this.#trade));
    }
  }

  /** The same, but the frame of the book is lost on its way to everybody. */
  lose(at: number, lots: number): void {
    const { book } = this.#of(at);
    book.apply(book.lastUpdate + 1, levels([[BID, lots]]), new Levels());
    for (const line of this.#lines) line.sequence += 1;
  }

  #of(at: number): StreamMarket {
    const market = this.#markets[at];
    if (!market) throw new Error(`no instrument ${at}`);
    return market;
  }

  #connected(socket: WebSocket): void {
    const line: Line = { socket, sequence: 0, books: new Set(), trades: new Set() };
    this.#lines.add(line);
    socket.on('close', () => void this.#lines.delete(line));
    socket.on('error', () => undefined);
    socket.on('message', (bytes: Buffer) => {
      const text = bytes.toString('utf8');
      this.received.push(text);
      const { answers, books = [], trades = [], ends = [] } = this.#speech.asked(text);
      for (const answer of answers) this.#say(line, answer);
      for (const symbol of ends) line.books.delete(symbol);
      for (const symbol of trades) line.trades.add(symbol);
      for (const symbol of books) {
        line.books.add(symbol);
        const market = this.#markets.find(({ instrument }) => instrument.symbol === symbol);
        if (market) this.#say(line, this.#speech.snapshot(market));
      }
    });
  }

  #say(line: Line, text: string): void {
    line.socket.send(text.replace('<sequence>', String(line.sequence)));
    line.sequence += 1;
  }
}

function marketOf(instrument: Instrument): StreamMarket {
  const book = new Book();
  const side = (best: number, step: number): Levels =>
    levels(Array.from({ length: DEPTH }, (_, row) => [best + row * step, 1000 + row]));
  book.load(1, side(BID, -1), side(ASK, 1), Infinity);
  return {
    instrument,
    book,
    price: (ticks) => formatPrice(ticks as Ticks, instrument),
    size: (lots) => formatSize(lots as Lots, instrument),
  };
}

function levels(rows: readonly (readonly [number, number])[]): Levels {
  const made = new Levels();
  for (const [price, size] of rows) made.push(price, size);
  return made;
}
