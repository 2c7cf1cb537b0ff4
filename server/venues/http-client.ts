import http, { type IncomingHttpHeaders } from 'node:http';
import https from 'node:https';
import type { Result } from '../../protocol/result.ts';
import type { Clock } from '../clock.ts';
import type { Lane } from './types.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly lane: Lane;
}
export interface HttpReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}
/** `sent: false`: no connection was made, nothing left this machine. */
export interface HttpFailure {
  readonly sent: boolean;
  readonly sentence: string;
}

const MOST_BYTES = 32 * 1024 * 1024;

/**
 * HTTP to one venue over warm keep-alive sockets. The halt has its own: requests that hang on the
 * ordinary ones can't hold it up.
 */
export class HttpClient {
  readonly #base: URL;
  readonly #clock: Clock;
  readonly #agents: Readonly<Record<Lane, http.Agent>>;
  readonly #library: typeof http | typeof https;

  constructor(baseUrl: string, clock: Clock) {
    this.#base = new URL(baseUrl);
    this.#clock = clock;
    const secure = this.#base.protocol === 'https:';
    this.#library = secure ? https : http;
    const agent = (maxSockets: number): http.Agent => {
      const options = {
        keepAlive: true,
        maxSockets,
        maxFreeSockets: maxSockets,
        scheduling: 'lifo',
      } as const;
      return secure ? new https.Agent(options) : new http.Agent(options);
    };
    this.#agents = { normal: agent(32), halt: agent(64) };
  }

  request(request: HttpRequest): Promise<Result<HttpReply, HttpFailure>> {
    return new Promise((resolve) => {
      let connected = false;
      const outgoing = this.#library.request(this.#base, {
        method: request.method,
        path: this.#base.pathname.replace(/\/$/, '') + request.path,
        headers: { ...request.headers, ...(request.method === 'GET' ? {} : { 'content-length': '0' }) },
        agent: this.#agents[request.lane],
      });
      const fail = (sentence: string): void => {
        stopTimer();
        resolve({ ok: false, error: { sent: connected, sentence } });
        outgoing.destroy();
      };
      const stopTimer = this.#clock.setTimer(request.timeoutMs, () => {
        fail(`No answer within ${request.timeoutMs} ms.`);
      });
      outgoing.on('socket', (socket) => {
        if (!socket.connecting) connected = true;
        else socket.once('connect', () => (connected = true));
      });
      outgoing.on('error', (error) => fail(`The connection failed: ${error.message}.`));
      outgoing.on('response', (incoming) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        incoming.on('data', (chunk: Buffer) => {
          chunks.push(chunk);
          bytes += chunk.length;
          if (bytes > MOST_BYTES) fail(`The answer is larger than ${MOST_BYTES} bytes.`);
        });
        incoming.on('error', (error) => fail(`The answer broke off: ${error.message}.`));
        incoming.on('end', () => {
          stopTimer();
          const body = Buffer.concat(chunks).toString('utf8');
          resolve({ ok: true, value: { status: incoming.statusCode ?? 0, headers: incoming.headers, body } });
        });
      });
      outgoing.end();
    });
  }

  close(): void {
    this.#agents.normal.destroy();
    this.#agents.halt.destroy();
  }
}
