import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mountDisk, unmountDisk } from './disk.ts';
import { EPOCH, SEED } from '../steady.ts';
import { Program, readyPort } from './program.ts';
import { ROOT } from './root.ts';

/** What the paper account trades; all of them are among the exchange's first eight. */
const PAPER_SYMBOLS = ['BTCUSDT', 'ETHUSDT', 'SOLUSDT'];

/** As many as the sample market maker quotes. */
const MAKER_INSTRUMENTS = 20;
/** As many as `npm run up` trades. */
export const DEMO_INSTRUMENTS = 64;

export interface DeskOptions {
  readonly profile?: 'demo' | 'paper';
  /** Enough for most tests by default; what is said about 64 asks for `DEMO_INSTRUMENTS`. */
  readonly instruments?: number;
  /** A second exchange, as the venue `other`, with so many instruments; there is no account at it. */
  readonly otherInstruments?: number;
  /** That one is gone again before the server starts; `startOther` brings it back where it was. */
  readonly otherIsLate?: boolean;
  /** Everything stands still after the pre-rolled hour, and both clocks start at the fixed time. */
  readonly still?: boolean;
  /** Round trip to the exchange, ms. */
  readonly latencyMs?: number;
  readonly replay?: { readonly files: readonly string[]; readonly speed: number };
  /** The server's debugger listens, so that a thread of it can be blocked. */
  readonly inspect?: boolean;
  /** A server that speaks another protocol: the built one with its version number changed. */
  readonly protocol?: number;
  /** The data directory is a disk of its own of so many MB; only root may mount one (`mayMount`). */
  readonly diskMb?: number;
  /** A database to search the audit log in; a test that searches nothing is spared its start. */
  readonly store?: 'embedded';
  /** Edits the profile's configuration before it is used. */
  readonly config?: (toml: string) => string;
}

export interface Link {
  readonly user: string;
  readonly url: string;
}

/**
 * A simulated exchange and a server, real processes on ports of their own, with a data directory
 * that goes with them. What `npm run up` starts, without the launcher.
 */
export class Desk {
  readonly options: DeskOptions;
  readonly folder = mkdtempSync(join(tmpdir(), 'cwts-e2e-'));
  readonly dataDir = join(this.folder, 'data');
  /** Of the machine, not of the desk: where `wallMs` counts from. */
  #startedAt = 0;
  #exchange: Program | null = null;
  #exchangePort = 0;
  #market: { readonly rest: string; readonly ws: string } | null = null;
  #marketProgram: Program | null = null;
  #other: Program | null = null;
  #otherPort = 0;
  #server: Program | null = null;
  /** What else a test started beside this desk; a test that fails does not end it itself. */
  readonly #others: Program[] = [];
  #consolePort = 0;
  /** `https:` where the configuration has a certificate. */
  #scheme = 'http:';
  #controlPort = 0;
  links: readonly Link[] = [];

  constructor(options: DeskOptions = {}) {
    this.options = options;
  }

  static async start(options: DeskOptions = {}): Promise<Desk> {
    const desk = new Desk(options);
    try {
      if (options.diskMb !== undefined) mountDisk(desk.dataDir, options.diskMb);
      if (!options.replay) await desk.startExchange();
      if (options.otherInstruments !== undefined) await desk.startOther();
      if (options.otherIsLate) await desk.other.stop('SIGKILL');
      await desk.startServer();
    } catch (error) {
      await desk.stop();
      throw error;
    }
    return desk;
  }

  get console(): string {
    return `${this.#scheme}//localhost:${this.#consolePort}`;
  }
  get consolePort(): number {
    return this.#consolePort;
  }
  get control(): string {
    return `http://127.0.0.1:${this.#controlPort}`;
  }
  get exchange(): { rest: string; ws: string; program: Program } {
    if (!this.#exchange) throw new Error('the exchange is not started');
    const address = `127.0.0.1:${this.#exchangePort}`;
    return { rest: `http://${address}`, ws: `ws://${address}`, program: this.#exchange };
  }
  /** The second exchange. */
  get other(): Program {
    if (!this.#other) throw new Error('the second exchange is not started');
    return this.#other;
  }
  get server(): Program {
    if (!this.#server) throw new Error('the server is not started');
    return this.#server;
  }
  get strategyKeyFile(): string {
    return join(this.dataDir, 'strategy.key');
  }

  /** The server's wall clock, ms, as near as another process knows it. */
  wallMs(): number {
    if (!this.options.still) return Date.now();
    return Date.parse(EPOCH) + (Date.now() - this.#startedAt);
  }

  /** Starts it, or starts it again on the same port. */
  async startExchange(): Promise<void> {
    if (this.options.profile === 'paper') await this.#startMarket();
    const { instruments = MAKER_INSTRUMENTS, still = false, latencyMs } = this.options;
    const program = new Program('sim/main', [
      '--port',
      String(this.#exchangePort),
      ...(this.#market
        ? ['--paper', `${this.#market.rest},${this.#market.ws}`, '--symbols', PAPER_SYMBOLS.join(',')]
        : ['--seed', String(SEED), '--instruments', String(instruments)]),
      ...(still ? ['--pause-at-start', '--epoch', EPOCH] : []),
      ...(latencyMs === undefined ? [] : ['--latency-ms', String(latencyMs)]),
    ]);
    this.#exchange = program;
    this.#exchangePort = await program.says(readyPort);
  }

  /** Starts the second exchange, or starts it again on the same port. */
  async startOther(): Promise<void> {
    const instruments = String(this.options.otherInstruments);
    const options = [
      ...['--seed', String(SEED + 1), '--instruments', instruments],
      ...(this.options.still ? ['--pause-at-start', '--epoch', EPOCH] : ['--preroll', '60']),
    ];
    this.#other = new Program('sim/main', ['--port', String(this.#otherPort), ...options]);
    this.#otherPort = await this.#other.says(readyPort);
  }

  /** Starts it, or starts it again on the same ports and data. */
  async startServer(): Promise<void> {
    const configFile = join(this.folder, 'config.toml');
    writeFileSync(configFile, this.#config());
    this.#startedAt = Date.now();
    const name = this.options.protocol === undefined ? 'server' : otherProtocol(this.options.protocol);
    const args = [
      '--config',
      configFile,
      '--data',
      this.dataDir,
      '--port',
      String(this.#consolePort),
      '--control-port',
      String(this.#controlPort),
      ...(this.#exchange ? ['--venue-rest', this.exchange.rest, '--venue-ws', this.exchange.ws] : []),
      '--store',
      this.options.store ?? 'none',
      ...(this.options.replay
        ? [
            ...this.options.replay.files.flatMap((file) => ['--replay', file]),
            '--speed',
            String(this.options.replay.speed),
          ]
        : []),
    ];
    const node = this.options.inspect ? ['--inspect=127.0.0.1:0'] : [];
    this.#server = new Program(`${name}/main`, args, node);
    const ready = await this.#server.says((said) => (said['ready'] === true ? said : null), 60_000);
    const { port, protocol } = new URL(String(ready['console']));
    this.#consolePort = Number(port);
    this.#scheme = protocol;
    this.#controlPort = Number(new URL(String(ready['control'])).port);
    this.links = ready['links'] as Link[];
  }

  link(user: string): string {
    const link = this.links.find((each) => each.user === user);
    if (!link) throw new Error(`no link for ${user} was given out`);
    return link.url;
  }

  /** Does something wrong to the exchange on purpose (`sim/face/drill.ts`). */
  async drill(name: string, body: object): Promise<void> {
    const response = await fetch(`${this.exchange.rest}/sim/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`/sim/${name}: ${await response.text()}`);
  }

  /** Ends that program with the desk, if it is not over by then. */
  takeAlong(program: Program): Program {
    this.#others.push(program);
    return program;
  }

  /** The server first: it cancels our orders at the exchange. */
  async stop(): Promise<void> {
    for (const program of this.#others) if (program.running) await program.stop();
    for (const program of [this.#server, this.#exchange, this.#other, this.#marketProgram]) {
      if (program?.running) await program.stop();
    }
    if (this.options.diskMb !== undefined) unmountDisk(this.dataDir);
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** For the paper profile, an exchange that plays the live market. */
  async #startMarket(): Promise<void> {
    if (this.#market) return;
    const { instruments = 8 } = this.options;
    const args = ['--port', '0', '--seed', String(SEED), '--instruments', String(instruments)];
    this.#marketProgram = new Program('sim/main', args);
    const port = await this.#marketProgram.says(readyPort);
    this.#market = { rest: `http://127.0.0.1:${port}`, ws: `ws://127.0.0.1:${port}` };
  }

  #config(): string {
    const { profile = 'demo', still, config } = this.options;
    let toml = readFileSync(join(ROOT, `config/${profile}.toml`), 'utf8');
    if (still) toml += `\n[clock]\nstart = "${EPOCH}"\n`;
    // They would compute beside every test, and say something else each time; a test of theirs turns them on.
    toml = toml.includes('\n[kernels]')
      ? toml.replace('\n[kernels]', '\n[kernels]\nenabled = false')
      : `${toml}\n[kernels]\nenabled = false\n`;
    if (this.#market) {
      toml = toml
        .replace(/rest = "https:[^"]*"/, `rest = "${this.#market.rest}"`)
        .replace(/ws = "wss:[^"]*"/, `ws = "${this.#market.ws}"`)
        .replace(/symbols = \[[^\]]*\]/, `symbols = ${JSON.stringify(PAPER_SYMBOLS)}`);
    }
    if (this.#other) toml = toml.replace('[feed]', '[[feeds]]') + otherFeed(this.#otherPort);
    return config ? config(toml) : toml;
  }
}

const otherFeed = (port: number): string => `
[[feeds]]
id = "other"
name = "Other exchange"
rest = "http://127.0.0.1:${port}"
ws = "ws://127.0.0.1:${port}"
symbols = "all"
simulated = true
`;

/** Builds, beside the server, the same server of another protocol version; its folder's name. */
function otherProtocol(version: number): string {
  const name = `server-protocol-${version}`;
  const from = join(ROOT, 'dist/node/server');
  const to = join(ROOT, 'dist/node', name);
  mkdirSync(to, { recursive: true });
  let changed = 0;
  for (const file of readdirSync(from).filter((each) => each.endsWith('.js'))) {
    const text = readFileSync(join(from, file), 'utf8');
    const other = text.replace(/PROTOCOL_VERSION = \d+;/g, `PROTOCOL_VERSION = ${version};`);
    if (other !== text) changed += 1;
    // Another test may be starting the same one: its files are whole or not there.
    const whole = join(to, `${file}.${process.pid}`);
    writeFileSync(whole, other);
    renameSync(whole, join(to, file));
  }
  if (changed === 0) throw new Error('the built server has no PROTOCOL_VERSION to change');
  return name;
}

/** Of a desk whose second person keeps its records instead of its limits. */
export const compliant = (toml: string): string =>
  toml.replace('role = "risk-manager"', 'role = "compliance"');
