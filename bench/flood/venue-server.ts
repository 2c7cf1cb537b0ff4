import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import type { FloodVenue } from './venue.ts';
import { Batch, Numbers, Sequence, template, type Template } from './wire.ts';

/** What a socket may hold back before its venue waits for the reader. */
const MOST_UNREAD = 4 * 1024 * 1024;

/** Where one instrument is in what happens to it. */
class MarketState {
  readonly numbers = new Numbers();
  /** The next frame of its cycle. */
  at = 0;
  turn: number | null = null;
}

interface Line {
  readonly socket: Socket;
  readonly sequence: Sequence;
  /** Positions of the instruments whose data flows over it. */
  readonly markets: number[];
  next: number;
}

/** Everything that was sent since the last connection was opened to a server without one. */
export interface Sent {
  frames: number;
  messages: number;
  trades: number;
}

/** One venue on a port of its own: real REST, real WebSockets, frames as the venue writes them. */
export class VenueServer {
  readonly venue: FloodVenue;
  readonly #http = createServer((request, response) => this.#rest(request, response));
  readonly #states: readonly MarketState[];
  readonly #lines = new Set<Line>();
  readonly #batch = new Batch();
  readonly #chosen: { readonly one: Template; readonly state: MarketState }[] = [];
  sent: Sent = { frames: 0, messages: 0, trades: 0 };

  constructor(venue: FloodVenue) {
    this.venue = venue;
    this.#states = venue.markets.map(() => new MarketState());
    const sockets = new WebSocketServer({ server: this.#http, perMessageDeflate: false });
    sockets.on('connection', (socket, request) => this.#connected(socket, request.socket));
  }

  async start(): Promise<{ readonly restUrl: string; readonly wsUrl: string }> {
    await new Promise<void>((resolve) => this.#http.listen(0, '127.0.0.1', resolve));
    const { port } = this.#http.address() as AddressInfo;
    const address = `127.0.0.1:${port}`;
    return { restUrl: `http://${address}`, wsUrl: `ws://${address}${this.venue.path ?? ''}` };
  }

  /** Sends about so many messages of its instruments in turn, one write a connection; how many it were. */
  send(messages: number, now: number): number {
    let sent = 0;
    let instruments = 0;
    for (const { markets } of this.#lines) instruments += markets.length;
    for (const line of this.#lines) {
      if (line.markets.length === 0 || line.socket.writableLength > MOST_UNREAD) continue;
      sent += this.#sendTo(line, Math.ceil((messages * line.markets.length) / instruments), now);
    }
    return sent;
  }

  #sendTo(line: Line, messages: number, now: number): number {
    let sent = 0;
    let bytes = 0;
    this.#chosen.length = 0;
    while (sent < messages) {
      const place = line.markets[line.next++ % line.markets.length] ?? 0;
      const state = this.#states[place];
      const cycle = this.venue.markets[place]?.cycle ?? [];
      const one = state && cycle[state.at];
      if (!one) break;
      state.at = (state.at + 1) % cycle.length;
      if (one.turn !== null) state.turn = one.turn;
      this.#chosen.push({ one, state });
      bytes += one.bytes.length;
      sent += one.messages;
    }
    this.#write(line, bytes, now);
    return sent;
  }

  #write(line: Line, bytes: number, now: number): void {
    this.#batch.begin(bytes, now);
    for (const { one, state } of this.#chosen) {
      this.#batch.add(one, state.numbers, line.sequence);
      this.sent.frames += 1;
      this.sent.messages += one.messages;
      this.sent.trades += one.trades;
    }
    this.#chosen.length = 0;
    line.socket.write(this.#batch.end());
  }

  /** Frames outside of the cycles, written as all are: a connection may count them. */
  #say(line: Line, templates: readonly Template[], state = new MarketState()): void {
    let bytes = 0;
    for (const one of templates) {
      this.#chosen.push({ one, state });
      bytes += one.bytes.length;
    }
    this.#write(line, bytes, Date.now());
  }

  #connected(socket: WebSocket, raw: Socket): void {
    if (this.#lines.size === 0) this.sent = { frames: 0, messages: 0, trades: 0 };
    const line: Line = { socket: raw, sequence: new Sequence(), markets: [], next: 0 };
    this.#lines.add(line);
    socket.on('error', () => undefined);
    socket.on('close', () => this.#lines.delete(line));
    this.#say(
      line,
      (this.venue.greeting ?? []).map((text) => template(text, { messages: 0 })),
    );
    socket.on('message', (bytes: Buffer) => {
      const { answers, begins } = this.venue.asked(bytes.toString('utf8'));
      this.#say(
        line,
        answers.map((text) => template(text, { messages: 0 })),
      );
      for (const place of begins) this.#begin(line, place);
    });
  }

  /** From the start of its cycle, and where the book comes in the stream with all of it. */
  #begin(line: Line, place: number): void {
    const state = this.#states[place];
    const market = this.venue.markets[place];
    if (!state || !market) return;
    if (market.snapshot) {
      state.at = 0;
      state.turn = null;
      this.#say(line, [market.snapshot], state);
    }
    line.markets.push(place);
  }

  #rest(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://venue.invalid');
    const body = this.venue.rest(url.pathname, url.searchParams, Date.now(), (symbol) => {
      const place = this.venue.symbols.indexOf(symbol);
      const state = this.#states[place];
      const turns = this.venue.markets[place]?.turns ?? [];
      const sides = turns[state?.turn ?? turns.length - 1]?.book;
      return state && sides ? { update: state.numbers.update, sides } : null;
    });
    response.writeHead(body === null ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body ?? {}));
  }
}
