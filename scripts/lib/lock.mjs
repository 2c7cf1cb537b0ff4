// One process at a time: a folder made by `mkdir` (atomic everywhere) that holds its owner's id.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function ownerOf(folder) {
  try {
    return Number(readFileSync(join(folder, 'pid'), 'utf8'));
  } catch {
    return null;
  }
}

/** Runs `work` while holding the lock `folder`; waits for another owner, takes over a dead one's. */
export async function withLock(folder, work) {
  mkdirSync(dirname(folder), { recursive: true });
  let nameless = 0;
  for (;;) {
    try {
      mkdirSync(folder);
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const owner = ownerOf(folder);
    // Between mkdir and its write an owner has no name: for a second that is no death.
    nameless = owner === null ? nameless + 1 : 0;
    if ((owner !== null && !isAlive(owner)) || nameless > 10)
      rmSync(folder, { recursive: true, force: true });
    else await after(100);
  }
  writeFileSync(join(folder, 'pid'), String(process.pid));
  try {
    return await work();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
