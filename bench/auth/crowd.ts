/** A hundred people at a hundred machines, in a thread of their own: their work is not the operator's. */
import { once } from 'node:events';
import { parentPort, Worker, workerData } from 'node:worker_threads';
import { codeAt } from '../../server/auth/totp.ts';
import { Machine } from './client.ts';

export const PEOPLE = 100;
const PASSWORD = 'seven copper kettles sing';

interface Place {
  readonly console: string;
  readonly control: string;
  readonly adminKey: string;
}
interface Done {
  readonly loginsOk: number;
}

/** The crowd as the bench sees it. `program`: the bench's own file, which runs `serveCrowd` in the thread. */
export class Crowd {
  readonly #worker: Worker;

  constructor(program: string, place: Place) {
    this.#worker = new Worker(new URL(program), { workerData: place });
  }

  enrol(): Promise<Done> {
    return this.#ask(null);
  }

  /** Everybody signs in at once, with the n-th of their recovery codes. */
  signIn(n: number): Promise<Done> {
    return this.#ask(n);
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  async #ask(round: number | null): Promise<Done> {
    this.#worker.postMessage(round);
    const [done] = (await once(this.#worker, 'message')) as [Done];
    return done;
  }
}

export function serveCrowd(): void {
  const { console: base, control, adminKey } = workerData as Place;
  const people = Array.from({ length: PEOPLE }, (_, i) => new Machine(base, `127.0.1.${i + 1}`));
  const codes: (readonly string[])[] = [];

  const enrol = async (): Promise<Done> => {
    const host = new Machine(control, '127.0.0.1');
    for (const [i, machine] of people.entries()) {
      const { url } = await host.must('/admin/link', { user: `person-${i}` }, adminKey);
      const token = new URL(String(url)).hash.replace('#token=', '');
      const { secret } = await machine.must('/auth/enrol/start', { token });
      const method = { kind: 'totp', password: PASSWORD, code: codeAt(String(secret), Date.now() / 1000) };
      const { recoveryCodes } = await machine.must('/auth/enrol/finish', { token, method });
      codes.push(recoveryCodes as string[]);
    }
    host.close();
    return { loginsOk: people.length };
  };

  const signIn = async (n: number): Promise<Done> => {
    const logins = people.map(async (machine, i) => {
      const factor = { kind: 'recovery', code: codes[i]?.[n] ?? '' };
      const body = { user: `person-${i}`, password: PASSWORD, factor };
      return (await machine.ask('/auth/login', body)).status === 200;
    });
    return { loginsOk: (await Promise.all(logins)).filter(Boolean).length };
  };

  parentPort?.on('message', (round: number | null) => {
    void (round === null ? enrol() : signIn(round)).then((done) => parentPort?.postMessage(done));
  });
}
