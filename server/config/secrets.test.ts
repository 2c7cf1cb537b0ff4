import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { hidesPassword, loadSecret, readSecretFile } from './secrets.ts';

const folder = mkdtempSync(join(tmpdir(), 'cwts-secrets-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'venue.key');
const CREDENTIALS_DIRECTORY = join(folder, 'credentials');
beforeEach(() => {
  rmSync(CREDENTIALS_DIRECTORY, { recursive: true, force: true });
  mkdirSync(CREDENTIALS_DIRECTORY);
  writeFileSync(file, 'from the file\n', { mode: 0o600 });
  chmodSync(file, 0o600);
});
const load = (options: { file?: string; environment?: Record<string, string>; variable?: string } = {}) =>
  loadSecret({ name: 'venue-key', file: null, environment: {}, ...options });

describe('a secret comes', () => {
  it('from the environment, a file of mode 600, or a systemd credential, and from nowhere else', () => {
    expect(load()).toEqual({ ok: true, value: null });
    expect(load({ environment: { CWTS_VENUE_KEY: 'a' } })).toMatchObject({
      value: { text: 'a', from: 'environment' },
    });
    expect(load({ environment: { DATABASE_URL: 'b' }, variable: 'DATABASE_URL' })).toMatchObject({
      value: { text: 'b', where: 'the environment (DATABASE_URL)' },
    });
    expect(load({ file })).toMatchObject({ value: { text: 'from the file', from: 'file' } });
    writeFileSync(join(CREDENTIALS_DIRECTORY, 'cwts.venue-key'), 'c\n', { mode: 0o440 });
    expect(load({ environment: { CREDENTIALS_DIRECTORY } })).toMatchObject({
      value: { text: 'c', from: 'credential' },
    });
  });

  it('not from a file that others can read, that is another user’s, that is empty or none', () => {
    for (const mode of [0o644, 0o640, 0o604, 0o660]) {
      chmodSync(file, mode);
      expect(load({ file })).toMatchObject({ ok: false, error: { code: 'key-file-open' } });
    }
    chmodSync(file, 0o600);
    expect(readSecretFile(file, (process.getuid?.() ?? 0) + 1)).toMatchObject({
      error: { code: 'key-file-owner' },
    });
    writeFileSync(file, '\n');
    expect(load({ file })).toMatchObject({ error: { code: 'secret-empty' } });
    expect(load({ file: join(folder, 'none') })).toMatchObject({
      error: { sentence: `${join(folder, 'none')} can't be read: it does not exist.` },
    });
    expect(load({ file: CREDENTIALS_DIRECTORY })).toMatchObject({ ok: false });
  });

  it('not twice in two forms: which one counts would be a guess', () => {
    expect(load({ file, environment: { CWTS_VENUE_KEY: 'other' } })).toMatchObject({
      error: { code: 'secret-twice' },
    });
    expect(load({ file, environment: { CWTS_VENUE_KEY: 'from the file' } })).toMatchObject({ ok: true });
  });

  it('and no sentence quotes it', () => {
    const said = JSON.stringify(load({ file, environment: { CWTS_VENUE_KEY: 'hush' } }));
    expect(said).not.toMatch(/hush|from the file/);
  });
});

it.each([
  ['https://me:word@venue.example', true],
  ['postgres://me:word@db/x', true],
  ['postgres://me@db/x', false],
  ['http://127.0.0.1:4402', false],
  ['http://host:80/a:b@c', false],
])('%s carries a password: %s', (text, hidden) => expect(hidesPassword(text)).toBe(hidden));
