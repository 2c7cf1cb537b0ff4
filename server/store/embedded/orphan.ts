/** Effects: a PostgreSQL that outlived its server, or the file of one that is long gone. */
import { existsSync, readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Clock } from '../../clock.ts';

const LOOK_MS = 50;
const FAST_MS = 10_000;
const KILL_MS = 12_000;

/** Ends what still runs in `dir` and removes a stale pid file, so that a start is not refused. */
export async function endOrphan(dir: string, clock: Clock): Promise<void> {
  const file = join(dir, 'postmaster.pid');
  const pid = pidIn(file);
  if (pid === null) return;
  if (!isPostgresOf(pid, dir)) {
    // The number went to another process, or to none.
    rmSync(file, { force: true });
    return;
  }
  const started = clock.monotonicMicros();
  // Fast shutdown: sessions are ended, everything is written.
  signal(pid, 'SIGINT');
  let killed = false;
  while (isPostgresOf(pid, dir)) {
    const waited = (clock.monotonicMicros() - started) / 1000;
    if (waited > KILL_MS) break;
    if (waited > FAST_MS && !killed) {
      killed = true;
      signal(pid, 'SIGQUIT');
    }
    await new Promise<void>((resolve) => void clock.setTimer(LOOK_MS, resolve));
  }
}

export function pidIn(file: string): number | null {
  if (!existsSync(file)) return null;
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
  return Number.isSafeInteger(pid) && pid > 1 ? pid : null;
}

/** By its working directory, which is its data directory; where there is no /proc, by its command line. */
export function isPostgresOf(pid: number, dir: string): boolean {
  try {
    if (existsSync('/proc/self/cwd')) {
      const name = readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
      return name === 'postgres' && readlinkSync(`/proc/${pid}/cwd`) === realpathSync(dir);
    }
    const line = execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
    return line.includes('postgres') && line.includes(dir);
  } catch {
    return false;
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // Gone by now.
  }
}
