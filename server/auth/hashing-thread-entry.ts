/** A thread that hashes passwords, one at a time, behind everything else that wants the processor. */
import { setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { argonHash, argonVerify } from './argon.ts';
import type { HashReply, HashRequest } from './hashing-port.ts';

/** On Linux a priority is a thread's: this one's alone is lowered, the control thread keeps its own. */
const LOW = 10;

try {
  if (process.platform === 'linux') setPriority(0, LOW);
} catch {
  // Where it is not allowed, hashing competes with the rest as an equal.
}

function answer(request: HashRequest): HashReply {
  const { id, password } = request;
  try {
    if (request.kind === 'hash') return { id, hash: argonHash(password) };
    return { id, isRight: argonVerify(request.hash, password) };
  } catch (error) {
    return { id, error: error instanceof Error ? error.message : String(error) };
  }
}

parentPort?.on('message', (request: HashRequest) => parentPort?.postMessage(answer(request)));
