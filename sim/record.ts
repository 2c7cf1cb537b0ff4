import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { WebSocket } from 'ws';
import { messageText } from './face/sockets.ts';
import { startSim, type Sim } from './start.ts';

/**
 * Records a capture from a simulated exchange, as JSON lines in a gzip file: `header`, `http`, `connect` and
 * `recv` records with `ts` in unix seconds, texts verbatim, as the captures of real venues have them.
 *
 * `node dist/node/sim/record.js --out FILE [--seconds 60] [--instruments 8] [--seed 7] [--epoch ISO]`
 * starts its own exchange; `--rest URL --ws URL --symbols A,B` records a running one.
 */
const STREAMS = ['trade', 'depth@100ms', 'bookTicker'] as const;

interface Source {
  readonly rest: string;
  readonly ws: string;
  readonly symbols: readonly string[];
  readonly sim: Sim | null;
}

class Tape {
  readonly #lines: string[] = [];

  add(record: object): void {
    this.#lines.push(JSON.stringify(record));
  }

  save(file: string): { records: number; bytes: number } {
    const packed = gzipSync(`${this.#lines.join('\n')}\n`, { level: 9 });
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, packed);
    return { records: this.#lines.length, bytes: packed.length };
  }
}

async function record(): Promise<void> {
  const { values } = parseArgs({
    options: {
      out: { type: 'string' },
      seconds: { type: 'string', default: '60' },
      instruments: { type: 'string', default: '8' },
      seed: { type: 'string', default: '7' },
      epoch: { type: 'string', default: '2026-01-05T12:00:00Z' },
      rest: { type: 'string' },
      ws: { type: 'string' },
      symbols: { type: 'string' },
    },
  });
  if (!values.out) throw new Error('--out FILE is needed.');
  const source = await open(values);
  const now = (): number => (source.sim?.venue.now() ?? Date.now()) / 1000;
  const tape = new Tape();
  tape.add({
    t: 'header',
    exchange: 'BINANCE',
    origin: 'SIM',
    sim: true,
    ...(source.sim ? { seed: Number(values.seed) } : {}),
    config: Object.fromEntries(STREAMS.map((stream) => [stream, source.symbols])),
  });
  const get = async (path: string): Promise<void> => {
    const url = `${source.rest}/api/v3/${path}`;
    const response = await fetch(url);
    if (!response.ok) throw new Error(`${url} answered ${response.status}.`);
    tape.add({ t: 'http', ts: now(), url, data: await response.text(), conn: 'SIM.http.0' });
  };
  await get(`exchangeInfo?symbols=${encodeURIComponent(JSON.stringify(source.symbols))}`);
  for (const symbol of source.symbols) {
    await get(`klines?symbol=${symbol}&interval=1s&limit=1000`);
    await get(`klines?symbol=${symbol}&interval=1m&limit=1000`);
  }
  const names = source.symbols.flatMap((symbol) =>
    STREAMS.map((stream) => `${symbol.toLowerCase()}@${stream}`),
  );
  const addr = `${source.ws}/stream?streams=${names.join('/')}`;
  const socket = new WebSocket(addr);
  socket.on('message', (data) => {
    tape.add({ t: 'recv', ts: now(), data: messageText(data), conn: 'SIM.ws.0' });
  });
  await new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('open', resolve);
  });
  tape.add({ t: 'connect', ts: now(), addr, conn: 'SIM.ws.0' });
  // Snapshots belong between the diffs that they are joined to, so the stream must already be flowing.
  await new Promise((resolve) => socket.once('message', resolve));
  for (const symbol of source.symbols) await get(`depth?symbol=${symbol}&limit=1000`);
  await new Promise((resolve) => setTimeout(resolve, Number(values.seconds) * 1000));
  socket.terminate();
  await source.sim?.close();
  const { records, bytes } = tape.save(values.out);
  process.stdout.write(`${JSON.stringify({ out: values.out, records, bytes })}\n`);
}

async function open(values: {
  rest?: string | undefined;
  ws?: string | undefined;
  symbols?: string | undefined;
  instruments: string;
  seed: string;
  epoch: string;
}): Promise<Source> {
  const { rest, ws, symbols } = values;
  if (rest && ws && symbols) return { rest, ws, symbols: symbols.split(','), sim: null };
  const sim = await startSim({
    instruments: Number(values.instruments),
    seed: Number(values.seed),
    epochMillis: Date.parse(values.epoch),
    symbols: symbols?.split(',') ?? [],
  });
  return { rest: sim.rest, ws: sim.ws, symbols: [...sim.venue.bySymbol.keys()], sim };
}

record().catch((error: unknown) => {
  process.stderr.write(`record: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
