/** The bench's load: consoles that decode and acknowledge every batch, and those of the peers. */
import type { Socket as NetSocket } from 'node:net';
import { io, type Socket } from 'socket.io-client';
import { WebSocket } from 'ws';
import { decodeFrame } from '../../protocol/frame.ts';
import { readQuotes } from '../../protocol/quotes.ts';
import { consoleParser } from '../../protocol/socket-parser.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import { SystemClock } from '../../server/clock.ts';
import { quantile } from '../lib/report.ts';
import { serve } from '../lib/rpc.ts';
import { FRAMES_PER_SECOND } from './workload.ts';

export interface Heard {
  readonly clients: number;
  readonly seconds: number;
  readonly frames: number;
  /** Market frames and heartbeats: what the server's CPU is divided by. */
  readonly messages: number;
  readonly bytes: number;
  readonly ticks: number;
  /** From a frame's sending to its being applied, ms. */
  readonly frameAge: { readonly p50: number; readonly p99: number; readonly count: number };
  /** From a tick's writing to its being applied: conflation included. */
  readonly tickAge: { readonly p50: number; readonly p99: number; readonly count: number };
  readonly sample: readonly Uint8Array[];
}

const clock = new SystemClock();
clock.keepAnchored();

class Load {
  readonly sockets: { close: () => void; bytesRead: () => number }[] = [];
  frames = 0;
  messages = 0;
  ticks = 0;
  frameAges: number[] = [];
  tickAges: number[] = [];
  sample: Uint8Array[] = [];
  #since = 0;
  #bytesBefore = 0;
  /** Called with the sending time of each market frame. */
  watch: ((sentAt: number) => void) | null = null;

  /** Decodes a frame to its columns and adds them up; true when it wants an acknowledgement. */
  apply(bytes: Uint8Array, keep: boolean): boolean {
    this.messages += 1;
    const frame = decodeFrame(bytes);
    if (!frame.ok) throw new Error(frame.error.sentence);
    if (frame.value.kind !== 'market') return false;
    const now = clock.wallMicros();
    this.frames += 1;
    this.frameAges.push((now - frame.value.sentAt) / 1000);
    for (const section of frame.value.sections) {
      const quotes = readQuotes(section);
      if (!quotes.ok) throw new Error(quotes.error.sentence);
      const { bid, ask, receivedAt } = quotes.value;
      for (let row = 0; row < bid.length; row++) if (!(bid[row] !== ask[row])) throw new Error('crossed');
      // One row a frame, in turn: all of them would be 128,000 numbers a second.
      const received = receivedAt[this.frames % receivedAt.length] ?? 0;
      if (received > 0) this.tickAges.push((now - received) / 1000);
    }
    if (keep && this.sample.length < 100) this.sample.push(bytes.slice());
    this.watch?.(frame.value.sentAt);
    return true;
  }

  begin(): void {
    this.frames = this.messages = this.ticks = 0;
    this.frameAges = [];
    this.tickAges = [];
    this.sample = [];
    this.#since = performance.now();
    this.#bytesBefore = this.#bytes();
  }

  end(): Heard {
    const ages = (xs: number[]): { p50: number; p99: number; count: number } => ({
      p50: quantile(xs, 0.5),
      p99: quantile(xs, 0.99),
      count: xs.length,
    });
    return {
      clients: this.sockets.length,
      seconds: (performance.now() - this.#since) / 1000,
      frames: this.frames,
      messages: this.messages,
      bytes: this.#bytes() - this.#bytesBefore,
      ticks: this.ticks,
      frameAge: ages(this.frameAges),
      tickAge: ages(this.tickAges),
      sample: this.sample,
    };
  }

  closeAll(): void {
    for (const socket of this.sockets.splice(0)) socket.close();
  }

  #bytes(): number {
    return this.sockets.reduce((sum, socket) => sum + socket.bytesRead(), 0);
  }
}

/** Bytes on the wire, from the socket below the WebSocket. */
function bytesRead(socket: Socket): number {
  const transport = socket.io.engine.transport as unknown as { ws: { _socket?: NetSocket } };
  return transport.ws._socket?.bytesRead ?? 0;
}

function openConsole(load: Load, port: number, keep: boolean): Promise<void> {
  const socket = io(`http://127.0.0.1:${port}`, {
    parser: consoleParser,
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    auth: { protocol: PROTOCOL_VERSION, client: 'bench' },
    extraHeaders: { host: `localhost:${port}`, origin: `http://localhost:${port}`, cookie: 'bench=1' },
  });
  let applied = 0;
  socket.on('frame', (bytes: Uint8Array) => {
    if (load.apply(bytes, keep)) socket.emit('applied', ++applied);
  });
  load.sockets.push({ close: () => void socket.disconnect(), bytesRead: () => bytesRead(socket) });
  return new Promise((resolve, reject) => {
    socket.on('connect_error', reject);
    socket.on('connect', () => {
      const wanted = { quotes: 'all', trades: [], books: [], bars: false, hz: FRAMES_PER_SECOND };
      socket.emit('subscribe', wanted, (reply: { ok: boolean; sentence: string }) => {
        if (reply.ok) resolve();
        else reject(new Error(reply.sentence));
      });
    });
  });
}

function openRaw(load: Load, port: number): Promise<void> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}`, { perMessageDeflate: false });
  let applied = 0;
  socket.on('message', (data: Buffer) => {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    if (load.apply(bytes, false)) socket.send(`42${JSON.stringify(['applied', ++applied])}`);
  });
  load.sockets.push({
    close: () => socket.terminate(),
    bytesRead: () => (socket as unknown as { _socket: NetSocket })._socket.bytesRead,
  });
  return new Promise((resolve, reject) => {
    socket.on('open', () => resolve());
    socket.on('error', reject);
  });
}

function openPlain(load: Load, port: number): Promise<void> {
  const socket = io(`http://127.0.0.1:${port}`, {
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
  });
  socket.on('tick', () => (load.ticks += 1));
  load.sockets.push({ close: () => void socket.disconnect(), bytesRead: () => bytesRead(socket) });
  return new Promise((resolve, reject) => {
    socket.on('connect', () => resolve());
    socket.on('connect_error', reject);
  });
}

export function clientsProcess(): void {
  const load = new Load();
  serve({
    open: async ({
      kind,
      port,
      clients,
    }: {
      kind: 'relay' | 'raw' | 'plain';
      port: number;
      clients: number;
    }) => {
      const open = { relay: openConsole, raw: openRaw, plain: openPlain }[kind];
      await Promise.all(Array.from({ length: clients }, (_, index) => open(load, port, index === 0)));
    },
    close: () => load.closeAll(),
    begin: () => load.begin(),
    end: () => load.end(),
    /** Resolves with when the first frame sent after `after` (µs) was applied, µs. */
    firstAfter: (after: number) =>
      new Promise<number>((resolve) => {
        load.watch = (sentAt) => {
          if (sentAt < after) return;
          load.watch = null;
          resolve(clock.wallMicros());
        };
      }),
  });
}
