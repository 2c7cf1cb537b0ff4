import {
  chmodSync,
  copyFileSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readCertificate } from './certificate.ts';
import { hasOpenssl, makePair, type Pair } from './testing/certificates.ts';
import { Harness, type HarnessOptions } from './testing/harness.ts';

const folder = mkdtempSync(join(tmpdir(), 'cwts-tls-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe.skipIf(!hasOpenssl())('TLS (needs openssl)', () => {
  let good: Pair;
  let other: Pair;
  beforeAll(() => {
    good = makePair(folder, 'good');
    other = makePair(folder, 'other');
  });

  describe('a pair that is not good is refused by name', () => {
    const read = (
      pair: { certFile: string; keyFile: string | null },
      names: string[] = [],
      env = {},
    ): string => {
      const certificate = readCertificate(pair, names, env, Date.now());
      return certificate.ok ? 'accepted' : certificate.error.sentence;
    };
    const file = (name: string, text: string, mode = 0o600): string => {
      writeFileSync(join(folder, name), text, { mode });
      chmodSync(join(folder, name), mode);
      return join(folder, name);
    };

    it('a good one is served, its key from a file, the environment or systemd', () => {
      expect(read(good, ['desk.example', 'localhost:4400'])).toBe('accepted');
      const key = readFileSync(good.keyFile, 'utf8');
      expect(read({ ...good, keyFile: null }, [], { CWTS_TLS_KEY: key })).toBe('accepted');
      expect(read({ ...good, keyFile: null })).toContain('key is missing');
    });

    it('expired, not yet good, of another name, of another key', () => {
      expect(read(makePair(folder, 'old', -1))).toMatch(/^The certificate .*old\.crt expired on \d{4}-/);
      const early = readCertificate(good, [], {}, Date.now() - 86_400_000);
      expect(early).toMatchObject({ ok: false, error: { code: 'certificate-early' } });
      expect(read(good, ['evil.example:443'])).toBe(
        `The certificate ${good.certFile} is not for evil.example.`,
      );
      expect(read({ ...good, keyFile: other.keyFile })).toBe(
        `${other.keyFile} is not the key of the certificate ${good.certFile}.`,
      );
    });

    it('a key that others can read, that has a passphrase, that is none; a certificate that is none or not there', () => {
      const key = readFileSync(good.keyFile, 'utf8');
      expect(read({ ...good, keyFile: file('open.key', key, 0o644) })).toContain('it must be mode 600');
      const locked = key.replaceAll('PRIVATE KEY', 'ENCRYPTED PRIVATE KEY');
      expect(read({ ...good, keyFile: file('locked.key', locked) })).toContain('needs a passphrase');
      expect(read({ ...good, keyFile: file('junk.key', 'junk') })).toContain('is not a private key in PEM');
      expect(read({ ...good, certFile: file('junk.crt', 'junk') })).toContain('is not a certificate in PEM');
      expect(read({ ...good, certFile: join(folder, 'none') })).toContain('it does not exist');
    });
  });

  describe('the public port', () => {
    let harness: Harness;
    afterEach(() => harness.stop());
    const started = async (
      options: Omit<HarnessOptions, 'access'> & { access?: HarnessOptions['access'] } = {},
    ) => {
      harness = new Harness({
        allowedHosts: ['desk.example'],
        ...options,
        access: { tls: good, ...options.access },
      });
      harness.clock.stepWall(Date.now() - harness.clock.wallMicros() / 1000);
      return harness.start();
    };
    const ask = (path: string, headers: object = {}, method = 'GET') =>
      new Promise<{ status: number; headers: IncomingMessage['headers']; text: string }>(
        (resolve, reject) => {
          const options = {
            ...{
              host: '127.0.0.1',
              port: harness.port,
              path,
              method,
              agent: false as const,
              servername: 'localhost',
            },
            ca: readFileSync(good.certFile),
            headers: { host: 'desk.example', ...headers },
          };
          const outgoing = request(options, (incoming) => {
            let text = '';
            incoming.on('data', (chunk: Buffer) => (text += chunk.toString()));
            incoming.on('end', () =>
              resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text }),
            );
          });
          outgoing.on('error', reject);
          outgoing.end();
        },
      );
    const shake = (options: object) =>
      new Promise<{ protocol: string | null; serial: string }>((resolve, reject) => {
        const socket: TLSSocket = connect(
          {
            host: '127.0.0.1',
            port: harness.port,
            servername: 'localhost',
            rejectUnauthorized: false,
            ...options,
          },
          () => {
            resolve({ protocol: socket.getProtocol(), serial: socket.getPeerCertificate().serialNumber });
            socket.destroy();
          },
        );
        socket.on('error', reject);
      });

    it('speaks TLS 1.3 with a client that trusts its certificate, and no older one', async () => {
      await started();
      const answer = await ask('/');
      expect(answer.status).toBe(200);
      expect(answer.headers['strict-transport-security']).toBe('max-age=31536000');
      expect((await shake({})).protocol).toBe('TLSv1.3');
      await expect(shake({ maxVersion: 'TLSv1.2' })).rejects.toThrow();
    });

    it('serves consoles over wss, from an https page only', async () => {
      await started();
      const console = await harness.join({ rejectUnauthorized: false });
      await console.settle();
      expect(console.messages[0]?.type).toBe('snapshot');
      const plainPage = harness.open({
        rejectUnauthorized: false,
        extraHeaders: { origin: `http://localhost:${harness.port}` },
      });
      await new Promise((resolve) => plainPage.once('connect_error', resolve));
      expect(plainPage.connected).toBe(false);
    });

    it('changes nothing for a page of plain HTTP, and sends numbers to the name', async () => {
      await started();
      const own = { 'x-cwts': '1' };
      expect((await ask('/halt', { ...own, origin: 'http://desk.example' }, 'POST')).status).toBe(403);
      expect((await ask('/halt', { ...own, origin: 'https://desk.example' }, 'POST')).status).toBe(503);
      const number = await ask('/x', { host: `127.0.0.1:${harness.port}` });
      expect([number.status, number.headers.location]).toEqual([308, 'https://desk.example/x']);
      const local = await ask('/', { host: `localhost:${harness.port}` });
      expect(local.headers['strict-transport-security']).toBeUndefined();
    });

    it('sends plain HTTP beside it to https, and answers nothing else there', async () => {
      const free = createServer().listen(0, '127.0.0.1');
      await new Promise((resolve) => free.once('listening', resolve));
      const redirectPort = (free.address() as AddressInfo).port;
      await new Promise((resolve) => free.close(resolve));
      await started({ access: { redirectPort } });
      const plain = (method: string) =>
        new Promise<IncomingMessage>((resolve, reject) => {
          const options = {
            host: '127.0.0.1',
            port: redirectPort,
            path: '/enrol?x=1',
            method,
            agent: false as const,
          };
          httpRequest({ ...options, headers: { host: 'evil.example' } }, (answer) => {
            answer.resume();
            resolve(answer);
          })
            .on('error', reject)
            .end();
        });
      const page = await plain('GET');
      expect([page.statusCode, page.headers.location]).toEqual([308, 'https://desk.example/enrol?x=1']);
      expect((await plain('POST')).statusCode).toBe(403);
    });

    it('serves a renewed certificate without a restart, and keeps the old one when the new is not good', async () => {
      const live = { certFile: join(folder, 'live.crt'), keyFile: join(folder, 'live.key') };
      const put = ({ certFile, keyFile }: Pair): void => {
        for (const [from, to] of [
          [certFile, live.certFile],
          [keyFile, live.keyFile],
        ] as const) {
          copyFileSync(from, `${to}.new`);
          chmodSync(`${to}.new`, 0o600);
          renameSync(`${to}.new`, to);
        }
      };
      put(good);
      await started({ access: { tls: live } });
      const news = () => harness.control.sent.filter((message) => message.kind === 'certificate').at(-1);
      const before = await shake({});
      put({ certFile: other.certFile, keyFile: good.keyFile });
      harness.clock.advance(5_000);
      expect(news()).toMatchObject({ trouble: null });
      harness.clock.advance(5_000);
      expect(news()?.trouble).toContain('is not the key of the certificate');
      expect(await shake({})).toEqual(before);
      put(other);
      harness.clock.advance(5_000);
      expect(news()).toMatchObject({ trouble: null });
      const after = await shake({});
      expect(after.serial).not.toBe(before.serial);
    });

    it('refuses to start with an expired certificate, in a sentence', async () => {
      harness = new Harness({ access: { tls: makePair(folder, 'over', -1) } });
      harness.clock.stepWall(Date.now() - harness.clock.wallMicros() / 1000);
      await expect(harness.start()).rejects.toThrow(/expired on/);
    });
  });
});

describe('an address that is not on the list', () => {
  let harness: Harness;
  afterEach(() => harness.stop());

  it('gets no answer at all: neither to a request nor to a socket', async () => {
    harness = await new Harness({ access: { allowedAddresses: ['10.0.0.0/8'] } }).start();
    await expect(harness.http('/')).rejects.toThrow(/socket hang up|ECONNRESET/);
    await expect(harness.http('/halt', { method: 'POST' })).rejects.toThrow(/socket hang up|ECONNRESET/);
    const socket = harness.open();
    await new Promise((resolve) => socket.once('connect_error', resolve));
    expect(socket.connected).toBe(false);
  });

  it('is refused behind a named proxy too, which is heard for those that are on it', async () => {
    harness = await new Harness({
      allowedHosts: ['desk.example'],
      access: { allowedAddresses: ['10.0.0.0/8'], trustedProxies: ['127.0.0.1'] },
      controlHttp: (incoming, outgoing) => outgoing.end(String(incoming.headers['x-cwts-address'])),
    }).start();
    const by = (address: string, scheme = 'https') => ({
      ...{ host: 'desk.example', origin: 'https://desk.example', 'x-forwarded-for': address },
      'x-forwarded-proto': scheme,
    });
    const post = (headers: object) => harness.http('/auth/login', { method: 'POST', headers });
    expect(await post(by('10.1.1.1'))).toMatchObject({ status: 200, text: '10.1.1.1' });
    expect(await post(by('6.6.6.6, 10.1.1.1'))).toMatchObject({ status: 200, text: '10.1.1.1' });
    expect((await post(by('10.1.1.1, 203.0.113.7'))).status).toBe(403);
    expect((await post({ host: 'desk.example', origin: 'https://desk.example' })).status).toBe(403);
    const page = await harness.http('/x', { headers: by('10.1.1.1', 'http') });
    expect([page.status, page.headers.location]).toEqual([308, 'https://desk.example/x']);
    expect((await post(by('10.1.1.1', 'http'))).status).toBe(403);
    const secure = await harness.http('/', { headers: by('10.1.1.1') });
    expect(secure.headers['strict-transport-security']).toBeDefined();
    const known = harness.open({ extraHeaders: by('10.1.1.1') });
    await new Promise<void>((resolve) => known.once('connect', () => resolve()));
    const stranger = harness.open({ extraHeaders: by('203.0.113.7') });
    await new Promise((resolve) => stranger.once('connect_error', resolve));
    expect([known.connected, stranger.connected]).toEqual([true, false]);
    const asked = harness.control.sent.find((message) => message.kind === 'identify');
    expect(asked?.kind === 'identify' && asked.address).toBe('10.1.1.1');
  });
});
