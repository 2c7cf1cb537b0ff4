import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

type Line = Readonly<Record<string, unknown>>;

/** A built program in its own process, for tests: its JSON lines, waited for and never slept for. */
export class Program {
  readonly lines: Line[] = [];
  readonly exited: Promise<{ readonly code: number | null; readonly signal: string | null }>;
  readonly #child: ChildProcess;
  readonly #waiting = new Set<() => void>();
  #isOver = false;
  #stderr = '';

  constructor(file: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const child = spawn(process.execPath, [file, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    });
    this.#child = child;
    const closed = once(child, 'close');
    createInterface({ input: child.stdout }).on('line', (text) => {
      this.lines.push(JSON.parse(text) as Line);
      this.#wake();
    });
    child.stderr.on('data', (bytes: Buffer) => (this.#stderr += bytes.toString()));
    this.exited = closed.then(([code, signal]: unknown[]) => {
      this.#isOver = true;
      this.#wake();
      return { code: code as number | null, signal: signal as string | null };
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }
  get stderr(): string {
    return this.#stderr;
  }

  /** The first line that has `key`; throws with all that was said when it ends or a minute passes before. */
  async line(key: string): Promise<Line> {
    const deadline = Date.now() + 60_000;
    for (;;) {
      const found = this.lines.find((line) => key in line);
      if (found) return found;
      if (this.#isOver || Date.now() > deadline) {
        throw new Error(`no "${key}" from the program: ${JSON.stringify(this.lines)} ${this.#stderr}`);
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(done, 1000);
        const waiting = this.#waiting;
        function done(): void {
          clearTimeout(timer);
          waiting.delete(done);
          resolve();
        }
        waiting.add(done);
      });
    }
  }

  async kill(
    signal: NodeJS.Signals,
  ): Promise<{ readonly code: number | null; readonly signal: string | null }> {
    this.#child.kill(signal);
    return this.exited;
  }

  #wake(): void {
    for (const wake of [...this.#waiting]) wake();
  }
}
