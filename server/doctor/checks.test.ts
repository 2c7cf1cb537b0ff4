import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readConfig, type Config } from '../config/config.ts';
import { runtimeLife } from '../config/runtime.ts';
import { examine } from './checks.ts';
import type { Facts, PersonFacts } from './facts.ts';
import { gather } from './gather.ts';

const DAY = 86_400_000;
const NOW = Date.parse('2026-01-05T12:00:00Z');

function config(file: 'demo' | 'production', edit = (toml: string): string => toml): Config {
  const read = readConfig(edit(readFileSync(`config/${file}.toml`, 'utf8')), file);
  if (!read.ok) throw new Error(read.error.sentence);
  return read.value;
}
const person = (user: string, more: Partial<PersonFacts> = {}): PersonFacts => ({
  ...{ user, role: 'administrator', factors: ['passkey', 'totp'], recoveryCodesLeft: 10 },
  ...more,
});
/** An installation at which there is nothing to say against. */
const sound: Facts = {
  config: config('production'),
  nowMs: NOW,
  node: { version: 'v24.1.0', life: runtimeLife('v24.1.0', NOW) },
  uid: 1001,
  certificate: { validTo: NOW + 90 * DAY },
  venueKey: null,
  configFile: { path: 'production.toml', mode: 0o600 },
  data: { folder: { path: 'data', mode: 0o700 }, open: [], keyBesideLog: false, freeBytes: 2e11 },
  people: [person('ada'), person('bob'), person('eve', { role: 'trader' })],
  elsewhere: {
    anchors: [{ what: '/mnt/a', sameDisk: false }],
    copies: [{ what: '/mnt/b', sameDisk: false }],
  },
  clock: {
    state: 'ok',
    offsetMicros: 10,
    errorMicros: 900,
    boundMicros: 50_000,
    sentence: 'Fine.',
    servers: [],
  },
};
const bad = (facts: Partial<Facts>): string[] =>
  examine({ ...sound, ...facts })
    .filter(({ severity }) => severity !== 'good')
    .map(({ id, severity }) => `${severity} ${id}`);

describe('the doctor', () => {
  it('finds nothing where nothing is weak, and every finding has its sentence', () => {
    expect(bad({})).toEqual([]);
    for (const finding of examine(sound)) expect(finding.sentence).toMatch(/^[A-Z0-9].*[.]$/);
  });

  const data = sound.data;
  if (!data) throw new Error('data');
  const clock = (state: 'over' | 'warned' | 'unknown') => ({ ...sound.clock, state });
  const code = (code_: string) => ({ code: code_, sentence: 'It is so.' });
  it.each<[string, Partial<Facts>, string[]]>([
    [
      'a Node past its end',
      { node: { version: 'v20.20.2', life: runtimeLife('v20.20.2', NOW + 300 * DAY) } },
      ['dangerous node-over'],
    ],
    ['root', { uid: 0 }, ['dangerous root']],
    ['a certificate that ends soon', { certificate: { validTo: NOW + 5 * DAY } }, ['weak certificate-soon']],
    ['one that is over', { certificate: code('certificate-expired') }, ['dangerous certificate-expired']],
    ['a placeholder key', { venueKey: code('key-placeholder') }, ['dangerous key-placeholder']],
    [
      'a configuration others can write',
      { configFile: { path: 'x', mode: 0o620 } },
      ['dangerous config-writable'],
    ],
    ['an open folder', { data: { ...data, folder: { path: 'd', mode: 0o755 } } }, ['weak data-open']],
    [
      'readable files in an open folder',
      { data: { ...data, folder: { path: 'd', mode: 0o755 }, open: [{ path: 'd/x', mode: 0o644 }] } },
      ['dangerous data-readable'],
    ],
    ['keys beside the log', { data: { ...data, keyBesideLog: true } }, ['weak key-beside-log']],
    ['a full disk', { data: { ...data, freeBytes: 1e8 } }, ['dangerous disk']],
    ['a disk that fills', { data: { ...data, freeBytes: 3e9 } }, ['weak disk']],
    ['no data yet', { data: null }, ['unknown data']],
    ['no people known', { people: null }, ['unknown people']],
    [
      'no administrator',
      { people: [person('a', { role: 'trader' }), person('b', { role: 'trader' })] },
      ['dangerous no-administrator'],
    ],
    [
      'one administrator',
      { people: [person('a'), person('b', { role: 'trader' })] },
      ['weak one-administrator'],
    ],
    [
      'recovery codes used up',
      { people: [person('a', { recoveryCodesLeft: 0 }), person('b')] },
      ['weak recovery-used-up'],
    ],
    [
      'a code as the only factor',
      { people: [person('a', { factors: ['totp'] }), person('b')] },
      ['weak no-passkey'],
    ],
    [
      'who never enrolled',
      { people: [...(sound.people ?? []), person('x', { factors: [] })] },
      ['weak not-enrolled'],
    ],
    [
      'anchors on the log’s own disk',
      { elsewhere: { ...sound.elsewhere, anchors: [{ what: 'a', sameDisk: true }] } },
      ['dangerous anchors-missing'],
    ],
    ['no copy elsewhere', { elsewhere: { ...sound.elsewhere, copies: [] } }, ['dangerous copy-missing']],
    ['a clock that is off', { clock: clock('over') }, ['dangerous clock-off']],
    ['a clock near its bound', { clock: clock('warned') }, ['weak clock-near']],
    ['a clock nobody knows', { clock: clock('unknown') }, ['weak clock-unknown']],
    [
      'no list of addresses',
      { config: config('production', (toml) => toml.replace(/^allowed_addresses.*$/m, '')) },
      ['weak addresses'],
    ],
    ['a simulated profile', { config: config('demo') }, ['weak simulated']],
  ])('%s', (_, facts, expected) => expect(bad(facts)).toEqual(expected));

  it('on this machine only, an old Node and root are weak; served to others they are dangerous', () => {
    const old = { version: 'v20.20.2', life: runtimeLife('v20.20.2', NOW + 300 * DAY) };
    expect(bad({ config: config('demo'), node: old, uid: 0 })).toEqual([
      'weak node-over',
      'weak root',
      'weak simulated',
    ]);
    const open = config('demo', (toml) =>
      toml.replace(
        'host = "127.0.0.1"',
        'host = "0.0.0.0"\ntrusted_proxies = ["0.0.0.0/0"]\nallowed_hosts = ["x.example"]',
      ),
    );
    expect(bad({ config: open, node: old })).toEqual([
      'dangerous node-over',
      'dangerous proxy-wide',
      'weak addresses',
      'weak simulated',
    ]);
  });
});

describe('what it looks at', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cwts-doctor-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is the installation itself: modes, disks, the log’s people, places elsewhere', async () => {
    const file = join(folder, 'config.toml');
    writeFileSync(file, readFileSync('config/demo.toml'), { mode: 0o600 });
    const dataDir = join(folder, 'data');
    expect(await gather(file, dataDir)).toMatchObject({ ok: true, value: { data: null, people: null } });
    mkdirSync(join(dataDir, 'audit'), { recursive: true });
    writeFileSync(join(dataDir, 'secrets.key'), 'x');
    chmodSync(join(dataDir, 'secrets.key'), 0o644);
    chmodSync(dataDir, 0o755);
    const facts = await gather(file, dataDir);
    expect(facts).toMatchObject({
      value: {
        data: { folder: { mode: 0o755 }, open: [{ path: join(dataDir, 'secrets.key'), mode: 0o644 }] },
        people: [],
      },
    });
    expect(await gather(join(folder, 'none.toml'), dataDir)).toMatchObject({
      ok: false,
      error: { sentence: expect.stringContaining('it does not exist') as string },
    });
  });
});
