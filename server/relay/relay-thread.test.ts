import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { io, type Socket } from 'socket.io-client';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ServerMessage } from '../../protocol/messages.ts';
import { consoleParser } from '../../protocol/socket-parser.ts';
import type { VenueId } from '../../protocol/units.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import { createMarketTable } from '../feeds/table.ts';
import { SystemClock } from '../clock.ts';
import { RelayThread, type RelayThreadParts } from './relay-thread.ts';
import { controlState } from './testing/control-state.ts';
import { session } from './testing/harness.ts';

const folder = mkdtempSync(join(tmpdir(), 'cwts-relay-thread-'));
const entry = join(folder, 'relay-thread.mjs');
beforeAll(async () => {
  writeFileSync(join(folder, 'index.html'), '<title>console</title>');
  await build({
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    build: {
      ssr: 'server/relay/thread.ts',
      outDir: folder,
      emptyOutDir: false,
      target: 'node20',
      rolldownOptions: { output: { entryFileNames: 'relay-thread.mjs', codeSplitting: false } },
    },
    ssr: { noExternal: true },
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

let thread: RelayThread;
let feeds = new MessageChannel();
const clients: Socket[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) client.disconnect();
  await thread.stop();
  feeds.port1.close();
  feeds = new MessageChannel();
});

const told: string[] = [];
let news = (): void => undefined;
function create(parts: Partial<RelayThreadParts> & { port?: number } = {}): RelayThread {
  told.length = 0;
  let seq = 0;
  return new RelayThread({
    entry,
    clock: new SystemClock(),
    settings: {
      tables: [{ venue: 'sim' as VenueId, table: createMarketTable(1) }],
      controlUrl: 'http://127.0.0.1:1',
      relayKey: 'r'.repeat(43),
      host: '127.0.0.1',
      port: parts.port ?? 0,
      pageDir: folder,
      allowedHosts: [],
      serverVersion: '0.1.0',
      origins: { data: 'SIM', orders: 'SIM' },
      epoch: 'epoch-1',
      clockShiftMicros: 0,
    },
    feeds: feeds.port1,
    state: () => ({ seq: (seq += 10), state: controlState(1) }),
    identify: (cookie) => Promise.resolve(cookie === null ? null : { session, sessionKey: cookie }),
    command: (envelope) =>
      Promise.reject(new Error(`no owner for ${JSON.stringify(envelope).length} characters`)),
    stats: () => undefined,
    changed: (state) => {
      told.push(state);
      news();
    },
    ...parts,
  });
}

async function port(): Promise<number> {
  const started = await thread.start();
  if (!started.ok) throw new Error(started.error.sentence);
  return started.value.port;
}

function open(at: number): Socket {
  const socket = io(`http://127.0.0.1:${at}`, {
    parser: consoleParser,
    transports: ['websocket'],
    forceNew: true,
    reconnectionDelay: 20,
    auth: { protocol: PROTOCOL_VERSION, client: 'test' },
    extraHeaders: { host: `localhost:${at}`, origin: `http://localhost:${at}`, cookie: 'cwts_session=ada' },
  });
  clients.push(socket);
  return socket;
}
const nextMessage = (socket: Socket): Promise<ServerMessage> =>
  new Promise((resolve) => socket.once('message', resolve));

describe('the relay thread', () => {
  it('serves, identifies through main, and sends what main publishes', async () => {
    thread = create();
    const socket = open(await port());
    expect(await nextMessage(socket)).toMatchObject({ type: 'snapshot', seq: 10, session: { user: 'ada' } });
    thread.publish(11, { type: 'health', rows: [] });
    expect(await nextMessage(socket)).toMatchObject({ type: 'change', seq: 11 });
    thread.revoke('cwts_session=ada', 'Bye.');
    expect(await nextMessage(socket)).toEqual({ type: 'signed-out', sentence: 'Bye.' });
  });

  it('a command whose owner fails is answered with the failure', async () => {
    thread = create();
    const socket = open(await port());
    await nextMessage(socket);
    const envelope = { id: 'command-1', expiresAt: 1, command: { type: 'order.cancel-all' } };
    expect(await socket.timeout(5000).emitWithAck('command', envelope)).toMatchObject({
      ok: false,
      code: 'failed',
      // What broke inside is for the server's own log.
      sentence: expect.not.stringContaining('no owner for') as string,
    });
  });

  it('that dies is started again on the same port, and its consoles come back by a snapshot', async () => {
    thread = create();
    const at = await port();
    const socket = open(at);
    await nextMessage(socket);
    const running = new Promise<void>((resolve) => {
      news = () => told.length === 3 && resolve();
    });
    // The real fault: a change out of sequence makes it end itself.
    thread.publish(999, { type: 'health', rows: [] });
    expect(await nextMessage(socket)).toMatchObject({ type: 'snapshot', seq: 20 });
    await running;
    expect(told).toEqual(['running', 'crashed', 'running']);
    expect(thread.crashes).toBe(1);
    // The feeds are still reached.
    feeds.port2.on('message', ({ id }: { id: number }) =>
      feeds.port2.postMessage({ kind: 'candles', id, reply: { ok: true, candles: [] } }),
    );
    const query = { instrument: 0, interval: '1m', limit: 1 };
    expect(await socket.timeout(5000).emitWithAck('candles', query)).toEqual({ ok: true, candles: [] });
  });

  it('a taken port is refused with a sentence that names it', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const busy = (taken.address() as AddressInfo).port;
    thread = create({ port: busy });
    const started = await thread.start();
    expect(started).toMatchObject({ ok: false, error: { code: 'port-busy' } });
    expect(!started.ok && started.error.sentence).toContain(String(busy));
    await thread.stop();
    taken.close();
  });
});
