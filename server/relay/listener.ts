/** The public port: the page, and what is passed on to the control thread. */
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import { TLSSocket } from 'node:tls';
import type { Result } from '../../protocol/result.ts';
import type { Clock } from '../clock.ts';
import { sendRefusal } from './answers.ts';
import { boundConnections } from './bound.ts';
import type { Certificate } from './certificate.ts';
import type { Caller, Door } from './door.ts';
import { HSTS, SECURITY_HEADERS } from './headers.ts';
import { checkHost, isOwnOrigin } from './hosts.ts';
import { KeyedBuckets, type RelayLimits } from './limits.ts';
import type { Page } from './page.ts';
import type { Pipe } from './pipe.ts';

const PIPED = /^\/(auth\/|api\/|halt$)/;
/** Connections of all kinds; consoles have a bound of their own below it. */
const CONNECTIONS = 4096;

export interface ListenerParts {
  readonly clock: Clock;
  readonly limits: RelayLimits;
  readonly page: Page;
  readonly pipe: Pipe;
  readonly door: Door;
  /** Own TLS; null = plain HTTP. */
  readonly certificate: Certificate | null;
  /** Where it listens and what it is called; known once it listens. */
  readonly site: () => Site;
}

export interface Site {
  readonly port: number;
  readonly names: ReadonlySet<string>;
  /** Where people open it: `https://desk.example`. */
  readonly address: string;
}

export function createListener(parts: ListenerParts): Server | TlsServer {
  const requests = new KeyedBuckets(parts.limits.requests);
  const halts = new KeyedBuckets(parts.limits.halts);
  const options: ServerOptions = {
    maxHeaderSize: 16 * 1024,
    headersTimeout: 5000,
    requestTimeout: 10_000,
    keepAliveTimeout: 5000,
  };
  const answerOne = (request: IncomingMessage, response: ServerResponse): void =>
    answer(parts, requests, halts, request, response);
  const server = parts.certificate
    ? createTlsServer({ ...options, ...tlsOptions(parts.certificate), handshakeTimeout: 5000 }, answerOne)
    : createServer(options, answerOne);
  server.maxConnections = CONNECTIONS;
  boundConnections(server, parts.door, parts.limits.tcpPerAddress);
  server.on('clientError', (_, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
    else socket.destroy();
  });
  return server;
}

/** For a start and for a renewal alike. */
export const tlsOptions = ({ cert, key }: Certificate) => ({ cert, key, minVersion: 'TLSv1.3' }) as const;

/** Who asks, by the connection and, from a named proxy, by its word. */
export const callerOf = (door: Door, { socket, headers }: IncomingMessage): Result<Caller> =>
  door.callerOf({ remoteAddress: socket.remoteAddress, isEncrypted: socket instanceof TLSSocket, headers });

function answer(
  parts: ListenerParts,
  requests: KeyedBuckets,
  halts: KeyedBuckets,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
  const caller = callerOf(parts.door, request);
  if (!caller.ok) {
    sendRefusal(response, 403, caller.error.code, caller.error.sentence);
    return;
  }
  const { isSecure, address } = caller.value;
  const method = request.method ?? 'GET';
  const path = pathOf(request.url);
  if (path === null) {
    sendRefusal(response, 400, 'bad-path', 'This is not a path.');
    return;
  }
  const safe = method === 'GET' || method === 'HEAD';
  const piped = PIPED.test(path);
  const site = parts.site();
  const host = checkHost(request.headers.host, site);
  const isForProxy = parts.door.isBehindProxy(request.socket.remoteAddress) && !isSecure;
  if ((host.kind === 'redirect' || isForProxy) && safe && !piped) {
    const to = host.kind === 'redirect' ? host.to : site.address;
    response.writeHead(308, { location: `${to}${request.url ?? '/'}`, 'cache-control': 'no-store' });
    response.end();
    return;
  }
  if (host.kind !== 'ours') {
    sendRefusal(response, 421, 'foreign-host', `This server is not called that: use ${site.address}.`);
    return;
  }
  if (isForProxy) {
    sendRefusal(response, 403, 'not-encrypted', `This console is reached by https: ${site.address}.`);
    return;
  }
  if (isSecure && !request.headers.host?.startsWith('localhost')) {
    response.setHeader('strict-transport-security', HSTS);
  }
  if (!safe && !isOwnOrigin(request.headers.origin, request.headers.host, isSecure ? 'tls' : 'plain')) {
    sendRefusal(response, 403, 'foreign-origin', 'This request comes from a page of another origin.');
    return;
  }
  if (piped) {
    const bucket = path === '/halt' ? halts : requests;
    if (bucket.take(address, parts.clock.monotonicMicros() / 1000))
      parts.pipe.pass(request, response, address);
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
