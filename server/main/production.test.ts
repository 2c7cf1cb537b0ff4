import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readConfig } from '../config/config.ts';
import { hasOpenssl, makePair } from '../relay/testing/certificates.ts';
import { productionRefusal } from './production.ts';

const folder = mkdtempSync(join(tmpdir(), 'cwts-production-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe.skipIf(!hasOpenssl())('production does not start (needs openssl)', () => {
  const file = join(folder, 'production.toml');
  const refusal = (edit: (toml: string) => string, nodeVersion = 'v24.1.0'): string => {
    const read = readConfig(edit(readFileSync('config/production.toml', 'utf8')), file);
    if (!read.ok) return read.error.code;
    const around = { nodeVersion, environment: {}, nowMs: Date.now() };
    return productionRefusal(read.value, file, around)?.code ?? 'starts';
  };

  it('without each thing that it needs, by its own name, and last because its venues are not done', () => {
    const same = (toml: string): string => toml;
    expect(refusal(same, 'v18.0.0')).toBe('runtime-over');
    expect(
      refusal((toml) => toml.replace('allow_old_runtime = false', 'allow_old_runtime = true'), 'v18.0.0'),
    ).toBe('key-file-unreadable');
    const key = 'vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A';
    writeFileSync(join(folder, 'venue.key'), `key = "${key}"\nsecret = "change-me-please-00"\n`, {
      mode: 0o600,
    });
    expect(refusal(same)).toBe('key-placeholder');
    writeFileSync(join(folder, 'venue.key'), `key = "${key}"\nsecret = "${key}"\n`);
    expect(refusal(same)).toBe('key-file-unreadable');
    makePair(folder, 'console', 30, ['other.example']);
    expect(refusal(same)).toBe('certificate-name');
    makePair(folder, 'console', 30, ['console.desk.example']);
    expect(refusal(same)).toBe('anchors-missing');
    for (const anchor of ['anchor_file = "/mnt/heads.txt"', 'anchor_webhook = "https://heads.example/"']) {
      expect(refusal((toml) => `${toml}\n[audit]\n${anchor}\n`)).toBe('production-unfinished');
    }
    const demo = readConfig(readFileSync('config/demo.toml', 'utf8'), 'demo.toml');
    expect(
      demo.ok && productionRefusal(demo.value, file, { nodeVersion: 'v1', environment: {}, nowMs: 0 }),
    ).toBeNull();
  });
});

describe('the stages of npm test', () => {
  const script = (text: string): unknown =>
    JSON.parse(execFileSync(process.execPath, ['--input-type=module', '--eval', text], { encoding: 'utf8' }));

  it('a serious fault of a package fails, a registry that cannot be asked is said', () => {
    const read = (answer: unknown): unknown => {
      const module = JSON.stringify(join(process.cwd(), 'scripts/lib/npm-audit.mjs'));
      const text = JSON.stringify(typeof answer === 'string' ? answer : JSON.stringify(answer));
      return script(`import { readAudit } from ${module}; console.log(JSON.stringify(readAudit(${text})))`);
    };
    const counts = { critical: 0, high: 1, moderate: 2, low: 0, info: 0, total: 3 };
    const via = [{ title: 'Prototype pollution' }];
    const vulnerabilities = {
      x: { name: 'x', severity: 'high', via },
      y: { name: 'y', severity: 'moderate', via },
    };
    expect(read({ metadata: { vulnerabilities: counts }, vulnerabilities })).toMatchObject({
      ...{ asked: true, counts: { high: 1, moderate: 2 } },
      worst: [{ name: 'x', severity: 'high', title: 'Prototype pollution' }],
    });
    expect(read({ error: { summary: 'no network' } })).toEqual({ asked: false, why: 'no network' });
    expect(read('')).toMatchObject({ asked: false });
  });

  it('a test that passed at its second try counts as passed, and as flaky', () => {
    const file = join(folder, 'e2e.json');
    writeFileSync(file, JSON.stringify({ stats: { expected: 3, flaky: 2, unexpected: 0, skipped: 1 } }));
    const module = JSON.stringify(join(process.cwd(), 'scripts/test/counts.mjs'));
    const text = `import { playwrightCount } from ${module};
      console.log(JSON.stringify(playwrightCount(${JSON.stringify(file)})(true)))`;
    expect(script(text)).toEqual({ passed: 5, failed: 0, skipped: 1, flaky: 2 });
  });
});
