/** Effects: a PostgreSQL of our own, made, started, watched and stopped; reached by a socket only. */
import { spawn, type ChildProcess } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ok, refuse, type Result } from '../../../protocol/result.ts';
import type { Clock } from '../../clock.ts';
import { findBinaries, type Binaries } from './binaries.ts';
import { endOrphan } from './orphan.ts';
import { ownerOf, type Owner } from './owner.ts';

export const USER = 'cwts';
export const DATABASE = 'postgres';
const MAJOR = '17';
const LOOK_MS = 25;
const START_MS = 60_000;
const STOP_MS = 10_000;
/** A socket's address has room for 107 bytes, its file's name included. */
const SOCKET_DIR_MAX = 85;

/**
 * Runs PostgreSQL and ends it when our end of the pipe closes, however we died: a `SIGKILL` leaves
 * no postgres behind.
 */
const KEEPER = `
exec 3<&0
"$@" </dev/null 3<&- &
server=$!
(read -r _ <&3; kill -INT "$server" 2>/dev/null) &
watch=$!
exec 3<&-
wait "$server"
code=$?
kill "$watch" 2>/dev/null
exit "$code"
`;

const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '',
  unix_socket_directories: '.',
  unix_socket_permissions: '0700',
  max_connections: '20',
  shared_buffers: '128MB',
  max_wal_size: '512MB',
  jit: 'off',
  log_min_messages: 'warning',
  log_checkpoints: 'off',
};

export interface Cluster {
  /** What a client gives as its host. */
  readonly socketDir: string;
  /** Called once if it ends by itself. */
  onExit(listener: (sentence: string) => void): void;
  /** Ends with every record written; resolves when no process of it is left. */
  stop(): Promise<void>;
}

/** Starts the cluster in `folder`/pg, made first when it is not there. */
export async function startCluster(folder: string, clock: Clock): Promise<Result<Cluster>> {
  const binaries = findBinaries();
  if (!binaries.ok) return binaries;
  const owner = ownerOf(process.getuid?.() ?? null);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const dir = resolve(folder, 'pg');
  const logFile = join(folder, 'pg.log');
  await endOrphan(dir, clock);
  setOldAside(dir);
  if (!existsSync(join(dir, 'PG_VERSION'))) {
    const made = await makeCluster(binaries.value, dir, owner, logFile);
    if (!made.ok) return made;
  }
  return start(binaries.value, dir, owner, logFile, clock);
}

/** Another major version can't read it. It holds nothing that the log does not: it is kept, not read. */
function setOldAside(dir: string): void {
  const file = join(dir, 'PG_VERSION');
  const version = existsSync(file) ? readFileSync(file, 'utf8').trim() : MAJOR;
  if (version !== MAJOR) renameSync(dir, `${dir}-${version}-${Date.now()}`);
}

/** Made under another name first: one that was interrupted is begun again. */
async function makeCluster(
  binaries: Binaries,
  dir: string,
  owner: Owner | null,
  logFile: string,
): Promise<Result<null>> {
  const making = `${dir}.new`;
  rmSync(making, { recursive: true, force: true });
  mkdirSync(making, { mode: 0o700 });
  if (owner) chownSync(making, owner.uid, owner.gid);
  const options = ['-U', USER, '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-instructions'];
  const child = run(binaries.initdb, ['-D', whereOf(making), ...options], making, owner, logFile);
  const code = await new Promise<number | null>((done) => {
    child.on('error', () => done(null));
    child.on('exit', (exit) => done(exit));
  });
  if (code !== 0) {
    rmSync(making, { recursive: true, force: true });
    return refuse('embedded-failed', `PostgreSQL can't run here: ${lastLine(logFile)}`);
  }
  renameSync(making, dir);
  return ok(null);
}

async function start(
  binaries: Binaries,
  dir: string,
  owner: Owner | null,
  logFile: string,
  clock: Clock,
): Promise<Result<Cluster>> {
  const settings = Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const args = [binaries.postgres, '-D', whereOf(dir), ...settings];
  const child = run('/bin/sh', ['-c', KEEPER, 'keeper', ...args], dir, owner, logFile);
  const cluster = new Running(child, shortOf(dir), clock, logFile);
  const deadline = clock.monotonicMicros() + START_MS * 1000;
  while (!cluster.isOver && !isReady(dir)) {
    if (clock.monotonicMicros() > deadline) await cluster.stop();
    await new Promise<void>((next) => void clock.setTimer(LOOK_MS, next));
  }
  if (!cluster.isOver) return ok(cluster);
  await cluster.stop();
  return refuse('embedded-failed', `PostgreSQL did not start: ${lastLine(logFile)}`);
}

/** PostgreSQL says in its pid file's eighth line that it takes connections. */
function isReady(dir: string): boolean {
  try {
    return readFileSync(join(dir, 'postmaster.pid'), 'utf8').split('\n')[7]?.trim() === 'ready';
  } catch {
    return false;
  }
}

class Running implements Cluster {
  readonly #child: ChildProcess;
  readonly #clock: Clock;
  readonly #short: { readonly socketDir: string; readonly remove: () => void };
  readonly #exited: Promise<void>;
  #listener: ((sentence: string) => void) | null = null;
  #stopping = false;
  isOver = false;

  constructor(
    child: ChildProcess,
    short: { readonly socketDir: string; readonly remove: () => void },
    clock: Clock,
    logFile: string,
  ) {
    this.#child = child;
    this.#clock = clock;
    this.#short = short;
    this.#exited = new Promise((resolve) => {
      const over = (): void => {
        this.isOver = true;
        resolve();
        if (!this.#stopping) this.#listener?.(`PostgreSQL ended: ${lastLine(logFile)}`);
      };
      child.on('exit', over);
      child.on('error', over);
    });
    // Written to by nobody: closing it is the order to stop.
    child.stdin?.on('error', () => undefined);
  }

  get socketDir(): string {
    return this.#short.socketDir;
  }

  onExit(listener: (sentence: string) => void): void {
    this.#listener = listener;
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#child.stdin?.end();
    const cancel = this.#clock.setTimer(STOP_MS, () => {
      // The keeper leads a process group of its own.
      if (this.#child.pid !== undefined) process.kill(-this.#child.pid, 'SIGKILL');
    });
    await this.#exited;
    cancel();
    this.#short.remove();
  }
}

/**
 * The working directory is entered before the user changes, so that PostgreSQL reaches its data by
 * it even below folders that are closed to its user. Where there is no /proc, by the plain path.
 */
function whereOf(dir: string): string {
  return existsSync('/proc/self/cwd') ? '/proc/self/cwd' : dir;
}

function run(
  program: string,
  args: readonly string[],
  dir: string,
  owner: Owner | null,
  logFile: string,
): ChildProcess {
  const log = openSync(logFile, 'w', 0o600);
  chmodSync(logFile, 0o600);
  try {
    return spawn(program, [...args], {
      cwd: dir,
      // Ctrl-C in a terminal is for us; it must not end the database before we are done with it.
      detached: true,
      stdio: ['pipe', log, log],
      // Nothing of our own environment, which may hold secrets.
      env: { PATH: '/usr/bin:/bin', TZ: 'UTC', LC_ALL: 'C' },
      ...(owner ? { uid: owner.uid, gid: owner.gid } : {}),
    });
  } finally {
    closeSync(log);
  }
}

/** The directory itself, or a short way to it where its path is too long for a socket's address. */
function shortOf(dir: string): { readonly socketDir: string; readonly remove: () => void } {
  if (Buffer.byteLength(dir) <= SOCKET_DIR_MAX) return { socketDir: dir, remove: () => undefined };
  const folder = mkdtempSync(join(tmpdir(), 'cwts-'));
  const socketDir = join(folder, 'pg');
  symlinkSync(dir, socketDir);
  return { socketDir, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

function lastLine(logFile: string): string {
  try {
    const lines = readFileSync(logFile, 'utf8').trim().split('\n');
    const line = lines.filter((one) => /FATAL|ERROR|error|PANIC/.test(one)).at(-1) ?? lines.at(-1) ?? '';
    return `${line.replace(/^.*?(FATAL|ERROR|PANIC|error):\s*/, '').slice(0, 200) || 'it gave no reason'}.`;
  } catch {
    return 'it gave no reason.';
  }
}
