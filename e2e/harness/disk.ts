import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Mounts a small file system of its own there: a disk that can really be full. */
export function mountDisk(folder: string, mb: number): void {
  mkdirSync(folder, { recursive: true });
  const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${mb}m`, 'tmpfs', folder]);
  if (status !== 0) throw new Error(`mount ${folder}: ${String(stderr)}`);
}

export function unmountDisk(folder: string): void {
  spawnSync('umount', [folder]);
}

/** Whether this user, on this machine, may mount one. */
export function mayMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'cwts-mount-'));
  try {
    mountDisk(folder, 1);
    unmountDisk(folder);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Fills a disk to its last byte; the returned function makes room again. */
export function fillDisk(folder: string): () => void {
  const ballast = join(folder, 'ballast');
  const file = openSync(ballast, 'w');
  for (let bytes = 64 * 1024; bytes >= 1;) {
    try {
      // Less may fit than was given: the next, smaller ones take the rest.
      writeSync(file, Buffer.alloc(bytes));
    } catch {
      bytes = Math.floor(bytes / 4);
    }
  }
  closeSync(file);
  return () => rmSync(ballast);
}
