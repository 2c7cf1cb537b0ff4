/** What lasts over restarts, changed configurations, strangers' guesses and stepping clocks. */
import { existsSync, mkdtempSync, readFileSync, rmSync, chmodSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import {
  codeOf,
  from,
  operator,
  sealingKey,
  second,
  TestIdentity,
  USERS,
  value,
} from '../testing/identity.ts';
import { serverAuthor } from './author.ts';
import { loadOrMakeKey, loadSealingKey } from './key-file.ts';
import { LINK_MICROS } from './links.ts';
import { seal, unseal } from './seal.ts';
import { ENDS_MICROS } from './session-times.ts';

const HOUR_MS = 3_600_000;
const [first, other, admin] = USERS;

describe('the configuration’s users', () => {
  it('make the first start only; what differs later is said and changes nothing', async () => {
    const desk = await TestIdentity.open();
    const { cookie } = await desk.enrol(operator);
    desk.restart();
    const before = desk.entries.length;
    expect(await desk.auth.directory.seed(USERS)).toBeNull();
    const sentence = await desk.auth.directory.seed([{ ...first, role: 'viewer' }, admin]);
    expect(sentence).toContain('operator, second');
    expect(desk.entries).toHaveLength(before);
    expect(desk.who(cookie).role).toBe('trader');
    expect(desk.auth.users.map(({ id }) => id)).toEqual([first.id, other.id, admin.id]);
  });
});

describe('strangers’ wrong codes', () => {
  const guess = (desk: TestIdentity, address: string) => desk.login('operator', '000000', address);

  it('from elsewhere do not keep the operator out', async () => {
    const desk = await TestIdentity.open();
    const { secret } = await desk.enrol(operator);
    for (let i = 0; i < 30; i++) await guess(desk, 'elsewhere');
    expect(codeOf(await guess(desk, 'elsewhere'))).toBe('too-many-attempts');
    expect(codeOf(await desk.login('operator', desk.code(secret, 1), 'desk'))).toBe('ok');
  });

  it('from many addresses are delayed by account; who signed in from here before does not wait', async () => {
    const desk = await TestIdentity.open();
    const { secret } = await desk.enrol(operator);
    expect(codeOf(await desk.login('operator', desk.code(secret, 1), 'desk'))).toBe('ok');
    desk.clock.advance(60_000);
    for (let i = 0; i < 60; i++) await guess(desk, `bot${i}`);
    expect(codeOf(await guess(desk, 'fresh'))).toBe('too-many-attempts');
    expect(codeOf(await desk.login('operator', desk.code(secret, 1), 'desk'))).toBe('ok');
    // A link from the server's machine lets in from anywhere.
    desk.clock.advance(30_000);
    const token = await desk.link(operator);
    const method = { kind: 'code', code: desk.code(secret, 1) } as const;
    expect(codeOf(await desk.auth.enrolment.finish(token, method, from('hotel')))).toBe('ok');
  });

  it('at a link are delayed too', async () => {
    const desk = await TestIdentity.open();
    await desk.enrol(operator);
    const token = await desk.link(operator);
    const codes = [];
    for (let i = 0; i < 4; i++) {
      codes.push(
        codeOf(await desk.auth.enrolment.finish(token, { kind: 'code', code: '000000' }, from(`a${i}`))),
      );
    }
    expect(codes).toEqual(['wrong-code', 'wrong-code', 'wrong-code', 'too-many-attempts']);
  });
});

describe('R-52: a wall clock that steps', () => {
  it('back makes no session and no link last longer', async () => {
    const desk = await TestIdentity.open();
    const { cookie } = await desk.enrol(operator);
    const token = await desk.link(second);
    desk.clock.stepWall(-48 * HOUR_MS);
    expect(desk.auth.identify(cookie)).not.toBeNull();
    desk.clock.advance(LINK_MICROS / 1000 - 1);
    expect(codeOf(desk.auth.enrolment.start(token))).toBe('ok');
    desk.clock.advance(1);
    expect(codeOf(desk.auth.enrolment.start(token))).toBe('link-unknown');
    expect(desk.who(cookie).authority).toBe('full');
    desk.clock.advance(15 * 60_000);
    expect(desk.who(cookie).authority).toBe('idle');
    desk.clock.advance(11.5 * HOUR_MS);
    expect(desk.who(cookie).authority).toBe('watching');
    desk.clock.advance(12 * HOUR_MS);
    const ended: string[] = [];
    desk.auth.onRevoked((key) => ended.push(key));
    expect(desk.auth.identify(cookie)).toBeNull();
    desk.auth.expire();
    expect(ended).toHaveLength(1);
  });

  it('back while the server was down makes no session longer than a new one', async () => {
    const desk = await TestIdentity.open();
    const { cookie } = await desk.enrol(operator);
    desk.clock.stepWall(-100 * HOUR_MS);
    desk.restart();
    expect(desk.who(cookie).authority).toBe('idle');
    desk.clock.advance(ENDS_MICROS / 1000);
    expect(desk.auth.identify(cookie)).toBeNull();
  });

  it('forward takes authority to raise risk past its end, and nobody’s way to halt; what lasted, ends', async () => {
    const desk = await TestIdentity.open();
    const { cookie } = await desk.enrol(operator);
    desk.clock.stepWall(11 * HOUR_MS);
    expect(desk.who(cookie).authority).toBe('full');
    desk.clock.stepWall(2 * HOUR_MS);
    expect(desk.who(cookie).authority).toBe('watching');
    desk.clock.stepWall(40 * 24 * HOUR_MS);
    value(await desk.auth.links.make(second, serverAuthor, { reset: false }));
    desk.auth.expire();
    expect(desk.who(cookie)).toMatchObject({ authority: 'watching' });
    expect(desk.who(cookie).may('halt')).toBe(true);
    desk.clock.advance(ENDS_MICROS / 1000);
    expect(desk.auth.identify(cookie)).toBeNull();
  });

  it('takes codes of the machine’s time, none twice, and counts delays as before', async () => {
    const desk = await TestIdentity.open();
    const { secret } = await desk.enrol(operator);
    const used = desk.code(secret);
    expect(codeOf(await desk.spend(operator, 'release', used))).toBe('ok');
    desk.clock.stepWall(HOUR_MS);
    expect(codeOf(await desk.spend(operator, 'release', used))).toBe('wrong-code');
    expect(codeOf(await desk.spend(operator, 'release', desk.code(secret)))).toBe('ok');
    desk.clock.stepWall(-HOUR_MS);
    expect(codeOf(await desk.spend(operator, 'release', used))).toBe('code-used');
    for (let i = 0; i < 3; i++) await desk.spend(operator, 'halt', '000000');
    desk.clock.stepWall(HOUR_MS);
    expect(codeOf(await desk.spend(operator, 'halt', desk.code(secret)))).toBe('too-many-attempts');
    desk.clock.advance(1000);
    expect(codeOf(await desk.spend(operator, 'halt', desk.code(secret)))).toBe('ok');
  });
});

describe('secrets at rest', () => {
  it('open with their key, for their owner, unchanged; else not at all', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 60 }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (text, at, flip) => {
          const sealed = seal(text, 'totp:a', sealingKey, Buffer.alloc(12, 1));
          expect(unseal(sealed, 'totp:a', sealingKey)).toBe(text);
          expect(unseal(sealed, 'totp:b', sealingKey)).toBeNull();
          expect(unseal(sealed, 'totp:a', Buffer.alloc(32, 8))).toBeNull();
          const bytes = Buffer.from(sealed.slice(3), 'base64url');
          const i = at % bytes.length;
          bytes[i] = (bytes[i] ?? 0) ^ flip;
          expect(unseal(`v1.${bytes.toString('base64url')}`, 'totp:a', sealingKey)).toBeNull();
        },
      ),
    );
  });

  const folder = mkdtempSync(join(tmpdir(), 'cwts-seal-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('their key’s file is mode 600, made once, and refused when others can read it', () => {
    const file = join(folder, 'made.key');
    const made = value(loadOrMakeKey(file));
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(value(loadOrMakeKey(file)).key).toEqual(made.key);
    chmodSync(file, 0o640);
    expect(codeOf(loadOrMakeKey(file))).toBe('key-file-open');
    chmodSync(file, 0o600);
    writeFileSync(file, readFileSync(file, 'utf8').slice(3));
    expect(codeOf(loadOrMakeKey(file))).toBe('key-file-invalid');
  });

  it('their key is made while nobody has enrolled; then a missing or another one refuses the start', async () => {
    const desk = await TestIdentity.open();
    const file = join(folder, 'secrets.key');
    expect(codeOf(loadSealingKey(file, desk.auth.users))).toBe('ok');
    await desk.enrol(operator);
    expect(loadSealingKey(file, desk.auth.users)).toMatchObject({
      error: { code: 'secrets-key-wrong', sentence: expect.stringContaining('operator') as string },
    });
    rmSync(file);
    expect(codeOf(loadSealingKey(file, desk.auth.users))).toBe('secrets-key-missing');
    expect(existsSync(file)).toBe(false);
    writeFileSync(file, sealingKey.toString('base64url'), { mode: 0o600 });
    expect(value(loadSealingKey(file, desk.auth.users))).toEqual(sealingKey);
  });
});
