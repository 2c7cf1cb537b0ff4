import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codeOf, value } from '../testing/identity.ts';
import { HashingThreads } from './hashing.ts';

const root = join(import.meta.dirname, '../..');
/** Inside the project, so that the built thread finds its packages. */
const folder = mkdtempSync(join(root, 'node_modules/.hashing-test-'));
const entry = pathToFileURL(join(folder, 'hashing-thread.mjs'));
const open: HashingThreads[] = [];
const threads = (cores?: number): HashingThreads => {
  const made = new HashingThreads(entry, cores);
  open.push(made);
  return made;
};

beforeAll(async () => {
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    build: {
      ssr: join(import.meta.dirname, 'hashing-thread-entry.ts'),
      outDir: folder,
      emptyOutDir: false,
      rolldownOptions: { output: { entryFileNames: 'hashing-thread.mjs' } },
    },
  });
});
afterAll(async () => {
  await Promise.all(open.map((one) => one.close()));
  rmSync(folder, { recursive: true, force: true });
});

describe('hashing in threads of its own', () => {
  it('makes argon2id of 19 MiB and two passes, and knows it again, in any normal form', async () => {
    const hashing = threads();
    const hash = value(await hashing.hash('Zürich früh um sieben', 'a'));
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(value(await hashing.verify(hash, 'Zürich früh um sieben'.normalize('NFD'), 'a'))).toBe(true);
    expect(value(await hashing.verify(hash, 'Zurich fruh um sieben', 'a'))).toBe(false);
    expect(codeOf(await hashing.verify('no hash', 'x', 'a'))).toBe('failed');
  });

  it('takes so many and no more: 100 of one owner, while another’s one is served among them', async () => {
    const hashing = threads(2);
    const hash = value(await hashing.hash('some password or other', 'a'));
    const done: string[] = [];
    const ask = (owner: string) =>
      hashing.verify(hash, 'a guess', owner).then((result) => (done.push(owner), codeOf(result)));
    const flood = Array.from({ length: 150 }, () => ask('flood'));
    const one = ask('one');
    expect(await one).toBe('ok');
    expect(done.filter((owner) => owner === 'flood').length).toBeLessThan(60);
    const told = await Promise.all(flood);
    // One is in work when the hundred wait.
    expect(told.filter((code) => code === 'ok')).toHaveLength(101);
    expect(told.filter((code) => code === 'busy')).toHaveLength(49);
  });

  it('answers what waits when it is closed, and no more after that', async () => {
    const hashing = threads(2);
    const waiting = ['a', 'b', 'c'].map((owner) =>
      hashing.hash('some password or other', owner).then(codeOf),
    );
    await hashing.close();
    expect((await Promise.all(waiting)).every((code) => code === 'ok' || code === 'failed')).toBe(true);
    expect(codeOf(await hashing.hash('x', 'a'))).toBe('busy');
  });
});
