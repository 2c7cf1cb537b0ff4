// What the scripts print: a line a step with its time, and one sentence when something is wrong.
import { performance } from 'node:perf_hooks';

/** What a person can do something about: its sentence is all that is printed of it. */
export class Trouble extends Error {
  constructor(sentence, exitCode = 1) {
    super(sentence);
    this.exitCode = exitCode;
  }
}

/** Runs one step and prints `name  what  1.2 s`; `work` returns what to say of it. */
export async function step(name, work) {
  const started = performance.now();
  const said = await work();
  line(name, said, performance.now() - started);
}

export function line(name, said, ms) {
  console.log(`  ${name.padEnd(13)} ${said.padEnd(60)} ${`${(ms / 1000).toFixed(1)} s`.padStart(7)}`);
}

/** A system error in plain words. */
export function reasonOf(error) {
  switch (error?.code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return 'the disk is full';
    case 'EACCES':
    case 'EPERM':
      return 'permission is denied';
    case 'EROFS':
      return 'the disk is read-only';
    case 'ENOTDIR':
    case 'EEXIST':
      return 'a file is in the way';
    case 'ENOENT':
      return 'it does not exist';
    default:
      return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  }
}

/** Ends a script: one sentence on stderr, a non-zero exit, never a stack trace. */
export async function main(work) {
  try {
    await work();
  } catch (error) {
    const sentence = error instanceof Trouble ? error.message : `This went wrong: ${reasonOf(error)}.`;
    process.stderr.write(`${sentence}\n`);
    process.exitCode = error instanceof Trouble ? error.exitCode : 1;
    if (!(error instanceof Trouble) && process.env.CWTS_DEBUG) console.error(error);
  }
}
