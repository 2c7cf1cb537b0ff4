/** The public port: the page, and what is passed on to the control thread. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Clock } from '../clock.ts';
import { sendRefusal } from './answers.ts';
import { SECURITY_HEADERS } from './headers.ts';
import { checkHost, isOwnOrigin } from './hosts.ts';
import { KeyedBuckets, type RelayLimits } from './limits.ts';
import type { Page } from './page.ts';
import type { Pipe } from './pipe.ts';

const PIPED = /^\/(auth\/|api\/|halt$)/;

export interface ListenerParts {
  readonly clock: Clock;
  readonly limits: RelayLimits;
  readonly page: Page;
  readonly pipe: Pipe;
  /** Known once it listens. */
  readonly port: () => number;
  readonly names: () => ReadonlySet<string>;
}

export function createListener(parts: ListenerParts): Server {
  const requests = new KeyedBuckets(parts.limits.requests);
  const halts = new KeyedBuckets(parts.limits.halts);
  const server = createServer(
    { maxHeaderSize: 16 * 1024, headersTimeout: 5000, requestTimeout: 10_000, keepAliveTimeout: 5000 },
    (request, response) => answer(parts, requests, halts, request, response),
  );
  server.on('clientError', (_, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
    else socket.destroy();
  });
  return server;
}

function answer(
  parts: ListenerParts,
  requests: KeyedBuckets,
  halts: KeyedBuckets,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
  const method = request.method ?? 'GET';
  const path = pathOf(request.url);
  if (path === null) {
    sendRefusal(response, 400, 'bad-path', 'This is not a path.');
    return;
  }
  const safe = method === 'GET' || method === 'HEAD';
  const piped = PIPED.test(path);
  const host = checkHost(request.headers.host, parts.port(), parts.names());
  if (host.kind === 'redirect' && safe && !piped) {
    response.writeHead(308, { location: `${host.to}${request.url ?? '/'}`, 'cache-control': 'no-store' });
    response.end();
    return;
  }
  if (host.kind !== 'ours') {
    sendRefusal(
      response,
      421,
      'foreign-host',
      `This server is not called that: use http://localhost:${parts.port()}.`,
    );
    return;
  }
  if (!safe && !isOwnOrigin(request.headers.origin, request.headers.host)) {
    sendRefusal(response, 403, 'foreign-origin', 'This request comes from a page of another origin.');
    return;
  }
  if (piped) {
    const address = request.socket.remoteAddress ?? '';
    const bucket = path === '/halt' ? halts : requests;
    if (bucket.take(address, parts.clock.monotonicMicros() / 1000)) parts.pipe.pass(request, response);
    else sendRefusal(response, 429, 'too-many', 'Too many requests from this address; wait a moment.');
    return;
  }
  if (!safe) {
    sendRefusal(response, 405, 'bad-method', 'A page can only be read.');
    return;
  }
  servePage(parts.page, path, request, response);
}

function servePage(page: Page, path: string, request: IncomingMessage, response: ServerResponse): void {
  const file = page.find(path);
  if (!file) {
    sendRefusal(response, 404, 'not-found', 'There is no such file.');
    return;
  }
  const headers = { 'cache-control': file.cache, etag: file.etag };
  if (request.headers['if-none-match'] === file.etag) {
    response.writeHead(304, headers);
    response.end();
    return;
  }
  response.writeHead(200, { ...headers, 'content-type': file.type, 'content-length': file.bytes.length });
  response.end(request.method === 'HEAD' ? undefined : file.bytes);
}

/** The path without its query; null when it is not one. */
function pathOf(url: string | undefined): string | null {
  if (!url?.startsWith('/') || url.startsWith('//')) return null;
  const path = url.split('?', 1)[0] ?? '/';
  try {
    return decodeURIComponent(path);
  } catch {
    return null;
  }
}
