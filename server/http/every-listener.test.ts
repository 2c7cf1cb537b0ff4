/** Every way in, walked: no name but ours (DNS rebinding), no page but ours, on any listener. */
import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readdirSync, readFileSync } from 'node:fs';
import { Loopback, sendJson } from '../feeds/replay/loopback.ts';
import { Harness } from '../relay/testing/harness.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { makeListener } from './listener.ts';
import { StrategyLimits } from './strategy-limits.ts';
import { StrategySockets } from './strategy-sockets.ts';

const UPGRADE = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
};

/** The status of the answer; 101 when a socket was let in, 0 when the connection was just closed. */
function statusOf(
  port: number,
  method: string,
  path: string,
  headers: Record<string, string>,
): Promise<number> {
  return new Promise((resolve) => {
    const request = httpRequest(
      { host: '127.0.0.1', port, method, path, headers, agent: false },
      (answer) => {
        answer.resume();
        resolve(answer.statusCode ?? 0);
      },
    );
    request.on('upgrade', (_, socket) => {
      socket.destroy();
      resolve(101);
    });
    request.on('error', () => resolve(0));
    request.end();
  });
}

/** What no page of another origin and no other name may get from a listener. */
const LIES = (port: number) =>
  [
    ['a foreign name', { host: `evil.example:${port}`, origin: `http://evil.example:${port}` }],
    ['a foreign name that ends like ours', { host: `localhost:${port}.evil.example` }],
    ['no name of ours, but a number', { host: `10.0.0.1:${port}` }],
    ['a page of another origin', { host: `localhost:${port}`, origin: 'http://evil.example' }],
    ['a page of another port', { host: `localhost:${port}`, origin: 'http://localhost:1' }],
    ['a page without an origin', { host: `localhost:${port}`, origin: 'null' }],
  ] as const;
const isRefused = (status: number): boolean =>
  status === 0 || (status >= 400 && status < 500 && status !== 404);

describe('the public port', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await new Harness({ controlHttp: (_, outgoing) => outgoing.end('reached') }).start();
  });
  afterAll(() => harness.stop());

  it.each(['/auth/login', '/auth/anything/new', '/api/v1/commands', '/api/audit/records', '/halt'])(
    'POST %s is heard from our own page and from nobody else',
    async (path) => {
      const own = { host: `localhost:${harness.port}`, origin: `http://localhost:${harness.port}` };
      expect(await statusOf(harness.port, 'POST', path, own)).toBe(200);
      for (const [who, headers] of LIES(harness.port))
        expect([who, isRefused(await statusOf(harness.port, 'POST', path, headers))]).toEqual([who, true]);
    },
  );

  it.each(['/socket.io/?EIO=4&transport=websocket', '/socket.io/?EIO=4&transport=polling'])(
    'the consoles’ socket, %s',
    async (path) => {
      for (const [who, headers] of LIES(harness.port))
        expect([
          who,
          isRefused(await statusOf(harness.port, 'GET', path, { ...headers, ...UPGRADE })),
        ]).toEqual([who, true]);
    },
  );
});

describe('a replay’s own venue', () => {
  const replay = new Loopback({
    onSocket: () => undefined,
    onRequest: (_url, response) => sendJson(response, 200, '{}'),
  });
  afterAll(() => replay.close());

  it('answers our feed only', async () => {
    const port = await replay.listen();
    const own = { host: `127.0.0.1:${port}` };
    expect(await statusOf(port, 'GET', '/ws', { ...own, ...UPGRADE })).toBe(101);
    expect(await statusOf(port, 'GET', '/x', own)).not.toBe(403);
    for (const [who, headers] of [
      ...LIES(port),
      ['a page', { ...own, origin: `http://127.0.0.1:${port}` }] as const,
    ]) {
      expect([who, await statusOf(port, 'GET', '/x', headers)]).toEqual([who, 403]);
      expect([who, isRefused(await statusOf(port, 'GET', '/ws', { ...headers, ...UPGRADE }))]).toEqual([
        who,
        true,
      ]);
    }
  });
});

describe('the control listener', () => {
  const clock = new ManualClock();
  const names = new Set<string>();
  let app: Awaited<ReturnType<typeof makeListener>>;
  let sockets: StrategySockets;
  let port = 0;
  let reached = 0;
  const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH'] as const;
  beforeAll(async () => {
    app = await makeListener({
      clock,
      names: () => names,
      isKnownKey: () => false,
      relayKey: 'r'.repeat(43),
      failed: () => undefined,
    });
    // Whatever route is added, in whatever file, stands behind the same hook.
    app.route({ method: [...METHODS], url: '/*', handler: () => String((reached += 1)) });
    sockets = new StrategySockets(app.server, {
      clock,
      keys: {} as never,
      desk: {} as never,
      seen: () => undefined,
      limits: new StrategyLimits(clock),
      names: () => names,
    });
    await app.listen({ host: '127.0.0.1', port: 0 });
    port = (app.server.address() as { port: number }).port;
    names.add(`localhost:${port}`);
  });
  afterAll(async () => {
    sockets.close();
    await app.close();
  });

  it.each(METHODS)('%s of every route: refused before the route is reached', async (method) => {
    expect(await statusOf(port, method, '/x', { host: `localhost:${port}`, 'x-cwts': '1' })).toBe(200);
    reached = 0;
    for (const [who, headers] of LIES(port))
      expect([who, isRefused(await statusOf(port, method, '/x', { ...headers, 'x-cwts': '1' }))]).toEqual([
        who,
        true,
      ]);
    expect(reached).toBe(0);
  });

  it('the strategies’ socket: no page at all, and no other name', async () => {
    const path = '/strategy/?EIO=4&transport=websocket';
    expect(await statusOf(port, 'GET', path, { host: `localhost:${port}`, ...UPGRADE })).toBe(101);
    const ownPage = { host: `localhost:${port}`, origin: `http://localhost:${port}` };
    expect(isRefused(await statusOf(port, 'GET', path, { ...ownPage, ...UPGRADE }))).toBe(true);
    for (const [who, headers] of LIES(port))
      expect([who, isRefused(await statusOf(port, 'GET', path, { ...headers, ...UPGRADE }))]).toEqual([
        who,
        true,
      ]);
  });

  it('and these are all the listeners there are', () => {
    const makers = readdirSync('server', { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.ts$/.test(file) && !/\.test\.ts$|testing\//.test(file))
      .filter((file) =>
        /\b(createServer|createTlsServer|createSecureServer|Fastify)\(/.test(
          readFileSync(`server/${file}`, 'utf8'),
        ),
      )
      .sort();
    expect(makers).toEqual([
      'feeds/replay/loopback.ts',
      'http/listener.ts',
      'relay/listener.ts',
      'relay/redirect.ts',
    ]);
  });
});
