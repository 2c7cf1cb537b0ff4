import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { refuse } from '../../protocol/result.ts';
import { SystemClock } from '../clock.ts';
import { openDatabase } from './open-database.ts';
import { need } from './testing/need.ts';

const folder = mkdtempSync(join(tmpdir(), 'cwts-open-'));
const clock = new SystemClock();
const cannotRun = () => Promise.resolve(refuse('embedded-missing', 'There are no such programs here.'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('where PostgreSQL can’t run, PGlite is taken, and keeps its files', async () => {
  const settings = { kind: 'auto', url: null, folder } as const;
  const first = need(await openDatabase(settings, clock, cannotRun));
  expect(first.kind).toBe('pglite');
  await first.script('CREATE TABLE kept (n int); INSERT INTO kept VALUES (3)');
  await first.close();
  const again = need(await openDatabase(settings, clock, cannotRun));
  expect(await again.query('SELECT n FROM kept')).toEqual([{ n: 3 }]);
  await again.close();
});

it('what was asked for and can’t be had is refused by name, not replaced', async () => {
  const ask = (kind: 'embedded' | 'url' | 'none') =>
    openDatabase({ kind, url: null, folder }, clock, cannotRun);
  expect(await ask('embedded')).toMatchObject({ error: { code: 'embedded-missing' } });
  expect(await ask('url')).toMatchObject({ error: { code: 'database-url-missing' } });
  expect(await ask('none')).toMatchObject({ error: { code: 'store-none' } });
});
