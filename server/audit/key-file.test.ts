import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadAuditKey } from './key-file.ts';
import { HeadSigner } from './signer.ts';

const folder = mkdtempSync(join(tmpdir(), 'cwts-audit-key-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const write = (file: string, text: string): void => writeFileSync(file, text, { mode: 0o600 });
const load = (name: string, environment: Record<string, string> = {}) =>
  loadAuditKey({
    file: join(folder, name, 'keys', 'audit.key'),
    verifierFile: join(folder, `${name}.verifier`),
    environment,
    write,
  });

describe('the log’s key', () => {
  it('is made once, in a file of its own that only its user reads', () => {
    const made = load('a');
    if (!made.ok) throw new Error(made.error.sentence);
    const file = join(folder, 'a', 'keys', 'audit.key');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const again = load('a');
    expect(again.ok && again.value.verifier).toBe(made.value.verifier);
    chmodSync(file, 0o644);
    expect(load('a')).toMatchObject({ ok: false, error: { code: 'key-file-open' } });
  });

  it('of a log that was signed before is never replaced in silence', () => {
    write(join(folder, 'b.verifier'), 'x');
    expect(load('b')).toMatchObject({ ok: false, error: { code: 'audit-key-missing' } });
    const signer = HeadSigner.generate();
    const given = load('b', { CWTS_AUDIT_KEY: signer.toPem() });
    expect(given.ok && given.value.verifier).toBe(signer.verifier);
  });

  it('of another kind is refused, and not printed', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    for (const text of [pem, 'no key']) {
      const refused = load('c', { CWTS_AUDIT_KEY: text });
      expect(refused).toMatchObject({ ok: false, error: { code: 'audit-key-malformed' } });
      expect(JSON.stringify(refused)).not.toContain(text.slice(30, 60) || 'no key');
    }
    expect(() => readFileSync(join(folder, 'c', 'keys', 'audit.key'))).toThrow('ENOENT');
  });
});
