import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SoftwareAuthenticator } from '../../server/testing/authenticator.ts';
import { Program } from '../../server/testing/program.ts';
import { Machine } from './client.ts';
import { Crowd, PEOPLE } from './crowd.ts';

/** Machines that the operator presses from, so that no address's limit is what is measured. */
const DESKS = 12;

export interface Press {
  /** Press sent to press answered, the gate closed in between; through the relay, ms. */
  readonly gateMs: number;
  /** Press sent until a record written after it is answered as durable: two ways there and back, ms. */
  readonly durableMs: number;
}

export interface Round {
  readonly presses: readonly Press[];
  readonly loginsOk: number;
  /** Until the last of them was in, ms. */
  readonly allInMs: number;
}

/** A server with a hundred people and an operator; each round they sign in at once while the operator presses. */
export class AuthBench {
  readonly #folder = mkdtempSync(join(tmpdir(), 'cwts-bench-auth-'));
  readonly #self: string;
  readonly #program: string;
  readonly #first: readonly string[];
  readonly #device = new SoftwareAuthenticator();
  #desks: Machine[] = [];
  #crowd: Crowd | null = null;
  #sim: Program | null = null;
  #server: Program | null = null;
  #origin = '';
  #turn = 0;
  #presses = 0;

  /** `self`: the bench's own file, for its threads; `first`: the program's first arguments. */
  constructor(self: string, program: string, first: readonly string[] = []) {
    this.#self = self;
    this.#program = program;
    this.#first = first;
  }

  async start(): Promise<void> {
    this.#sim = new Program('dist/node/sim/main.js', [
      '--port',
      '0',
      '--instruments',
      '8',
      '--preroll',
      '60',
    ]);
    const { rest, ws } = (await this.#sim.line('ready')) as { rest: string; ws: string };
    const users = Array.from(
      { length: PEOPLE },
      (_, i) => `[[users]]\nid = "person-${i}"\nname = "Person ${i}"\nrole = "trader"\n`,
    );
    const config = join(this.#folder, 'bench.toml');
    writeFileSync(config, `${readFileSync('config/demo.toml', 'utf8')}\n${users.join('\n')}`);
    const data = join(this.#folder, 'data');
    this.#server = new Program(this.#program, [
      ...this.#first,
      ...['--config', config, '--data', data, '--port', '0', '--control-port', '0'],
      ...['--venue-rest', rest, '--venue-ws', ws],
    ]);
    const ready = (await this.#server.line('ready')) as unknown as { console: string; control: string };
    this.#origin = ready.console;
    const key = readFileSync(join(data, 'admin.key'), 'utf8').trim();
    const host = new Machine(ready.control, '127.0.0.1');
    const { url } = await host.must('/admin/link', { user: 'operator' }, key);
    host.close();
    this.#desks = Array.from({ length: DESKS }, (_, i) => new Machine(ready.console, `127.0.2.${i + 1}`));
    await this.#enrolOperator(new URL(String(url)).hash.replace('#token=', ''));
    this.#crowd = new Crowd(this.#self, { console: ready.console, control: ready.control, adminKey: key });
    await this.#crowd.enrol();
    await this.#press();
  }

  /** The operator presses alone: what the machine does when nobody signs in. */
  async quiet(presses: number): Promise<Press[]> {
    const all: Press[] = [];
    while (all.length < presses) all.push(await this.#press());
    return all;
  }

  /** All sign in at once; the operator presses until the last is in. Each with a recovery code of their own. */
  async round(n: number): Promise<Round> {
    const presses: Press[] = [];
    const over = new AbortController();
    const startedAt = performance.now();
    const signedIn = this.#crowd?.signIn(n).finally(() => over.abort());
    while (!over.signal.aborted) presses.push(await this.#press());
    const { loginsOk } = (await signedIn) ?? { loginsOk: 0 };
    return { presses, loginsOk, allInMs: performance.now() - startedAt };
  }

  async stop(): Promise<void> {
    for (const machine of this.#desks) machine.close();
    await this.#crowd?.close();
    await this.#server?.kill('SIGINT');
    await this.#sim?.kill('SIGINT');
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Closes the gate, notes it, opens it again by a passkey. */
  async #press(): Promise<Press> {
    const haltId = `bench-halt-${++this.#presses}`;
    const command = (inner: object): object => ({
      id: randomUUID(),
      expiresAt: (Date.now() + 30_000) * 1000,
      command: inner,
    });
    const desk = this.#desk();
    const sentAt = performance.now();
    await desk.must('/halt', command({ type: 'halt.press', haltId, reason: 'bench' }));
    const closedAt = performance.now();
    await desk.must(
      '/api/v1/commands',
      command({ type: 'note.add', kind: 'note', text: `Pressed ${haltId}.` }),
    );
    const durableAt = performance.now();
    const action = { type: 'halt.take-back', haltId, reason: 'bench' };
    const { challenge, options } = await this.#desk().must('/auth/challenge', { action });
    const assertion = this.#device.answer(options as object, { origin: this.#origin });
    const factor = { kind: 'passkey', challenge, assertion };
    await this.#desk().must('/api/v1/commands', command({ ...action, factor }));
    return { gateMs: closedAt - sentAt, durableMs: durableAt - sentAt };
  }

  async #enrolOperator(token: string): Promise<void> {
    const [first] = this.#desks;
    if (!first) throw new Error('no desk');
    const { challenge, options } = await first.must('/auth/enrol/passkey', { token });
    const attestation = this.#device.register(options as object, { origin: this.#origin });
    const method = { kind: 'passkey', challenge, attestation, name: 'Bench' };
    await first.must('/auth/enrol/finish', { token, method });
    for (const desk of this.#desks) desk.cookie = first.cookie;
  }

  #desk(): Machine {
    const desk = this.#desks[this.#turn++ % this.#desks.length];
    if (!desk) throw new Error('not started');
    return desk;
  }
}
