import { request as httpRequest } from 'node:http';
import { expect, test } from '../fixtures.ts';
import type { Desk } from '../harness/desk.ts';

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

function ask(desk: Desk, path: string, headers: Record<string, string>, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port: desk.consolePort, path, method, headers };
    const request = httpRequest(options, (response) => {
      let body = '';
      response.on('data', (bytes: Buffer) => (body += bytes.toString()));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      );
    });
    request.on('upgrade', (_, socket) => {
      socket.destroy();
      resolve({ status: 101, headers: {}, body: '' });
    });
    request.on('error', reject);
    request.end();
  });
}

const upgrade = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
};
const SOCKET = '/socket.io/?EIO=4&transport=websocket';

test('foreign hosts and origins are refused, a number is sent to the name', async ({ desk }) => {
  const own = `localhost:${desk.consolePort}`;

  await test.step('a page asked for by another name (DNS rebinding)', async () => {
    const answer = await ask(desk, '/', { host: 'evil.example' });
    expect(answer.status).toBe(421);
    expect(answer.body).toContain('This server is not called that');
  });

  await test.step('by number', async () => {
    const answer = await ask(desk, '/enrol?x=1', { host: `127.0.0.1:${desk.consolePort}` });
    expect(answer.status).toBe(308);
    expect(answer.headers['location']).toBe(`${desk.console}/enrol?x=1`);
  });

  await test.step('a command from a page of another origin, or of none', async () => {
    for (const origin of [{ origin: 'http://evil.example' }, { origin: 'null' }, {}]) {
      for (const path of ['/auth/login', '/api/v1/commands', '/halt']) {
        const answer = await ask(desk, path, { host: own, 'x-cwts': '1', ...origin }, 'POST');
        expect(answer.status, `${path} ${JSON.stringify(origin)}`).toBe(403);
      }
    }
  });

  await test.step('a socket of another origin', async () => {
    const refused = await ask(desk, SOCKET, { host: own, origin: 'http://evil.example', ...upgrade });
    expect(refused.status).not.toBe(101);
    const accepted = await ask(desk, SOCKET, { host: own, origin: desk.console, ...upgrade });
    expect(accepted.status).toBe(101);
  });

  await test.step('strategies without their key', async () => {
    const answer = await fetch(`${desk.control}/api/v1/orders`, {
      headers: { authorization: 'Bearer wrong' },
    });
    expect(answer.status).toBe(401);
  });
});

test('the page is served with a policy that lets nothing foreign in', async ({ desk }) => {
  const answer = await ask(desk, '/', { host: `localhost:${desk.consolePort}` });
  expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
  expect(answer.headers['cross-origin-opener-policy']).toBe('same-origin');
});
