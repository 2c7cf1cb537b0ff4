import { describe, expect, it } from 'vitest';
import { codeOf, from, HOST, operator, PASSWORD, second, TestIdentity, value } from '../testing/identity.ts';
import { LINK_MICROS } from './links.ts';

const finish = (desk: TestIdentity, token: string, code: string, password = PASSWORD) =>
  desk.auth.enrolment.finish(token, { kind: 'totp', password, code }, from('a'));

describe('enrolment by link', () => {
  it('works once, shows the same secret until proven, gives ten recovery codes, and signs in', async () => {
    const desk = await TestIdentity.open();
    const token = await desk.link(operator);
    const shown = value(desk.auth.enrolment.start(token));
    expect(value(desk.auth.enrolment.start(token))).toEqual(shown);
    const secret = shown.secret ?? '';
    expect(codeOf(await finish(desk, token, '000000'))).toBe('wrong-code');
    const both = await Promise.all([
      finish(desk, token, desk.code(secret)),
      finish(desk, token, desk.code(secret)),
    ]);
    expect(both.map(codeOf).sort()).toEqual(['link-unknown', 'ok']);
    const done = both.flatMap((one) => (one.ok ? [one.value] : []))[0];
    expect(new Set(done?.recoveryCodes).size).toBe(10);
    expect(desk.who(done?.cookie ?? '').view).toMatchObject({
      user: 'operator',
      role: 'trader',
      factor: 'totp',
    });
    expect(codeOf(desk.auth.enrolment.start(token))).toBe('link-unknown');
  });

  it('a password that is held up in hashing finds the link used by another', async () => {
    const desk = await TestIdentity.open();
    const token = await desk.link(operator);
    const { secret } = value(desk.auth.enrolment.start(token));
    desk.hashing.hold = true;
    const both = [1, 2].map(() => finish(desk, token, desk.code(secret ?? '')));
    desk.hashing.release();
    expect((await Promise.all(both)).map(codeOf).sort()).toEqual(['link-unknown', 'ok']);
    expect(desk.entries.filter(({ action }) => action === 'auth.password')).toHaveLength(1);
  });

  it('ends after 15 minutes, and is for users that exist', async () => {
    const desk = await TestIdentity.open();
    const token = await desk.link(operator);
    desk.clock.advance(LINK_MICROS / 1000 - 1);
    expect(codeOf(desk.auth.enrolment.start(token))).toBe('ok');
    desk.clock.advance(1);
    expect(codeOf(desk.auth.enrolment.start(token))).toBe('link-unknown');
    expect(codeOf(await desk.auth.links.make('nobody', HOST))).toBe('unknown-user');
  });

  it('of somebody enrolled shows no secret and takes a code of theirs', async () => {
    const desk = await TestIdentity.open();
    const { secret } = await desk.enrol(operator);
    const token = await desk.link(operator);
    expect(value(desk.auth.enrolment.start(token))).toMatchObject({
      ...{ enrolled: true, methods: ['code'], secret: null, otpauth: null },
    });
    const by = (code: string) => desk.auth.enrolment.finish(token, { kind: 'code', code }, from('a'));
    expect(codeOf(await finish(desk, token, desk.code(secret, 1)))).toBe('wrong-method');
    expect(codeOf(await by(desk.code(secret)))).toBe('code-used');
    const done = value(await by(desk.code(secret, 1)));
    expect(done.recoveryCodes).toEqual([]);
  });

  it('refuses a weak password and keeps the link', async () => {
    const desk = await TestIdentity.open();
    const token = await desk.link(operator);
    const { secret } = value(desk.auth.enrolment.start(token));
    for (const [password, why] of [
      ['short', 'password-short'],
      ['password123456', 'password-common'],
      ['i am operator one', 'password-named'],
    ] as const) {
      expect(codeOf(await finish(desk, token, desk.code(secret ?? ''), password))).toBe(why);
    }
    expect(codeOf(await finish(desk, token, desk.code(secret ?? '')))).toBe('ok');
  });
});

describe('a reset link', () => {
  it('ends the other links of that user when it is used: an older one replaces nothing again', async () => {
    const desk = await TestIdentity.open();
    await desk.enrol(operator);
    const older = await desk.link(operator, { reset: true });
    const others = await desk.link(second);
    const token = await desk.link(operator, { reset: true });
    const { secret } = value(desk.auth.enrolment.start(token));
    expect(codeOf(await finish(desk, token, desk.code(secret ?? '')))).toBe('ok');
    expect(codeOf(desk.auth.enrolment.start(older))).toBe('link-unknown');
    expect(codeOf(desk.auth.enrolment.start(others))).toBe('ok');
    desk.restart();
    expect(codeOf(desk.auth.enrolment.start(older))).toBe('link-unknown');
  });

  it('replaces every factor and ends every session of that user', async () => {
    const desk = await TestIdentity.open();
    const before = await desk.enrol(operator);
    const ended: string[] = [];
    desk.auth.onRevoked((_key, sentence) => ended.push(sentence));
    const token = await desk.link(operator, { reset: true });
    const shown = value(desk.auth.enrolment.start(token));
    expect(shown).toMatchObject({ enrolled: false, reset: true });
    expect(desk.auth.identify(before.cookie)).not.toBeNull();
    const method = {
      kind: 'totp',
      password: 'quiet harbour of grey stones',
      code: desk.code(shown.secret ?? ''),
    } as const;
    const after = value(await desk.auth.enrolment.finish(token, method, from('a')));
    expect(desk.auth.identify(before.cookie)).toBeNull();
    expect(ended).toHaveLength(1);
    desk.clock.advance(60_000);
    expect(codeOf(await desk.login('operator', desk.code(before.secret), 'b'))).toBe('wrong-sign-in');
    const [old] = before.recoveryCodes;
    const [fresh] = after.recoveryCodes;
    const enter = (code = '') => desk.enter('operator', { kind: 'recovery', code }, 'c', method.password);
    expect([codeOf(await enter(old)), codeOf(await enter(fresh))]).toEqual(['wrong-sign-in', 'ok']);
  });
});
