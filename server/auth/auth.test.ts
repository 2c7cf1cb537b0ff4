import fc from 'fast-check';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { StrategyId } from '../../protocol/units.ts';
import { codeOf, operator, sealingKey, second, TestIdentity, value } from '../testing/identity.ts';
import { LINK_MICROS, SESSION_MICROS } from './auth.ts';
import { loadOrMakeKey } from './key-file.ts';
import { seal, unseal } from './seal.ts';

describe('enrolment by link', () => {
  it('works once, shows the same secret until proven, and signs in', async () => {
    const desk = await TestIdentity.open();
    const { token } = value(await desk.auth.makeLink('operator', 'test'));
    const shown = value(desk.auth.startEnrolment(token));
    expect(value(desk.auth.startEnrolment(token))).toEqual(shown);
    const secret = shown.secret ?? '';
    expect(codeOf(await desk.auth.finishEnrolment(token, '000000', 'a'))).toBe('wrong-code');
    const both = await Promise.all([
      desk.auth.finishEnrolment(token, desk.code(secret), 'a'),
      desk.auth.finishEnrolment(token, desk.code(secret), 'a'),
    ]);
    expect(both.map(codeOf)).toEqual(['ok', 'link-unknown']);
    expect(desk.auth.identify(value(both[0]).cookie)?.view).toMatchObject({
      user: 'operator',
      role: 'trader',
    });
    expect(codeOf(desk.auth.startEnrolment(token))).toBe('link-unknown');
  });

  it('ends after 15 minutes, and is for users that exist', async () => {
    const desk = await TestIdentity.open();
    const { token } = value(await desk.auth.makeLink('operator', 'test'));
    desk.clock.advance(LINK_MICROS / 1000 - 1);
    expect(codeOf(desk.auth.startEnrolment(token))).toBe('ok');
    desk.clock.advance(1);
    expect(codeOf(desk.auth.startEnrolment(token))).toBe('link-unknown');
    expect(codeOf(await desk.auth.makeLink('nobody', 'test'))).toBe('unknown-user');
  });

  it('of somebody enrolled shows no secret and takes a code of theirs', async () => {
    const desk = await TestIdentity.open();
    const { secret } = await desk.enrol(operator);
    const { token } = value(await desk.auth.makeLink('operator', 'test'));
    expect(value(desk.auth.startEnrolment(token))).toMatchObject({
      enrolled: true,
      secret: null,
      otpauth: null,
    });
    expect(codeOf(await desk.auth.finishEnrolment(token, desk.code(secret), 'a'))).toBe('code-used');
    expect(codeOf(await desk.auth.finishEnrolment(token, desk.code(secret, 1), 'a'))).toBe('ok');
  });
});

describe('factors', () => {
  it('a step is used once for each purpose, so that a login does not refuse a halt', async () => {
    const desk = await TestIdentity.open();
    const { secret } = await desk.enrol(operator);
    const code = desk.code(secret);
    expect(codeOf(await desk.auth.login('operator', code, 'a'))).toBe('code-used');
    expect(codeOf(await desk.auth.spendFactor(operator, 'halt', code))).toBe('ok');
    expect(codeOf(await desk.auth.spendFactor(operator, 'halt', code))).toBe('code-used');
    expect(codeOf(await desk.auth.spendFactor(operator, 'release', code))).toBe('ok');
    desk.restart();
    expect(codeOf(await desk.auth.spendFactor(operator, 'release', code))).toBe('code-used');
  });

  it('two at once spend one code once', async () => {
    const desk = await TestIdentity.open();
    const { secret } = await desk.enrol(operator);
    const both = await Promise.all(
      [1, 2].map(() => desk.auth.spendFactor(operator, 'release', desk.code(secret))),
    );
    expect(both.map(codeOf).sort()).toEqual(['code-used', 'ok']);
  });

  it('R-57: a halt’s factor needs no log, a release’s does', async () => {
    const desk = await TestIdentity.open();
    const { secret } = await desk.enrol(operator);
    desk.broken = true;
    expect(codeOf(await desk.auth.spendFactor(operator, 'halt', desk.code(secret)))).toBe('ok');
    expect(codeOf(await desk.auth.spendFactor(operator, 'release', desk.code(secret)))).toBe('audit-broken');
    const login = await desk.auth.login('operator', desk.code(secret, 1), 'a');
    expect(desk.auth.identify(value(login).cookie)).not.toBeNull();
  });

  it('another person’s code is wrong', async () => {
    const desk = await TestIdentity.open();
    const { secret } = await desk.enrol(operator);
    await desk.enrol(second);
    expect(codeOf(await desk.auth.spendFactor(second, 'halt', desk.code(secret)))).toBe('wrong-code');
  });
});

describe('wrong codes', () => {
  it('are delayed exponentially, and the right one too while the delay lasts', async () => {
    const desk = await TestIdentity.open();
    const { secret } = await desk.enrol(operator);
    const guess = () => desk.auth.login('operator', '000000', 'a').then(codeOf);
    expect([await guess(), await guess(), await guess(), await guess()]).toEqual([
      'wrong-code',
      'wrong-code',
      'wrong-code',
      'too-many-attempts',
    ]);
    for (const seconds of [1, 2, 4, 8, 16, 30, 30]) {
      desk.clock.advance(seconds * 1000 - 1);
      expect(await guess()).toBe('too-many-attempts');
      desk.clock.advance(1);
      expect(await guess()).toBe('wrong-code');
    }
    desk.clock.advance(29_000);
    expect(codeOf(await desk.auth.login('operator', desk.code(secret, 1), 'a'))).toBe('too-many-attempts');
    desk.clock.advance(1000);
    expect(codeOf(await desk.auth.login('operator', desk.code(secret), 'a'))).toBe('ok');
  });

  it('from outside delay no halt', async () => {
    const desk = await TestIdentity.open();
    const { secret } = await desk.enrol(operator);
    for (let i = 0; i < 50; i++) await desk.auth.login('operator', '000000', 'a');
    expect(codeOf(await desk.auth.spendFactor(operator, 'halt', desk.code(secret)))).toBe('ok');
  });

  it('say the same of a user who does not exist', async () => {
    const desk = await TestIdentity.open();
    const stranger = await desk.auth.login('nobody', '123456', 'a');
    const unenrolled = await desk.auth.login('second', '123456', 'a');
    expect(stranger).toEqual(unenrolled);
  });
});

describe('sessions', () => {
  it('survive a restart, end at logout or after 12 hours, and say so', async () => {
    const desk = await TestIdentity.open();
    const { cookie } = await desk.enrol(operator);
    const other = await desk.enrol(second);
    desk.restart();
    const revoked: string[] = [];
    desk.auth.onRevoked((key) => revoked.push(key));
    const key = desk.auth.identify(cookie)?.sessionKey;
    expect(desk.auth.identify(`${cookie}x`)).toBeNull();
    expect(desk.auth.identify(null)).toBeNull();
    await desk.auth.logout(cookie);
    expect(desk.auth.identify(cookie)).toBeNull();
    expect(revoked).toEqual([key]);
    desk.clock.advance(SESSION_MICROS / 1000);
    expect(desk.auth.identify(other.cookie)).toBeNull();
    desk.auth.expire();
    expect(revoked).toHaveLength(2);
    desk.restart();
    expect(desk.auth.identify(cookie)).toBeNull();
    expect(desk.auth.identify(other.cookie)).toBeNull();
  });

  it('no token, key or secret reaches the log', async () => {
    const desk = await TestIdentity.open();
    const { secret, cookie } = await desk.enrol(operator);
    const { token } = value(await desk.auth.makeLink('operator', 'test'));
    const key = await desk.auth.makeStrategyKey('sample' as StrategyId);
    const log = JSON.stringify(desk.entries);
    for (const text of [secret, cookie, token, key]) expect(log).not.toContain(text);
    desk.restart();
    expect(desk.auth.strategyOf(key)).toBe('sample');
    expect(desk.auth.strategyOf(`${key}.`)).toBeNull();
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

  const folder = mkdtempSync(join(tmpdir(), 'cwts-key-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  it('their key’s file is mode 600, made once, and refused when others can read it', () => {
    const file = join(folder, 'secrets.key');
    const made = value(loadOrMakeKey(file));
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(value(loadOrMakeKey(file)).key).toEqual(made.key);
    chmodSync(file, 0o640);
    expect(codeOf(loadOrMakeKey(file))).toBe('key-file-open');
    chmodSync(file, 0o600);
    writeFileSync(file, readFileSync(file, 'utf8').slice(3));
    expect(codeOf(loadOrMakeKey(file))).toBe('key-file-invalid');
  });
});
