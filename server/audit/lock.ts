import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { ok, refuse, type Result } from '../../protocol/result.ts';

const holderSchema = z.object({ pid: z.int().positive(), started: z.string(), host: z.string() });
type Holder = z.infer<typeof holderSchema>;

/** Held until `release`; a process that dies leaves it stale, and the next one takes it over. */
export interface DataLock {
  release(): void;
}

/**
 * One writer a data directory. Node has no flock, so the lock is a file that appears whole (a hard
 * link) and names a process by id and start time: a reused id is not taken for its holder. From
 * another host it is never called stale, since its processes can't be seen from here.
 */
export function lockDataDirectory(dir: string): Result<DataLock> {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const file = join(dir, 'lock');
  const mine: Holder = { pid: process.pid, started: startOf(process.pid) ?? '', host: hostname() };
  const own = join(dir, `lock.${process.pid}.${process.hrtime.bigint().toString(36)}`);
  writeFileSync(own, JSON.stringify(mine), { flag: 'wx', mode: 0o600 });
  try {
    if (!link(own, file)) {
      const trouble = takeOver(own, file, dir);
      if (trouble) return refuse('data-locked', trouble);
    }
  } finally {
    unlinkSync(own);
  }
  return ok({ release: () => unlink(file) });
}

/** Replaces a stale lock, under a guard so that two who find it stale don't both take it. */
function takeOver(own: string, file: string, dir: string): string | null {
  const guard = `${file}.takeover`;
  const held = heldBy(file);
  if (held) return sentence(dir, held);
  if (!link(own, guard)) {
    const guarded = heldBy(guard);
    if (guarded) return sentence(dir, guarded);
    unlink(guard);
    if (!link(own, guard)) return `${dir} is being taken by another server.`;
  }
  try {
    const now = heldBy(file);
    if (now) return sentence(dir, now);
    unlink(file);
    return link(own, file) ? null : `${dir} is being taken by another server.`;
  } finally {
    unlink(guard);
  }
}

function sentence(dir: string, holder: Holder): string {
  if (holder.host !== hostname()) {
    return `${dir} is in use by a server on ${holder.host}; if that is gone for good, remove the file "lock" in it.`;
  }
  return `${dir} is in use by another server (process ${holder.pid}).`;
}

/** The process that holds a lock file; null when there is none, or it is dead. */
function heldBy(file: string): Holder | null {
  let holder;
  try {
    holder = holderSchema.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data;
  } catch {
    return null;
  }
  if (!holder) return null;
  if (holder.host !== hostname()) return holder;
  return startOf(holder.pid) === holder.started ? holder : null;
}

/** When a process started, in a form that only serves to tell two of them apart; null = not running. */
function startOf(pid: number): string | null {
  if (process.platform === 'linux') {
    try {
      // Field 22, counted after the name, which may hold spaces and brackets.
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
      return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${ticks}`;
    } catch {
      return null;
    }
  }
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || null;
  } catch {
    return null;
  }
}

function link(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function unlink(file: string): void {
  try {
    unlinkSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
