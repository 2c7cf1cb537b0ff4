import cookie from '@fastify/cookie';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Refusal } from '../../protocol/result.ts';
import type { Clock } from '../clock.ts';
import { KeyedBuckets } from '../relay/limits.ts';
import { checkHead } from './guard.ts';

export const BODY_BYTES = 64 * 1024;
const REQUESTS = { perSecond: 200, burst: 600 };
const SIGN_INS = { perSecond: 2, burst: 20 };
/**
 * Routes where somebody who is not signed in may guess; what a session asks is limited as everything
 * else is. Routes, not addresses: `/auth/%6cogin` is the same route.
 */
const SIGN_IN = /^\/auth\/(login|passkey\/|enrol\/|wall\/start)/;

export interface ListenerParts {
  readonly clock: Clock;
  /** What this server answers to: `localhost:4400`, `127.0.0.1:4401` … as it is now. */
  readonly names: () => ReadonlySet<string>;
  /** Whether a bearer's key is a strategy's or this machine's own: any other word is worth nothing. */
  readonly isKnownKey: (key: string) => boolean;
  /** By which the relay shows that an `x-cwts-address` is its own word: any local program reaches this listener. */
  readonly relayKey: string;
  /** Told of what no caller is told: why a request failed. `route` is the pattern, not the address. */
  readonly failed: (error: unknown, method: string, route: string) => void;
}

/** The control thread's own loopback listener: the guards that stand before every route. */
export async function makeListener({
  clock,
  names,
  isKnownKey,
  relayKey,
  failed,
}: ListenerParts): Promise<FastifyInstance> {
  const app = Fastify({
    bodyLimit: BODY_BYTES,
    // No request's time-out may hold a clean stop up.
    forceCloseConnections: true,
    requestTimeout: 10_000,
    routerOptions: { maxParamLength: 64 },
  });
  await app.register(cookie);
  // JSON only: a form or a text body needs no permission of the browser to be sent anywhere.
  app.removeContentTypeParser('text/plain');
  const requests = new KeyedBuckets(REQUESTS);
  const signIns = new KeyedBuckets(SIGN_INS);

  app.addHook('onRequest', (request, reply, done) => {
    const now = clock.monotonicMicros() / 1000;
    const key = bearerOf(request);
    const isKnown = key !== null && isKnownKey(key);
    const refused = checkHead(
      {
        method: request.method,
        host: request.headers.host,
        origin: request.headers.origin,
        marker: header(request, 'x-cwts'),
        isKnown,
      },
      names(),
    );
    if (refused) return void send(reply, 403, refused);
    if (header(request, 'x-cwts-address') !== undefined && header(request, 'x-cwts-relay') !== relayKey) {
      const sentence = 'Where a request comes from is the relay’s to say.';
      return void send(reply, 403, { code: 'foreign-address', sentence });
    }
    const route = request.routeOptions.url ?? '';
    const isSignIn = SIGN_IN.test(route);
    // A strategy has limits of its own, where cancels pass, and none of them is for guessing; a halt has none here.
    const limited = isSignIn || (!isKnown && route !== '/halt');
    const address = addressOf(request);
    const asked = isSignIn ? signIns : requests;
    if (limited && !asked.take(address, now)) {
      return void send(reply, 429, {
        code: 'too-many-requests',
        sentence: 'Too many requests; wait a moment.',
      });
    }
    void reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff');
    done();
  });

  app.setNotFoundHandler((_request, reply) =>
    send(reply, 404, { code: 'not-found', sentence: 'There is nothing here.' }),
  );
  app.setErrorHandler((error: { statusCode?: number; code?: string; name?: string }, request, reply) => {
    const status = error.statusCode ?? 500;
    if (error.name === 'AuditBroken') {
      return send(reply, 503, {
        code: 'audit-broken',
        sentence: 'The audit log can’t be written; nothing was done.',
      });
    }
    if (status === 413)
      return send(reply, 413, { code: 'too-large', sentence: `A request is at most ${BODY_BYTES} bytes.` });
    if (status < 500)
      return send(reply, status, { code: 'bad-request', sentence: 'This request is not well formed.' });
    failed(error, request.method, request.routeOptions.url ?? 'unknown');
    return send(reply, 500, {
      code: 'failed',
      sentence: 'The server failed to answer; its own log says more.',
    });
  });
  return app;
}

/** Every refusal has the shape of a `Reply`: one that no rule of the gate made says so. */
export function send(reply: FastifyReply, status: number, { code, sentence }: Refusal): FastifyReply {
  return reply.code(status).send({ ok: false, code, sentence, rule: null });
}

export function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** The key of `Authorization: Bearer`, or null. */
export function bearerOf(request: FastifyRequest): string | null {
  return /^Bearer ([A-Za-z0-9_-]{20,100})$/.exec(request.headers.authorization ?? '')?.[1] ?? null;
}

/** The console's address as the relay wrote it; only this machine reaches this listener. */
export function addressOf(request: FastifyRequest): string {
  return header(request, 'x-cwts-address') ?? request.ip;
}
