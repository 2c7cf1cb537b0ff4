// The one directory that a run keeps: locked while it runs, its size shown, reset for the demo only.
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { shortPath } from './paths.mjs';
import { reasonOf, Trouble } from './say.mjs';

const LOCK = 'up.lock';
const PROFILE = 'profile';
const LEAST_FREE = 256 * 1024 * 1024;

/** Makes and locks the directory for a run of this kind (a profile, or `replay`). Returns what unlocks it. */
export function claimDataDir(dir, kind) {
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new Trouble(`The data directory ${shortPath(dir)} can't be made: ${reasonOf(error)}.`);
  }
  const owner = lockOwner(dir);
  if (owner !== null) {
    throw new Trouble(
      `The data directory ${shortPath(dir)} is in use by process ${owner}. Stop that one, or give another with --data.`,
    );
  }
  const written = readText(join(dir, PROFILE));
  if (written !== null && written !== kind) {
    throw new Trouble(
      `The data directory ${shortPath(dir)} belongs to ${named(written)}, and this is ${named(kind)}. Give another with --data.`,
    );
  }
  const free = freeBytes(dir);
  if (free < LEAST_FREE) {
    throw new Trouble(
      `The disk is full: ${sizeText(free)} are free where ${shortPath(dir)} is, ${sizeText(LEAST_FREE)} are needed.`,
    );
  }
  try {
    rmSync(join(dir, LOCK), { force: true });
    const file = openSync(join(dir, LOCK), 'wx', 0o600);
    writeFileSync(file, String(process.pid));
    closeSync(file);
    writeFileSync(join(dir, PROFILE), kind);
  } catch (error) {
    throw new Trouble(`The data directory ${shortPath(dir)} can't be written: ${reasonOf(error)}.`);
  }
  return () => rmSync(join(dir, LOCK), { force: true });
}

const named = (kind) => (kind === 'replay' ? 'a replay' : `the ${kind} profile`);

/** The live process that holds the directory, or null. */
export function lockOwner(dir) {
  const pid = Number(readText(join(dir, LOCK)) ?? 0);
  if (!(pid > 0)) return null;
  try {
    process.kill(pid, 0);
    return pid;
  } catch (error) {
    return error.code === 'EPERM' ? pid : null;
  }
}

export function profileOf(dir) {
  return readText(join(dir, PROFILE));
}

/** Bytes of all files under it. */
export function sizeOf(dir) {
  let bytes = 0;
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) bytes += sizeOf(path);
    else bytes += statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  }
  return bytes;
}

export function sizeText(bytes) {
  if (bytes < 1024 * 1024) return `${Math.ceil(bytes / 1024)} KB`;
  if (bytes < 1024 ** 3) return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
  return `${(bytes / 1024 ** 3).toFixed(1)} GB`;
}

function freeBytes(dir) {
  const { bavail, bsize } = statfsSync(dir);
  return bavail * bsize;
}

function readText(file) {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return null;
  }
}
