/** The bench's server process: a writer thread and, on threads of their own, the relay and its peers. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventEmitter } from 'node:events';
import { workerData } from 'node:worker_threads';
import { Server } from 'socket.io';
import { WebSocketServer } from 'ws';
import { FrameWriter } from '../../protocol/frame.ts';
import type { UserId, VenueId } from '../../protocol/units.ts';
import { SystemClock } from '../../server/clock.ts';
import { createMarketTable, emptyQuote, MarketTableWriter } from '../../server/feeds/table.ts';
import { heldBytes } from '../../server/testing/held-bytes.ts';
import { sessionView } from '../../server/testing/session-view.ts';
import type { ControlToRelay, FeedsToRelay, RelayStats } from '../../server/relay/port.ts';
import { startRelay, type RelayParts } from '../../server/relay/relay.ts';
import { controlState } from '../../server/relay/testing/control-state.ts';
import { Remote, serve } from '../lib/rpc.ts';
import { FRAMES_PER_SECOND, HEARTBEATS_PER_SECOND, INSTRUMENTS, paceTicks, threadCpu } from './workload.ts';

export interface Cost {
  readonly cpuMicros: number;
  readonly messages: number;
  readonly cpuSource: string;
}

/** The process: starts its threads and passes calls on to them by name. */
export function serverProcess(): void {
  const table = createMarketTable(INSTRUMENTS);
  const threads = {
    writer: Remote.thread('writer', { table }),
    relay: Remote.thread('relay', { table }),
    raw: Remote.thread('raw'),
    plain: Remote.thread('plain'),
  };
  serve({
    thread: ({ thread, name, argument }: { thread: keyof typeof threads; name: string; argument: unknown }) =>
      threads[thread].call(name, argument),
    rss: () => process.memoryUsage.rss(),
  });
}

export function writerThread(): void {
  const { table } = workerData as { table: SharedArrayBuffer };
  const writer = new MarketTableWriter(table);
  const clock = new SystemClock();
  const quote = emptyQuote();
  serve({
    start: () => {
      paceTicks(
        () => clock.wallMicros(),
        (tick) => writer.writeQuote(tick.instrument, Object.assign(quote, tick)),
      );
    },
  });
}

/** The real relay; only the control thread's answers are the bench's own. */
export async function relayThread(): Promise<void> {
  const { table } = workerData as { table: SharedArrayBuffer };
  const folder = mkdtempSync(join(tmpdir(), 'cwts-bench-'));
  writeFileSync(join(folder, 'index.html'), '');
  const fromControl = new EventEmitter();
  let stats: RelayStats | null = null;
  const control: RelayParts['control'] = {
    on: (_, listener: (message: ControlToRelay) => void) => fromControl.on('message', listener),
    postMessage: (message) => {
      if (message.kind === 'stats') stats = message.stats;
      if (message.kind !== 'identify') return;
      const session = sessionView({ user: 'bench' as UserId, name: 'Bench', role: 'viewer' });
      fromControl.emit('message', { kind: 'identified', id: message.id, session, sessionKey: 'bench' });
    },
  };
  const feeds: RelayParts['feeds'] = {
    on: (_: 'message', _listener: (message: FeedsToRelay) => void) => undefined,
    postMessage: () => undefined,
  };
  const relay = await startRelay({
    settings: {
      tables: [{ venue: 'sim' as VenueId, table }],
      controlUrl: 'http://127.0.0.1:1',
      relayKey: '',
      host: '127.0.0.1',
      port: 0,
      pageDir: folder,
      allowedHosts: [],
      serverVersion: 'bench',
      origins: { data: 'SIM', orders: 'SIM' },
      epoch: 'bench',
      clockShiftMicros: 0,
    },
    clock: new SystemClock(),
    control,
    feeds,
  });
  rmSync(folder, { recursive: true });
  fromControl.emit('message', { kind: 'state', epoch: 'bench', seq: 0, state: controlState(INSTRUMENTS) });
  serve({
    port: () => relay.port,
    cpu: threadCpu,
    held: heldBytes,
    stats: () => stats,
  });
}

/** Raw `ws` carrying the same frames and heartbeats, hearing the same acknowledgements. */
export function rawThread(): void {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
  let frames: Uint8Array[] = [];
  let applied = 0;
  server.on('connection', (socket) => {
    socket.on('message', (data: Buffer) => {
      const [, count] = JSON.parse(data.toString().slice(2)) as [string, number];
      applied += count > 0 ? 1 : 0;
    });
  });
  const clock = new SystemClock();
  const writer = new FrameWriter();
  let turn = 0;
  setInterval(() => {
    const frame = frames[turn % Math.max(1, frames.length)];
    turn += 1;
    if (!frame) return;
    new DataView(frame.buffer, frame.byteOffset).setFloat64(8, clock.wallMicros(), true);
    for (const socket of server.clients) socket.send(frame);
    if (turn % (FRAMES_PER_SECOND / HEARTBEATS_PER_SECOND) !== 0) return;
    const beat = writer.begin('heartbeat', 'SIM').finish(clock.wallMicros());
    for (const socket of server.clients) socket.send(beat);
  }, 1000 / FRAMES_PER_SECOND);
  serve({
    port: () => (server.address() as AddressInfo).port,
    cpu: threadCpu,
    applied: () => applied,
    frames: (captured: Uint8Array[]) => {
      // Each in memory of its own, as the relay's are.
      frames = captured.map((frame) => Uint8Array.from(frame));
    },
  });
}

/** The plain way: socket.io as it comes, one JSON `emit` a tick. */
export function plainThread(): void {
  const http = createServer();
  const server = new Server(http, { transports: ['websocket'] });
  const clock = new SystemClock();
  let stop: (() => void) | null = null;
  serve({
    port: async () => {
      if (!http.listening) {
        http.listen(0, '127.0.0.1');
        await new Promise((resolve) => http.once('listening', resolve));
      }
      return (http.address() as AddressInfo).port;
    },
    start: () => {
      stop = paceTicks(
        () => clock.wallMicros(),
        (tick) => server.emit('tick', tick),
      );
    },
    stop: () => stop?.(),
  });
}
