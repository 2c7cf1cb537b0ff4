import { Agent, request } from 'node:http';

export interface Reply {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly cookie: string | null;
}

/** One machine of a desk: asks from an address of its own (all of 127.0.0.0/8 is this machine). */
export class Machine {
  cookie: string | null = null;
  readonly #base: URL;
  readonly #agent: Agent;

  constructor(base: string, address: string) {
    this.#base = new URL(base);
    // An idle connection is given up long before the server does so: no request meets a closing one.
    this.#agent = new Agent({ keepAlive: true, timeout: 2000, localAddress: address });
  }

  ask(path: string, body: object, key?: string): Promise<Reply> {
    const text = JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const asked = request(
        {
          agent: this.#agent,
          // The address that the server listens on; its name is in `host`.
          hostname: '127.0.0.1',
          port: this.#base.port,
          method: 'POST',
          path,
          headers: {
            host: this.#base.host,
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(text),
            'x-cwts': '1',
            ...(key === undefined ? { origin: this.#base.origin } : { authorization: `Bearer ${key}` }),
            ...(this.cookie === null ? {} : { cookie: this.cookie }),
          },
        },
        (response) => {
          let answer = '';
          response.setEncoding('utf8').on('data', (part: string) => (answer += part));
          response.on('end', () => {
            const cookie = response.headers['set-cookie']?.[0]?.split(';')[0] ?? null;
            this.cookie = cookie ?? this.cookie;
            resolve({
              status: response.statusCode ?? 0,
              body: JSON.parse(answer) as Record<string, unknown>,
              cookie,
            });
          });
        },
      );
      asked.on('error', reject);
      asked.end(text);
    });
  }

  /** The same, where a refusal ends the bench. */
  async must(path: string, body: object, key?: string): Promise<Record<string, unknown>> {
    const { body: answer } = await this.ask(path, body, key);
    if (answer['ok'] !== true) throw new Error(`${path}: ${JSON.stringify(answer)}`);
    return answer;
  }

  close(): void {
    this.#agent.destroy();
  }
}
