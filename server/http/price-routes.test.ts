import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import cookie from '@fastify/cookie';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { pricesReplySchema } from '../../protocol/prices.ts';
import type { Micros } from '../../protocol/units.ts';
import { importBytes } from '../../shaders/prices/prices.testkit.ts';
import { importFile } from '../prices/import-file.ts';
import { PriceFolder } from '../prices/price-folder.ts';
import { identityAs } from '../testing/session-view.ts';
import { addPriceRoutes } from './price-routes.ts';
import { useSessionCookies } from './session-cookie.ts';

const dir = mkdtempSync(join(tmpdir(), 'price-routes-'));
const folder = new PriceFolder(join(dir, 'prices'));
let app: FastifyInstance;
let isSignedIn = true;
let sha256 = '';

beforeAll(async () => {
  const file = join(dir, 'a.csv');
  writeFileSync(file, 'date,A\n2020-01-01,100\n2020-01-02,110\n');
  const asked = { file, name: 'a', asPrinted: false };
  const done = await importFile(asked, folder, 5 as Micros, () => undefined);
  if (!done.ok) throw new Error(done.error.sentence);
  sha256 = done.value.stored.sha256;
  app = Fastify();
  await app.register(cookie);
  useSessionCookies(app, false);
  addPriceRoutes(app, {
    prices: folder,
    auth: { identify: () => (isSignedIn ? identityAs('viewer') : null) },
  });
});
afterAll(async () => {
  await app.close();
  rmSync(dir, { recursive: true });
});

it('lists what was imported, and gives the file to whoever is signed in', async () => {
  const listed = pricesReplySchema.parse((await app.inject('/api/prices')).json());
  expect(listed.prices).toMatchObject([{ name: 'a', sha256, samples: 1 }]);
  const given = await app.inject(`/api/prices/${sha256}`);
  expect(given.headers).toMatchObject({
    ...{ 'content-type': 'application/gzip', 'cache-control': 'private, no-cache', etag: `"${sha256}"` },
    'content-length': String(listed.prices[0]?.bytes),
  });
  const read = await importBytes(given.rawPayload);
  expect(read.ok && read.value.sha256).toBe(sha256);
});

it('sends nothing again that the reader has', async () => {
  const headers = { 'if-none-match': `"${sha256}"` };
  const given = await app.inject({ url: `/api/prices/${sha256}`, headers });
  expect([given.statusCode, given.body]).toEqual([304, '']);
});

it('tells nobody else anything, not even that they have it', async () => {
  isSignedIn = false;
  for (const url of ['/api/prices', `/api/prices/${sha256}`]) {
    const refused = await app.inject({ url, headers: { 'if-none-match': `"${sha256}"` } });
    expect([refused.statusCode, refused.json<{ code: string }>().code]).toEqual([401, 'not-signed-in']);
  }
  isSignedIn = true;
});

it.each(['0'.repeat(64), 'a', '..%2f..%2fsecrets.key'])('there is nothing at %s', async (name) => {
  expect((await app.inject(`/api/prices/${name}`)).statusCode).toBe(404);
});
