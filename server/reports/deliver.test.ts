/** Deliveries to servers of our own, with their faults. */
import { createServer as createHttp, type Server } from 'node:http';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import { afterEach, describe, expect, it } from 'vitest';
import { deliverer } from './deliver.ts';
import type { MailServer, Parcel } from './recipients.ts';

const parcel: Parcel = {
  reportId: 'incident-7',
  title: 'Halt\r\nBcc: somebody@example.org',
  key: 'incident-7/desk',
  json: '{"report":1}\n',
  html: '<!doctype html>',
  signature: 'c2ln',
};
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function webhook(answer: Parameters<typeof createHttp>[1]): Promise<string> {
  const server: Server = createHttp(answer as never);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/token-in-address`;
}
const to = (url: string) => ({ kind: 'webhook', name: 'desk', url }) as const;

describe('a webhook', () => {
  it('is given the signed document, its signature and the same key each time; its receipt is kept', async () => {
    const seen: unknown[] = [];
    const url = await webhook((request, response) => {
      const { 'idempotency-key': key, 'x-cwts-signature': signature } = request.headers;
      seen.push([request.method, key, signature]);
      response.end('thanks');
    });
    const sent = await deliverer(null)(to(url), parcel);
    await deliverer(null)(to(url), parcel);
    expect(sent).toMatchObject({
      ok: true,
      value: expect.stringMatching(/^200, body sha256 [0-9a-f]{64}$/) as unknown,
    });
    expect(seen).toEqual(Array(2).fill(['POST', 'incident-7/desk', 'c2ln']));
  });

  it.each([
    [
      '500',
      (_: unknown, response: { writeHead(n: number): { end(): void } }) => response.writeHead(500).end(),
      /answered 500/,
    ],
    ['a hang', () => undefined, /did not answer in time/],
    [
      'a redirect',
      (_: unknown, response: { writeHead(n: number, h: object): { end(): void } }) =>
        response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
      /could not be reached/,
    ],
  ] as const)('%s is no delivery, and the sentence holds no address', async (_name, answer, sentence) => {
    const url = await webhook(answer as never);
    const sent = await deliverer(null, 200)(to(url), parcel);
    expect(sent).toMatchObject({
      ok: false,
      error: { sentence: expect.stringMatching(sentence) as unknown },
    });
    expect(JSON.stringify(sent)).not.toContain('token-in-address');
  });
});

describe('mail', () => {
  async function mailServer(
    options: ConstructorParameters<typeof SMTPServer>[0],
  ): Promise<{ mail: MailServer; got: string[] }> {
    const got: string[] = [];
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onData: (stream, _session, done) => {
        let text = '';
        stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
        stream.on('end', () => {
          got.push(text);
          done();
        });
      },
      ...options,
    });
    server.on('error', () => undefined);
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', () => ready()));
    closing.push(() => new Promise<void>((done) => server.close(() => done())));
    const { port } = server.server.address() as AddressInfo;
    const mail = {
      host: '127.0.0.1',
      port,
      tls: 'none',
      from: 'console@example.org',
      user: null,
      password: null,
    } as const;
    return { mail, got };
  }
  const recipient = { kind: 'email', name: 'desk', to: 'compliance@example.org' } as const;

  it('carries page and signed document under one message id; a title can’t add a header', async () => {
    const { mail, got } = await mailServer({});
    expect(await deliverer(mail)(recipient, parcel)).toMatchObject({ ok: true });
    await deliverer(mail)(recipient, parcel);
    const ids = got.map((text) => /^Message-ID: (.*)$/m.exec(text)?.[1]);
    expect(ids[0]).toMatch(/@cwts-console>/);
    expect(ids[1]).toBe(ids[0]);
    expect(got[0]?.split(/\r?\n\r?\n/)[0]).not.toMatch(/^Bcc:/m);
    expect(got[0]).toContain('filename=incident-7.json');
  });

  it('is not sent in the clear where TLS is wanted, and a refusal is named without a password', async () => {
    const { mail, got } = await mailServer({});
    const secret = { user: 'u', password: 'not-for-the-log' };
    const refused = await deliverer({ ...mail, ...secret, tls: 'starttls' })(recipient, parcel);
    expect(refused.ok).toBe(false);
    expect(got).toEqual([]);
    const denying = await mailServer({ onAuth: (_auth, _session, done) => done(new Error('no')) });
    const denied = await deliverer({ ...denying.mail, ...secret })(recipient, parcel);
    expect(denied.ok).toBe(false);
    expect(JSON.stringify([refused, denied])).not.toContain('not-for-the-log');
  });
});

it('a folder gets whole files; one that is not there is said', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cwts-recipient-'));
  closing.push(() => rmSync(folder, { recursive: true }));
  expect(await deliverer(null)({ kind: 'folder', name: 'desk', folder }, parcel)).toMatchObject({ ok: true });
  expect(readFileSync(join(folder, 'incident-7.json'), 'utf8')).toBe(parcel.json);
  const gone = await deliverer(null)({ kind: 'folder', name: 'desk', folder: join(folder, 'no') }, parcel);
  expect(gone).toMatchObject({
    ok: false,
    error: { sentence: expect.stringContaining('ENOENT') as unknown },
  });
});
