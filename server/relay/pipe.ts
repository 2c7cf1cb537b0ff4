/** Passes a request on to the control thread's listener, unread, and its answer back. */
import { request as httpRequest, type IncomingMessage, type ServerResponse, Agent } from 'node:http';
import { sendRefusal } from './answers.ts';

/** Of one connection only, or ours to say; `x-forwarded-*` and `x-cwts-address` are never believed. */
const NOT_PASSED_ON = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
  'host',
  'forwarded',
  'x-real-ip',
  'x-cwts-address',
  'x-cwts-relay',
]);

const HALT = /^\/halt$/;
/** What waits for a password's hash: a queue of these must hold nothing else up, and may take its time. */
const HASHED = /^\/auth\/(login|enrol\/finish|account\/password)$/;
const HASHED_WAITS = 3;

export interface PipeLimits {
  readonly waitMs: number;
  /** Bytes. */
  readonly maxBody: number;
}

export class Pipe {
  readonly #control: URL;
  readonly #waitMs: number;
  readonly #maxBody: number;
  readonly #relayKey: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });
  /** A halt never queues behind anything else: it has connections of its own. */
  readonly #haltAgent = new Agent({ keepAlive: true, maxSockets: 16 });
  /** Nor does anything else queue behind sign-ins, and of these the control thread meets a few at once. */
  readonly #hashedAgent = new Agent({ keepAlive: true, maxSockets: 16 });

  constructor(controlUrl: string, relayKey: string, { waitMs, maxBody }: PipeLimits) {
    this.#control = new URL(controlUrl);
    this.#relayKey = relayKey;
    this.#waitMs = waitMs;
    this.#maxBody = maxBody;
  }

  close(): void {
    this.#agent.destroy();
    this.#haltAgent.destroy();
    this.#hashedAgent.destroy();
  }

  /** `address`: the caller's. Takes the whole body first, so that a request sent slowly holds no connection to control. */
  pass(incoming: IncomingMessage, outgoing: ServerResponse, address: string): void {
    const tooLarge = (): void =>
      sendRefusal(outgoing, 413, 'too-large', `A request is at most ${this.#maxBody} bytes.`);
    if (Number(incoming.headers['content-length'] ?? 0) > this.#maxBody) {
      tooLarge();
      return;
    }
    const chunks: Buffer[] = [];
    let received = 0;
    const timer = setTimeout(() => {
      sendRefusal(outgoing, 408, 'too-slow', 'The request did not arrive whole in time.');
      incoming.destroy();
    }, this.#waitMs);
    incoming.on('close', () => clearTimeout(timer));
    incoming.on('data', (chunk: Buffer) => {
      received += chunk.length;
      if (received <= this.#maxBody) chunks.push(chunk);
      else if (!outgoing.headersSent) {
        clearTimeout(timer);
        tooLarge();
        incoming.destroy();
      }
    });
    incoming.on('end', () => {
      clearTimeout(timer);
      if (!outgoing.headersSent) this.#forward(incoming, Buffer.concat(chunks), outgoing, address);
    });
  }

  #forward(incoming: IncomingMessage, body: Buffer, outgoing: ServerResponse, address: string): void {
    const headers = forwardedHeaders(incoming);
    headers['x-cwts-address'] = address;
    headers['x-cwts-relay'] = this.#relayKey;
    if (body.length > 0) headers['content-length'] = String(body.length);
    const path = plainPath(incoming.url ?? '');
    const isHashed = HASHED.test(path);
    const upstream = httpRequest({
      agent: HALT.test(path) ? this.#haltAgent : isHashed ? this.#hashedAgent : this.#agent,
      hostname: this.#control.hostname,
      port: this.#control.port,
      method: incoming.method,
      path: incoming.url,
      // The name that the console asked for: the control thread checks it against the Origin itself.
      headers: { ...headers, host: incoming.headers.host ?? '' },
    });
    const fail = (status: number, code: string, sentence: string): void => {
      upstream.destroy();
      if (outgoing.headersSent) outgoing.destroy();
      else sendRefusal(outgoing, status, code, sentence);
    };
    const timer = setTimeout(
      () => fail(504, 'no-answer', 'The control thread did not answer in time; what was asked may be done.'),
      isHashed ? this.#waitMs * HASHED_WAITS : this.#waitMs,
    );
    upstream.on('error', () => {
      clearTimeout(timer);
      if (!outgoing.headersSent) fail(503, 'no-control', 'The control thread cannot be reached.');
    });
    upstream.on('response', (answer) => {
      clearTimeout(timer);
      outgoing.writeHead(answer.statusCode ?? 502, answerHeaders(answer));
      answer.pipe(outgoing);
      answer.on('error', () => outgoing.destroy());
    });
    outgoing.on('close', () => {
      clearTimeout(timer);
      if (!outgoing.writableFinished) upstream.destroy();
    });
    upstream.end(body);
  }
}

/** As the control thread reads it: `/%68alt` is a halt, and `/auth/%6cogin` a sign-in. */
function plainPath(url: string): string {
  try {
    return decodeURIComponent(url.split('?', 1)[0] ?? '');
  } catch {
    return url;
  }
}

function forwardedHeaders(incoming: IncomingMessage): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value === undefined || NOT_PASSED_ON.has(name) || name.startsWith('x-forwarded-')) continue;
    headers[name] = value;
  }
  return headers;
}

function answerHeaders(answer: IncomingMessage): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = { 'cache-control': 'no-store' };
  for (const [name, value] of Object.entries(answer.headers)) {
    if (value === undefined || NOT_PASSED_ON.has(name)) continue;
    headers[name] = value;
  }
  return headers;
}
