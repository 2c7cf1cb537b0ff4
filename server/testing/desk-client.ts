import { createHmac, randomUUID } from 'node:crypto';
import { codeAt } from '../auth/totp.ts';

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly cookie: string | null;
}

/** Asks one address as a browser's page or a program would. */
export async function ask(
  base: string,
  method: string,
  path: string,
  options: { body?: unknown; cookie?: string | null; key?: string; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const response = await fetch(`${base}${path}`, {
    method,
    headers: {
      ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(typeof options.cookie !== 'string' ? {} : { cookie: options.cookie }),
      ...(options.key === undefined ? {} : { authorization: `Bearer ${options.key}` }),
      'x-cwts': '1',
      ...(options.key === undefined ? { origin: base } : {}),
      ...options.headers,
    },
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    signal: AbortSignal.timeout(60_000),
  });
  const cookie = response.headers.get('set-cookie')?.split(';')[0] ?? null;
  return { status: response.status, body: (await response.json()) as Record<string, unknown>, cookie };
}

/** A person with an authenticator: enrols by link, gives commands, never uses a code twice for one thing. */
export class Person {
  cookie: string | null = null;
  readonly password = `${randomUUID()} is my password`;
  #secret = '';
  readonly #used = new Map<string, Set<number>>();

  /** Chooses a password and the authenticator by a one-time link. */
  async enrol(base: string, url: string): Promise<Answer> {
    const token = new URL(url).hash.replace('#token=', '');
    const shown = await ask(base, 'POST', '/auth/enrol/start', { body: { token } });
    this.#secret = String(shown.body['secret']);
    const method = { kind: 'totp', password: this.password, code: await this.#code('login') };
    return this.#in(ask(base, 'POST', '/auth/enrol/finish', { body: { token, method } }));
  }

  /** By another link, as somebody who has an authenticator already. */
  async signIn(base: string, url: string): Promise<Answer> {
    const token = new URL(url).hash.replace('#token=', '');
    const shown = await ask(base, 'POST', '/auth/enrol/start', { body: { token } });
    if (shown.body['enrolled'] !== true || shown.body['secret'] !== null) return shown;
    const method = { kind: 'code', code: await this.#code('login') };
    return this.#in(ask(base, 'POST', '/auth/enrol/finish', { body: { token, method } }));
  }

  /** By name, password and code. */
  async logIn(base: string, user: string): Promise<Answer> {
    const factor = { kind: 'totp', code: await this.#code('login') };
    return this.#in(ask(base, 'POST', '/auth/login', { body: { user, password: this.password, factor } }));
  }

  async #in(asked: Promise<Answer>): Promise<Answer> {
    const done = await asked;
    this.cookie = done.cookie;
    return done;
  }

  async command(base: string, command: Record<string, unknown>, purpose?: string): Promise<Answer> {
    const factor = purpose === undefined ? {} : { factor: { kind: 'totp', code: await this.#code(purpose) } };
    const body = {
      id: randomUUID(),
      expiresAt: (Date.now() + 30_000) * 1000,
      command: { ...command, ...factor },
    };
    const path = command['type'] === 'halt.press' ? '/halt' : '/api/v1/commands';
    return ask(base, 'POST', path, { body, cookie: this.cookie });
  }

  /** The code of the current step, else of the next, which the server takes too; else the one after. */
  async #code(purpose: string): Promise<string> {
    const used = this.#used.get(purpose) ?? new Set<number>();
    this.#used.set(purpose, used);
    for (;;) {
      const step = Math.floor(Date.now() / 30_000);
      const free = [step, step + 1].find((one) => !used.has(one));
      if (free !== undefined) {
        used.add(free);
        return codeAt(this.#secret, free * 30);
      }
      await new Promise((resolve) => setTimeout(resolve, 30_000 - (Date.now() % 30_000)));
    }
  }
}

/** The simulated exchange's account, asked directly and signed as Binance signs. */
export class ExchangeAccount {
  readonly #rest: string;
  constructor(rest: string) {
    this.#rest = rest;
  }

  async openOrders(): Promise<Record<string, unknown>[]> {
    return (await this.#signed('GET', '/api/v3/openOrders', {})) as Record<string, unknown>[];
  }

  place(order: Record<string, string>): Promise<unknown> {
    return this.#signed('POST', '/api/v3/order', order);
  }

  cancelAll(symbol: string): Promise<unknown> {
    return this.#signed('DELETE', '/api/v3/openOrders', { symbol });
  }

  async #signed(method: string, path: string, parameters: Record<string, string>): Promise<unknown> {
    const query = new URLSearchParams({ ...parameters, timestamp: String(Date.now()) }).toString();
    const signature = createHmac('sha256', 'sim-secret').update(query).digest('hex');
    const response = await fetch(`${this.#rest}${path}?${query}&signature=${signature}`, {
      method,
      headers: { 'x-mbx-apikey': 'sim-key' },
      signal: AbortSignal.timeout(60_000),
    });
    const body: unknown = await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(body)}`);
    return body;
  }
}
