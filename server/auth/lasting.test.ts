/** What lasts over restarts, changed configurations, strangers' guesses and stepping clocks. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { codeOf, operator, sealingKey, second, TestIdentity, USERS, value } from '../testing/identity.ts';
import { LINK_MICROS, SESSION_MICROS } from './auth.ts';
import { loadSealingKey } from './key-file.ts';

const HOUR_MS = 3_600_000;
const [first, other] = USERS;

describe('a changed configuration', () => {
  it('takes everything from who is not in it any more, also after the next restart', async () => {
    const desk = await TestIdentity.open();
    const { cookie, secret } = await desk.enrol(operator);
    const { token } = value(await desk.auth.makeLink('operator', 'test'));
    desk.restart();
    await desk.auth.ensureUsers([other]);
    for (const look of ['now', 'after a restart']) {
      expect(desk.auth.identify(cookie), look).toBeNull();
      expect(codeOf(desk.auth.startEnrolment(token))).toBe('link-unknown');
      expect(codeOf(await desk.auth.login('operator', desk.code(secret, 1), look))).toBe('wrong-code');
      expect(codeOf(await desk.auth.spendFactor(operator, 'halt', desk.code(secret)))).toBe('wrong-code');
      expect(desk.auth.users.map(({ id }) => id)).toEqual([second]);
      desk.restart();
      desk.clock.advance(60_000);
    }
    // Who comes back enrols anew: the old authenticator says nothing.
    await desk.auth.ensureUsers(USERS);
    const again = value(await desk.auth.makeLink('operator', 'test'));
    expect(value(desk.auth.startEnrolment(again.token)).enrolled).toBe(false);
  });

  it('changes the role of who is signed in, and writes nothing when nothing changed', async () => {
    const desk = await TestIdentity.open();
    const { cookie } = await desk.enrol(operator);
    desk.restart();
    const before = desk.entries.length;
    await desk.auth.ensureUsers(USERS);
    expect(desk.entries).toHaveLength(before);
    await desk.auth.ensureUsers([{ ...first, role: 'viewer' }, other]);
    expect(desk.auth.identify(cookie)).toMatchObject({ role: 'viewer', view: { role: 'viewer' } });
    desk.restart();
    expect(desk.auth.identify(cookie)?.role).toBe('viewer');
  });
});

describe('strangers’ wrong codes', () => {
  const guess = (desk: TestIdentity, address: string) => desk.auth.login('operator', '000000', address);

  it('from elsewhere do not keep the operator out', async () => {
    const desk = await TestIdentity.open();
    const { secret } = await desk.enrol(operator);
    for (let i = 0; i < 30; i++) await guess(desk, 'elsewhere');
    expect(codeOf(await guess(desk, 'elsewhere'))).toBe('too-many-attempts');
    expect(codeOf(await desk.auth.login('operator', desk.code(secret, 1), 'desk'))).toBe('ok');
  });

  it('from many addresses are delayed by account; who signed in from here before does not wait', async () => {
    const desk = await TestIdentity.open();
    const { secret } = await desk.enrol(operator);
    expect(codeOf(await desk.auth.login('operator', desk.code(secret, 1), 'desk'))).toBe('ok');
    desk.clock.advance(60_000);
    for (let i = 0; i < 60; i++) await guess(desk, `bot${i}`);
    expect(codeOf(await guess(desk, 'fresh'))).toBe('too-many-attempts');
    expect(codeOf(await desk.auth.login('operator', desk.code(secret, 1), 'desk'))).toBe('ok');
    // A link from the server's machine lets in from anywhere.
    desk.clock.advance(30_000);
    const { token } = value(await desk.auth.makeLink('operator', 'host'));
    expect(codeOf(await desk.auth.finishEnrolment(token, desk.code(secret, 1), 'hotel'))).toBe('ok');
  });

  it('at a link are delayed too', async () => {
    const desk = await TestIdentity.open();
    await desk.enrol(operator);
    const { token } = value(await desk.auth.makeLink('operator', 'host'));
    const codes = [];
    for (let i = 0; i < 4; i++) codes.push(codeOf(await desk.auth.finishEnrolment(token, '000000', `a${i}`)));
    expect(codes).toEqual(['wrong-code', 'wrong-code', 'wrong-code', 'too-many-attempts']);
  });
});

describe('R-52: a wall clock that steps', () => {
  it('back makes no session and no link last longer', async () => {
    const desk = await TestIdentity.open();
    const { cookie } = await desk.enrol(operator);
    const { token } = value(await desk.auth.makeLink('second', 'test'));
    desk.clock.stepWall(-24 * HOUR_MS);
    expect(desk.auth.identify(cookie)).not.toBeNull();
    desk.clock.advance(LINK_MICROS / 1000 - 1);
    expect(codeOf(desk.auth.startEnrolment(token))).toBe('ok');
    desk.clock.advance(1);
    expect(codeOf(desk.auth.startEnrolment(token))).toBe('link-unknown');
    desk.clock.advance(SESSION_MICROS / 1000 - LINK_MICROS / 1000);
    const ended: string[] = [];
    desk.auth.onRevoked((key) => ended.push(key));
    expect(desk.auth.identify(cookie)).toBeNull();
    desk.auth.expire();
    expect(ended).toHaveLength(1);
  });

  it('forward by less than a session keeps it; past its end it is over', async () => {
    const desk = await TestIdentity.open();
    const { cookie } = await desk.enrol(operator);
    desk.clock.stepWall(11 * HOUR_MS);
    expect(desk.auth.identify(cookie)).not.toBeNull();
    desk.clock.stepWall(2 * HOUR_MS);
    expect(desk.auth.identify(cookie)).toBeNull();
  });

  it('takes codes of the machine’s time, none twice, and counts delays as before', async () => {
    const desk = await TestIdentity.open();
    const { secret } = await desk.enrol(operator);
    const used = desk.code(secret);
    expect(codeOf(await desk.auth.spendFactor(operator, 'release', used))).toBe('ok');
    desk.clock.stepWall(HOUR_MS);
    expect(codeOf(await desk.auth.spendFactor(operator, 'release', used))).toBe('wrong-code');
    expect(codeOf(await desk.auth.spendFactor(operator, 'release', desk.code(secret)))).toBe('ok');
    desk.clock.stepWall(-HOUR_MS);
    expect(codeOf(await desk.auth.spendFactor(operator, 'release', used))).toBe('code-used');
    for (let i = 0; i < 3; i++) await desk.auth.spendFactor(operator, 'halt', '000000');
    desk.clock.stepWall(HOUR_MS);
    expect(codeOf(await desk.auth.spendFactor(operator, 'halt', desk.code(secret)))).toBe(
      'too-many-attempts',
    );
    desk.clock.advance(1000);
    expect(codeOf(await desk.auth.spendFactor(operator, 'halt', desk.code(secret)))).toBe('ok');
  });
});

describe('the key that seals secrets', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cwts-seal-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is made while nobody has enrolled; then a missing or another one refuses the start', async () => {
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
