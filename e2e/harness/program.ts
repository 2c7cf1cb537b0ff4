import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ROOT } from './root.ts';

const DIST = join(ROOT, 'dist/node');
const STOP_WITHIN_MS = 15_000;

export interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** One of our programs in its own process, as `npm run up` would start it. */
export class Program {
  readonly name: string;
  readonly lines: string[] = [];
  readonly exited: Promise<End>;
  readonly #child: ChildProcess;
  readonly #waiting = new Set<(line: string) => void>();

  /** `node`: options of Node itself. */
  constructor(name: string, args: readonly string[], node: readonly string[] = []) {
    const file = join(DIST, `${name}.js`);
    if (!existsSync(file)) throw new Error(`${file} is not built: node scripts/build.mjs`);
    this.name = name;
    const child = spawn(process.execPath, [...node, file, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        this.lines.push(line);
        for (const waiting of this.#waiting) waiting(line);
      });
    }
    this.exited = once(child, 'close').then(([code, signal]) => ({
      code: code as number | null,
      signal: signal as NodeJS.Signals | null,
    }));
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** The first JSON line, said already or later, for which `read` has something; an error after `withinMs`. */
  says<T>(read: (said: Record<string, unknown>) => T | null, withinMs = 30_000): Promise<T> {
    return this.#waitFor((line) => readLine(line, read), withinMs);
  }

  /** The first group of `pattern` in the first line that matches. */
  prints(pattern: RegExp, withinMs = 30_000): Promise<string> {
    return this.#waitFor((line) => pattern.exec(line)?.[1] ?? null, withinMs);
  }

  #waitFor<T>(read: (line: string) => T | null, withinMs: number): Promise<T> {
    for (const line of this.lines) {
      const found = read(line);
      if (found !== null) return Promise.resolve(found);
    }
    return new Promise((resolve, reject) => {
      const finish = (run: () => void): void => {
        clearTimeout(timer);
        this.#waiting.delete(waiting);
        run();
      };
      const waiting = (line: string): void => {
        const found = read(line);
        if (found !== null) finish(() => resolve(found));
      };
      const fail = (why: string): void =>
        finish(() => reject(new Error(`${this.name} ${why}:\n${this.lines.slice(-20).join('\n')}`)));
      const timer = setTimeout(() => fail(`did not say it within ${withinMs} ms`), withinMs);
      this.#waiting.add(waiting);
      void this.exited.then(() => fail('ended'));
    });
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Asks it to end, and ends it when it does not within 15 s. */
  async stop(signal: NodeJS.Signals = 'SIGINT'): Promise<End> {
    this.signal(signal);
    const timer = setTimeout(() => this.signal('SIGKILL'), STOP_WITHIN_MS);
    try {
      return await this.exited;
    } finally {
      clearTimeout(timer);
    }
  }
}

function readLine<T>(line: string, read: (said: Record<string, unknown>) => T | null): T | null {
  if (!line.startsWith('{')) return null;
  try {
    return read(JSON.parse(line) as Record<string, unknown>);
  } catch {
    return null;
  }
}

/** The port that an exchange says it listens on; for `says`. */
export function readyPort(said: Record<string, unknown>): number | null {
  return said['ready'] === true ? Number(said['port']) : null;
}
