import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ROOT } from './root.ts';

export interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

const running = new Set<Launched>();

/** Interrupts what a test that failed left running: its exchange and server would outlive it. */
export async function endLaunched(): Promise<void> {
  await Promise.all([...running].map((launched) => launched.interrupt()));
}

/** One of `scripts/` as a person runs it. */
export class Launched {
  out = '';
  err = '';
  readonly #child: ChildProcess;
  readonly #done: Promise<Outcome>;

  constructor(script: string, args: readonly string[], node: readonly string[] = []) {
    const child = spawn(process.execPath, [...node, join(ROOT, 'scripts', script), ...args], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: plainEnvironment(),
    });
    this.#child = child;
    child.stdout.on('data', (bytes: Buffer) => (this.out += bytes.toString()));
    child.stderr.on('data', (bytes: Buffer) => (this.err += bytes.toString()));
    this.#done = once(child, 'close').then(([code]) => ({
      code: code as number | null,
      out: this.out,
      err: this.err,
    }));
    running.add(this);
    void this.#done.finally(() => running.delete(this));
  }

  end(): Promise<Outcome> {
    return this.#done;
  }

  interrupt(): Promise<Outcome> {
    this.#child.kill('SIGINT');
    return this.#done;
  }

  /** Resolves when its output matches; rejects when it ends first. */
  async prints(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.out);
      if (found) return found;
      const more = once(this.#child.stdout ?? this.#child, 'data').then(() => null);
      const ended = await Promise.race([more, this.#done]);
      if (ended && !pattern.test(this.out)) {
        throw new Error(
          `it ended with ${ended.code ?? 'a signal'} before it said ${pattern.source}: ${ended.err}`,
        );
      }
    }
  }
}

export function launch(script: string, args: readonly string[] = [], node: readonly string[] = []): Launched {
  return new Launched(script, args, node);
}

/** As a shell has it: the runner forces colours on its workers, and Node then warns on stderr. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const { NO_COLOR: _no, FORCE_COLOR: _force, ...rest } = process.env;
  return rest;
}
