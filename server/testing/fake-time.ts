/** The system clock of one process, stepped while it runs: libfaketime, where the machine has it. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The library's file; null where there is none. In CI there must be one. */
export function findFakeTime(): string | null {
  const found = readdirSync('/usr/lib', { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join('/usr/lib', entry.name, 'faketime/libfaketimeMT.so.1'))
    .find((file) => existsSync(file));
  if (found === undefined && process.env['CI'] !== undefined) throw new Error('CI has no libfaketime.');
  return found ?? null;
}

export class SteppedClock {
  readonly #file: string;
  readonly #library: string;

  constructor(library: string, folder: string) {
    this.#library = library;
    this.#file = join(folder, 'clock-offset');
    this.step(0);
  }

  /** What a process is started with whose clock this is; its monotonic clock stays the machine's. */
  get environment(): Record<string, string> {
    return {
      LD_PRELOAD: this.#library,
      FAKETIME_TIMESTAMP_FILE: this.#file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      DONT_FAKE_MONOTONIC: '1',
      NO_FAKE_STAT: '1',
    };
  }

  /** Its clock reads so many seconds more than the machine's, from now on. */
  step(seconds: number): void {
    writeFileSync(this.#file, `${seconds < 0 ? '' : '+'}${seconds}\n`);
  }
}
