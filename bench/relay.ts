/**
 * `npm run bench -- relay`: the relay in one process, 100 consoles in another that decode and
 * acknowledge every batch, 64 instruments × 100 ticks/s, 20 frames/s; beside it the plain way (one
 * JSON emit a tick) and raw `ws` with the same bytes both ways; and one console stopped for 4 s.
 */
import { isMainThread, workerData } from 'node:worker_threads';
import { SystemClock } from '../server/clock.ts';
import { finish, median, printTable } from './lib/report.ts';
import { clientsProcess, type Heard } from './relay/client-roles.ts';
import { Remote } from './lib/rpc.ts';
import { plainThread, rawThread, relayThread, serverProcess, writerThread } from './relay/server-roles.ts';
import { CLIENTS, INSTRUMENTS, TICKS_PER_SECOND } from './relay/workload.ts';

const MAIN_SECONDS = 20;
const ROUNDS = 5;
const ROUND_SECONDS = 3;
const STOPS = 3;
const STOP_SECONDS = 4;

type Thread = 'writer' | 'relay' | 'raw' | 'plain';
const sleep = (seconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, seconds * 1000));

class Bench {
  readonly #server = Remote.process('server');
  readonly #clients = Remote.process('clients');
  readonly #lone = Remote.process('clients');
  readonly #clock = new SystemClock();

  on<T>(thread: Thread, name: string, argument?: unknown): Promise<T> {
    return this.#server.call<T>('thread', { thread, name, argument });
  }

  end(): void {
    for (const each of [this.#clients, this.#lone, this.#server]) each.end();
  }

  /** Connects, lets it settle for a second, measures, disconnects. */
  async measure(
    kind: 'relay' | 'raw' | 'plain',
    clients: number,
    seconds: number,
  ): Promise<Heard & { readonly cpuPerMessage: number; readonly cpuSource: string }> {
    await this.#clients.call('open', { kind, port: await this.on<number>(kind, 'port'), clients });
    if (kind === 'plain') await this.on('plain', 'start');
    await sleep(1);
    const cpu = (): Promise<{ micros: number; source: string } | null> =>
      kind === 'plain' ? Promise.resolve(null) : this.on(kind, 'cpu');
    const before = await cpu();
    await this.#clients.call('begin');
    await sleep(seconds);
    const heard = await this.#clients.call<Heard>('end');
    const after = await cpu();
    if (kind === 'plain') await this.on('plain', 'stop');
    await this.#clients.call('close');
    await sleep(0.2);
    return {
      ...heard,
      cpuPerMessage: ((after?.micros ?? NaN) - (before?.micros ?? NaN)) / heard.messages,
      cpuSource: after?.source ?? '',
    };
  }

  /** One console in a process of its own is stopped; the others, and then it, are watched. */
  async stopOne(): Promise<{
    before: number;
    during: number;
    heldMore: number;
    rssMore: number;
    currentMs: number;
  }> {
    const { pid } = this.#lone;
    if (pid === null) throw new Error('the lone console has no process');
    await this.#clients.call('begin');
    await sleep(STOP_SECONDS);
    const before = await this.#clients.call<Heard>('end');
    const [held, rss] = await this.#memory();
    await this.#clients.call('begin');
    process.kill(pid, 'SIGSTOP');
    await sleep(STOP_SECONDS);
    const during = await this.#clients.call<Heard>('end');
    const [heldStopped, rssStopped] = await this.#memory();
    const continuedAt = this.#clock.wallMicros();
    const current = this.#lone.call<number>('firstAfter', continuedAt);
    process.kill(pid, 'SIGCONT');
    const currentMs = ((await current) - continuedAt) / 1000;
    // Back at its full rate before the next time.
    await sleep(5);
    return {
      before: before.frameAge.p99,
      during: during.frameAge.p99,
      heldMore: heldStopped - held,
      rssMore: rssStopped - rss,
      currentMs,
    };
  }

  async openForStop(): Promise<void> {
    const port = await this.on<number>('relay', 'port');
    await this.#clients.call('open', { kind: 'relay', port, clients: CLIENTS - 1 });
    await this.#lone.call('open', { kind: 'relay', port, clients: 1 });
    await sleep(2);
  }

  async #memory(): Promise<readonly [number, number]> {
    return [await this.on<number>('relay', 'held'), await this.#server.call<number>('rss')];
  }
}

async function run(): Promise<void> {
  const bench = new Bench();
  try {
    await bench.on('writer', 'start');
    const main = await bench.measure('relay', CLIENTS, MAIN_SECONDS);

    // The plain way, with as many clients as still get (nearly) every tick.
    const perSecond = INSTRUMENTS * TICKS_PER_SECOND;
    let plain: Heard | null = null;
    for (const clients of [5, 10, 20, 40]) {
      const heard = await bench.measure('plain', clients, ROUND_SECONDS);
      const sustained = heard.ticks / heard.clients / heard.seconds >= 0.95 * perSecond;
      if (sustained || plain === null) plain = heard;
      if (!sustained) break;
    }

    await bench.on('raw', 'frames', main.sample);
    const relayCpu: number[] = [];
    const rawCpu: number[] = [];
    const perClient = { relay: 0, raw: 0 };
    for (let round = 0; round < ROUNDS; round++) {
      const ours = await bench.measure('relay', CLIENTS, ROUND_SECONDS);
      const raw = await bench.measure('raw', CLIENTS, ROUND_SECONDS);
      relayCpu.push(ours.cpuPerMessage);
      rawCpu.push(raw.cpuPerMessage);
      perClient.relay = bytesPerClient(ours);
      perClient.raw = bytesPerClient(raw);
    }

    await bench.openForStop();
    const stops = [];
    for (let stop = 0; stop < STOPS; stop++) stops.push(await bench.stopOne());
    report({ main, plain, relayCpu, rawCpu, perClient, stops });
  } finally {
    bench.end();
  }
}

const bytesPerClient = (heard: Heard): number => heard.bytes / heard.clients / heard.seconds;

function report(measured: {
  main: Heard & { readonly cpuSource: string };
  plain: Heard | null;
  relayCpu: number[];
  rawCpu: number[];
  perClient: { relay: number; raw: number };
  stops: { before: number; during: number; heldMore: number; rssMore: number; currentMs: number }[];
}): void {
  const { main, plain, relayCpu, rawCpu, stops } = measured;
  const bytes = bytesPerClient(main);
  const plainBytes = plain ? bytesPerClient(plain) : NaN;
  const bytesRatio = bytes / plainBytes;
  const cpuRatio = median(relayCpu) / median(rawCpu);
  const worse = median(stops.map(({ before, during }) => during - before));
  const heldMore = median(stops.map(({ heldMore }) => heldMore)) / 1e6;
  const currentMs = median(stops.map(({ currentMs }) => currentMs));
  const framesPerClient = main.frames / main.clients / main.seconds;

  const rows: [string, string, string, boolean][] = [
    [
      'frame age p99 (sent → applied)',
      `${ms(main.frameAge.p99)}, n = ${main.frameAge.count}`,
      '≤ 250 ms',
      main.frameAge.p99 <= 250,
    ],
    [
      'tick age p99 (written → applied)',
      `${ms(main.tickAge.p99)}, n = ${main.tickAge.count}`,
      '≤ 250 ms',
      main.tickAge.p99 <= 250,
    ],
    ['frames a second and client', framesPerClient.toFixed(2), '≥ 19', framesPerClient >= 19],
    [
      'bytes a second and client',
      `${kb(bytes)} (plain way ${kb(plainBytes)} with ${plain?.clients ?? 0} clients)`,
      '≤ 1/5',
      bytesRatio <= 0.2,
    ],
    [
      'CPU a message',
      `${us(median(relayCpu))} (raw ws ${us(median(rawCpu))}), ratio ${cpuRatio.toFixed(2)}`,
      '≤ 1.5 ×',
      cpuRatio <= 1.5,
    ],
    ['one stopped: others’ p99 worse by', ms(worse), '≤ 20 ms', worse <= 20],
    ['one stopped: memory more by', `${heldMore.toFixed(2)} MB`, '≤ 5 MB', heldMore <= 5],
    ['one stopped: current after SIGCONT', ms(currentMs), '≤ 100 ms', currentMs <= 100],
  ];
  process.stdout.write(
    `${CLIENTS} clients, ${INSTRUMENTS} instruments × ${TICKS_PER_SECOND} ticks/s, ${MAIN_SECONDS} s; ` +
      `CPU: ${main.cpuSource}, medians of ${ROUNDS} alternating; stop: medians of ${STOPS}\n`,
  );
  printTable(
    ['what', 'measured', 'bar', ''],
    rows.map(([what, seen, bar, held]) => [what, seen, bar, held ? 'held' : 'MISSED']),
  );
  const pass = rows.every(([, , , held]) => held);
  finish('relay', pass, {
    frameAgeMs: main.frameAge,
    tickAgeMs: main.tickAge,
    framesPerClient,
    bytesPerClient: bytes,
    plainBytesPerClient: plainBytes,
    plainClients: plain?.clients ?? 0,
    plainTicksPerClient: plain ? plain.ticks / plain.clients / plain.seconds : 0,
    bytesRatio,
    cpuMicros: relayCpu,
    rawCpuMicros: rawCpu,
    cpuRatio,
    roundBytesPerClient: measured.perClient,
    stops,
  });
}

const ms = (value: number): string => `${value.toFixed(1)} ms`;
const us = (value: number): string => `${value.toFixed(1)} µs`;
const kb = (value: number): string => `${(value / 1000).toFixed(1)} kB`;

const role = isMainThread ? process.argv[2] : (workerData as { role: string }).role;
switch (role) {
  case 'server':
    serverProcess();
    break;
  case 'clients':
    clientsProcess();
    break;
  case 'writer':
    writerThread();
    break;
  case 'relay':
    await relayThread();
    break;
  case 'raw':
    rawThread();
    break;
  case 'plain':
    plainThread();
    break;
  default:
    await run();
}
