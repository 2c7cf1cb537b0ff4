/** Calls between the bench's processes and threads: a name and an argument there, a result back. */
import { fork, type ChildProcess } from 'node:child_process';
import { parentPort, Worker } from 'node:worker_threads';

interface Call {
  readonly id: number;
  readonly name: string;
  readonly argument: unknown;
}
type Answer =
  { readonly id: number; readonly result: unknown } | { readonly id: number; readonly error: string };

export type Handlers = Readonly<Record<string, (argument: never) => unknown>>;

/** Another process or thread of this bench. Its death fails what waits for it. */
export class Remote {
  readonly #send: (call: Call) => void;
  readonly #end: () => void;
  readonly #waiting = new Map<
    number,
    { resolve: (value: unknown) => void; reject: (error: Error) => void }
  >();
  readonly pid: number | null;
  #next = 1;

  private constructor(other: ChildProcess | Worker) {
    if (other instanceof Worker) {
      this.#send = (call) => other.postMessage(call);
      this.#end = () => void other.terminate();
      this.pid = null;
    } else {
      this.#send = (call) => void other.send(call);
      this.#end = () => void other.kill('SIGKILL');
      this.pid = other.pid ?? null;
    }
    other.on('message', (answer: Answer) => this.#settle(answer));
    other.on('error', (error: Error) => this.#fail(error.message));
    other.on('exit', () => this.#fail('it ended'));
  }

  static process(role: string): Remote {
    const program = process.argv[1] ?? '';
    return new Remote(fork(program, [role], { serialization: 'advanced', execArgv: process.execArgv }));
  }

  static thread(role: string, data: object = {}): Remote {
    return new Remote(new Worker(process.argv[1] ?? '', { workerData: { role, ...data } }));
  }

  call<T>(name: string, argument?: unknown): Promise<T> {
    const id = this.#next++;
    return new Promise<T>((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
      this.#send({ id, name, argument });
    });
  }

  end(): void {
    this.#end();
  }

  #settle(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if ('error' in answer) waiting?.reject(new Error(answer.error));
    else waiting?.resolve(answer.result);
  }

  #fail(reason: string): void {
    for (const { reject } of this.#waiting.values()) reject(new Error(reason));
    this.#waiting.clear();
  }
}

/** In the other process or thread: answers calls until it is ended. */
export function serve(handlers: Handlers): void {
  const answer = (reply: Answer): void => {
    if (parentPort) parentPort.postMessage(reply);
    else process.send?.(reply);
  };
  const listen = ({ id, name, argument }: Call): void => {
    Promise.resolve()
      .then(() => handlers[name]?.(argument as never))
      .then(
        (result) => answer({ id, result }),
        (error: unknown) =>
          answer({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
      );
  };
  if (parentPort) parentPort.on('message', listen);
  else {
    process.on('message', listen);
    process.on('disconnect', () => process.exit(0));
  }
}
