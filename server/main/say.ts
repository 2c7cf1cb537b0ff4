import { writeSync } from 'node:fs';
import type { Result } from '../../protocol/result.ts';

/** One JSON line on stdout, written before this returns: the last one before an exit is never lost. */
export function say(line: Readonly<Record<string, unknown>>): void {
  try {
    writeSync(1, `${JSON.stringify(line)}\n`);
  } catch {
    // Whoever read it is gone; the server goes on without being heard.
  }
}

let stepsAreSaid = true;

/** For a program whose output a person reads: the lines of its steps are for a launcher. */
export const keepStepsQuiet = (): void => void (stepsAreSaid = false);

/** A step of the start with its time, once `work` is done. */
export async function step<T>(name: string, work: () => T | Promise<T>): Promise<T> {
  const started = performance.now();
  const result = await work();
  if (stepsAreSaid) say({ step: name, ms: Math.round(performance.now() - started) });
  return result;
}

/** Why the server can't start or go on: a sentence for a person, a code for a program. */
export class Fatal extends Error {
  readonly code: string;
  constructor({ code, sentence }: { readonly code: string; readonly sentence: string }) {
    super(sentence);
    this.code = code;
  }
}

/** What there must be; throws `Fatal` with the refusal's sentence. */
export function need<T>(result: Result<T>): T {
  if (!result.ok) throw new Fatal(result.error);
  return result.value;
}

/** Any error as its one sentence: what the system refuses is named, the rest keeps its message. */
export function fatalOf(error: unknown): { readonly code: string; readonly sentence: string } {
  if (error instanceof Fatal) return { code: error.code, sentence: error.message };
  const { code, path } = error as NodeJS.ErrnoException;
  const where = path ?? 'the data directory';
  switch (code) {
    case 'ENOSPC':
      return { code: 'disk-full', sentence: `The disk is full: ${where} can't be written.` };
    case 'EROFS':
      return { code: 'disk-read-only', sentence: `The disk is read-only: ${where} can't be written.` };
    case 'EACCES':
    case 'EPERM':
      return { code: 'no-permission', sentence: `This user may not write ${where}.` };
    case 'ENOTDIR':
    case 'EEXIST':
      return { code: 'no-directory', sentence: `${where} is not a directory.` };
    default: {
      const message = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
      return { code: 'failed', sentence: `The server failed: ${message}.` };
    }
  }
}
