import http, { type IncomingHttpHeaders } from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
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
  /** Asked when a socket is ready, in the tick in which the bytes go to it: `false` sends none. */
  readonly mayLeave?: () => boolean;
}
export interface HttpReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}
/** `sent: false`: nothing left this machine. */
export interface HttpFailure {
  readonly sent: boolean;
  /** `mayLeave` said no. */
  readonly calledBack: boolean;
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
      let sent = false;
      const outgoing = this.#library.request(this.#base, {
        method: request.method,
        path: this.#base.pathname.replace(/\/$/, '') + request.path,
        headers: { ...request.headers, ...(request.method === 'GET' ? {} : { 'content-length': '0' }) },
        agent: this.#agents[request.lane],
      });
      const fail = (sentence: string, calledBack = false): void => {
        stopTimer();
        resolve({ ok: false, error: { sent, calledBack, sentence } });
        outgoing.destroy();
      };
      const stopTimer = this.#clock.setTimer(request.timeoutMs, () => {
        fail(`No answer within ${request.timeoutMs} ms.`);
      });
      // Not a byte is handed over while the request waits for a socket or the socket for its peer:
      // what was true when it was asked may not be true any more when its turn comes.
      const leave = (): void => {
        if (outgoing.destroyed) return;
        if (request.mayLeave?.() === false) {
          fail('It was called back before it left.', true);
          return;
        }
        sent = true;
        outgoing.end();
      };
      outgoing.on('socket', (socket) => {
        if (isShakingHands(socket)) socket.once('secureConnect', leave);
        else if (socket.connecting) socket.once('connect', leave);
        else leave();
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
    });
  }

  close(): void {
    this.#agents.normal.destroy();
    this.#agents.halt.destroy();
  }
}

/** A TLS socket that is not through with its handshake (Node sets this on its client sockets). */
function isShakingHands(socket: Socket): boolean {
  return 'secureConnecting' in socket && socket.secureConnecting === true;
}
