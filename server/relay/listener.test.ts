import type { IncomingMessage, RequestListener } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { Harness, type HarnessOptions } from './testing/harness.ts';

let harness: Harness;
afterEach(() => harness.stop());
const started = async (options?: HarnessOptions): Promise<Harness> =>
  (harness = await new Harness(options).start());

/** A control thread that says what it was asked. */
const echo: RequestListener = (incoming, outgoing) => {
  let body = '';
  incoming.setEncoding('utf8');
  incoming.on('data', (chunk: string) => (body += chunk));
  incoming.on('end', () => {
    outgoing.setHeader('content-type', 'application/json');
    outgoing.setHeader('set-cookie', 'cwts_session=new; HttpOnly');
    const { method, url, headers } = incoming;
    outgoing.end(JSON.stringify({ method, url, headers, body }));
  });
};
interface Echo {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
}
const own = (): { origin: string } => ({ origin: `http://localhost:${harness.port}` });
const post = (
  path: string,
  headers: object = own(),
  body: string | Buffer = '{}',
): ReturnType<Harness['http']> => harness.http(path, { method: 'POST', headers, body });

describe('the page', () => {
  it('comes with headers that allow our own scripts, WASM and workers, and nothing else', async () => {
    await started();
    const { status, headers } = await harness.http('/');
    expect(status).toBe(200);
    const policy = headers['content-security-policy'];
    expect(policy).toContain("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'");
    expect(policy).not.toContain("'unsafe-inline'");
    expect(policy).not.toContain("'unsafe-eval'");
    expect(headers).toMatchObject({
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-cache',
      'content-type': 'text/html; charset=utf-8',
    });
  });

  it('hashed names are kept for good, others are asked for again', async () => {
    await started();
    const asset = await harness.http('/assets/main-AbCd1234.js');
    expect(asset.headers['cache-control']).toContain('immutable');
    const index = await harness.http('/', { headers: { 'if-none-match': 'x' } });
    const again = await harness.http('/', { headers: { 'if-none-match': index.headers.etag } });
    expect(again.status).toBe(304);
  });

  it.each([
    ['/enrol', 200],
    ['/enrol?x=1', 200],
    ['/missing.js', 404],
    ['/../package.json', 404],
    ['/%2e%2e/%2e%2e/etc/passwd', 200],
    ['/%E0%A4%A', 400],
    ['//evil.example/', 400],
  ])('%s answers %i and never leaves its folder', async (path, status) => {
    await started();
    const answer = await harness.http(path);
    expect(answer.status).toBe(status);
    if (status === 200) expect(answer.text).toContain('<title>console</title>');
  });

  it('can only be read', async () => {
    await started();
    expect((await post('/')).status).toBe(405);
  });
});

describe('Host', () => {
  it('127.0.0.1 is sent to localhost for the page only', async () => {
    await started({ controlHttp: echo });
    const host = `127.0.0.1:${harness.port}`;
    const page = await harness.http('/enrol?a=1', { headers: { host } });
    expect(page.status).toBe(308);
    expect(page.headers.location).toBe(`http://localhost:${harness.port}/enrol?a=1`);
    expect((await harness.http('/auth/session', { headers: { host } })).status).toBe(421);
    expect((await post('/halt', { host, origin: `http://${host}` })).status).toBe(421);
  });

  it.each(['evil.example', 'localhost', 'localhost:1'])(
    '%s is answered with 421 and a sentence',
    async (host) => {
      await started();
      const answer = await harness.http('/', { headers: { host } });
      expect(answer.status).toBe(421);
      expect((JSON.parse(answer.text) as { sentence: string }).sentence).toContain(
        `localhost:${harness.port}`,
      );
    },
  );
});

describe('Origin', () => {
  it.each([
    ['a foreign one', { origin: 'http://evil.example' }],
    ['none', {}],
    ['an opaque one', { origin: 'null' }],
  ])('%s changes nothing', async (_, headers) => {
    const asked: string[] = [];
    await started({
      controlHttp: (incoming, outgoing) => {
        asked.push(incoming.url ?? '');
        outgoing.end();
      },
    });
    for (const path of ['/halt', '/auth/login', '/api/v1/commands']) {
      expect((await post(path, headers)).status).toBe(403);
    }
    expect(asked).toEqual([]);
  });
});

describe('what is passed on', () => {
  it('goes unread to the control thread with our word for the address, and its answer comes back', async () => {
    await started({ controlHttp: echo });
    const headers = {
      ...own(),
      cookie: 'a=b',
      'x-cwts': '1',
      'x-cwts-address': '6.6.6.6',
      'x-forwarded-for': '6.6.6.6',
      'x-real-ip': '6.6.6.6',
      connection: 'close',
    };
    const answer = await post('/auth/login?x=1', headers, 'not even JSON');
    const heard = JSON.parse(answer.text) as Echo;
    expect(heard).toMatchObject({ method: 'POST', url: '/auth/login?x=1', body: 'not even JSON' });
    expect(heard.headers).toMatchObject({
      cookie: 'a=b',
      'x-cwts': '1',
      origin: own().origin,
      host: `localhost:${harness.port}`,
    });
    expect(heard.headers['x-cwts-address']).toMatch(/127\.0\.0\.1$/);
    expect(JSON.stringify(heard)).not.toContain('6.6.6.6');
    expect(answer.headers['set-cookie']).toEqual(['cwts_session=new; HttpOnly']);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
  });

  it.each(['/api/v1/orders', '/auth/session', '/halt'])('%s', async (path) => {
    await started({ controlHttp: echo });
    expect((JSON.parse((await harness.http(path)).text) as Echo).url).toBe(path);
  });

  it.each(['/health', '/metrics', '/strategy/', '/halt/x', '/apix'])(
    '%s of the control thread is not public',
    async (path) => {
      await started({ controlHttp: echo });
      expect((await harness.http(path)).text).not.toContain('"method"');
    },
  );

  it('over 64 KiB is refused, said to be long or found to be', async () => {
    await started({ controlHttp: echo });
    expect((await post('/api/v1/orders', own(), Buffer.alloc(64 * 1024 + 1))).status).toBe(413);
    const chunked = await new Promise<string>((resolve) => {
      const socket = connect(harness.port, '127.0.0.1');
      let text = '';
      socket.on('data', (data) => (text += data.toString()));
      socket.on('close', () => resolve(text));
      socket.on('error', () => undefined);
      socket.write(
        `POST /api/v1/orders HTTP/1.1\r\nhost: localhost:${harness.port}\r\norigin: ${own().origin}\r\n` +
          'transfer-encoding: chunked\r\n\r\n',
      );
      for (let i = 0; i < 8; i++) socket.write(`4000\r\n${'x'.repeat(0x4000)}\r\n`);
    });
    expect(chunked).toContain(' 413 ');
  });

  it('with the control thread gone is 503, with one that is silent 504, each with a sentence', async () => {
    await started();
    const gone = await post('/halt');
    expect([gone.status, (JSON.parse(gone.text) as { code: string }).code]).toEqual([503, 'no-control']);
    await harness.stop();
    await started({ controlHttp: () => undefined, limits: { pipeMs: 30 } });
    const silent = await post('/halt');
    expect([silent.status, (JSON.parse(silent.text) as { code: string }).code]).toEqual([504, 'no-answer']);
  });

  it('that never end hold no way to the control thread: a halt goes through beside 80 of them', async () => {
    await started({ controlHttp: echo, limits: { requests: { perSecond: 1000, burst: 1000 } } });
    const half = Array.from({ length: 80 }, () => {
      const socket = connect(harness.port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.write(
        `POST /auth/login HTTP/1.1\r\nhost: localhost:${harness.port}\r\norigin: ${own().origin}\r\n` +
          'content-length: 10\r\n\r\n{',
      );
      return socket;
    });
    await Promise.all(half.map((socket) => new Promise((resolve) => socket.once('ready', resolve))));
    expect((await post('/halt')).status).toBe(200);
    expect((await post('/auth/login')).status).toBe(200);
    for (const socket of half) socket.destroy();
  });

  it('sign-ins that wait for their hash hold nothing else up, however their address is spelt', async () => {
    let waiting = 0;
    let met: () => void = () => undefined;
    const enough = new Promise<void>((resolve) => (met = resolve));
    await started({
      limits: { requests: { perSecond: 1000, burst: 1000 }, pipeMs: 500 },
      controlHttp: (incoming, outgoing) => {
        if (incoming.url === '/auth/session') outgoing.end('{}');
        else if (++waiting === 16) met();
      },
    });
    const signIns = Array.from({ length: 80 }, () => post('/auth/%6cogin').catch(() => null));
    await enough;
    const asked = await Promise.all(Array.from({ length: 3 }, () => harness.http('/auth/session')));
    expect(asked.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(waiting).toBe(16);
    await harness.stop();
    await Promise.all(signIns);
  });

  it('too often from one address is 429, and a halt has its own measure', async () => {
    await started({
      controlHttp: echo,
      limits: { requests: { perSecond: 1, burst: 2 }, halts: { perSecond: 1, burst: 1 } },
    });
    const statuses = [];
    for (let i = 0; i < 3; i++) statuses.push((await post('/auth/login')).status);
    expect(statuses).toEqual([200, 200, 429]);
    expect((await post('/halt')).status).toBe(200);
    expect((await post('/halt')).status).toBe(429);
    harness.clock.advance(1000);
    expect((await post('/auth/login')).status).toBe(200);
  });
});
