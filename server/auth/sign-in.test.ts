import { describe, expect, it } from 'vitest';
import { codeOf, from, operator, PASSWORD, second, TestIdentity, value } from '../testing/identity.ts';

describe('a password and a code', () => {
  it('sign in together, neither alone; a wrong one spends no code', async () => {
    const desk = await TestIdentity.open();
    const { secret, recoveryCodes } = await desk.enrol(operator);
    const code = desk.code(secret, 1);
    expect(codeOf(await desk.login('operator', code, 'a', 'not the password at all'))).toBe('wrong-sign-in');
    expect(codeOf(await desk.login('operator', '000000'))).toBe('wrong-sign-in');
    expect(codeOf(await desk.login('operator', code))).toBe('ok');
    expect(codeOf(await desk.login('operator', code))).toBe('code-used');
    const recovery = { kind: 'recovery', code: (recoveryCodes[3] ?? '').toLowerCase() } as const;
    expect(codeOf(await desk.enter('operator', recovery))).toBe('ok');
    expect(codeOf(await desk.enter('operator', recovery))).toBe('wrong-sign-in');
    desk.restart();
    desk.clock.advance(60_000);
    expect(codeOf(await desk.enter('operator', recovery))).toBe('wrong-sign-in');
  });

  it('are told the same, after the same hashing, of a stranger and of somebody without a password', async () => {
    const desk = await TestIdentity.open();
    await desk.enrol(operator);
    const told = [];
    for (const user of ['nobody', 'second', 'operator']) told.push(await desk.login(user, '123456', user));
    expect(told[1]).toEqual(told[0]);
    expect(told[2]).toEqual(told[0]);
    // One for the enrolment, then one for each.
    expect(desk.hashing.asked).toHaveLength(4);
  });

  it('with one code at once sign in once', async () => {
    const desk = await TestIdentity.open();
    const { secret } = await desk.enrol(operator);
    const both = await Promise.all([1, 2].map(() => desk.login('operator', desk.code(secret, 1))));
    expect(both.map(codeOf).sort()).toEqual(['code-used', 'ok']);
  });

  it('of somebody removed while the hash was made do not sign in', async () => {
    const desk = await TestIdentity.open();
    const { secret } = await desk.enrol(operator);
    desk.hashing.hold = true;
    const asked = desk.login('operator', desk.code(secret, 1));
    value(await desk.auth.directory.remove(operator, { actor: 'admin' }));
    desk.hashing.release();
    expect(codeOf(await asked)).toBe('wrong-sign-in');
  });
});

describe('wrong sign-ins', () => {
  it('are delayed exponentially, and the right one too while the delay lasts', async () => {
    const desk = await TestIdentity.open();
    const { secret } = await desk.enrol(operator);
    const guess = () => desk.login('operator', '000000').then(codeOf);
    expect([await guess(), await guess(), await guess(), await guess()]).toEqual([
      ...['wrong-sign-in', 'wrong-sign-in', 'wrong-sign-in', 'too-many-attempts'],
    ]);
    for (const seconds of [1, 2, 4, 8, 16, 30, 30]) {
      desk.clock.advance(seconds * 1000 - 1);
      expect(await guess()).toBe('too-many-attempts');
      desk.clock.advance(1);
      expect(await guess()).toBe('wrong-sign-in');
    }
    desk.clock.advance(29_000);
    expect(await desk.login('operator', desk.code(secret, 1))).toMatchObject({ error: { waitSeconds: 1 } });
    desk.clock.advance(1000);
    expect(codeOf(await desk.login('operator', desk.code(secret)))).toBe('ok');
  });

  it('sent all at once are counted as if sent one by one', async () => {
    const desk = await TestIdentity.open();
    await desk.enrol(operator);
    desk.hashing.hold = true;
    const guesses = Array.from({ length: 10 }, (_, i) =>
      desk.login('operator', '000000', 'a', `a wrong password ${i}`),
    );
    desk.hashing.release();
    const told = (await Promise.all(guesses)).map(codeOf);
    expect(told.filter((one) => one === 'wrong-sign-in')).toHaveLength(3);
  });

  it('of a desk behind one proxy: many people sign in at once', async () => {
    const desk = await TestIdentity.open();
    const people = [await desk.enrol(operator), await desk.enrol(second)];
    desk.hashing.hold = true;
    const asked = ['operator', 'second'].map((user, i) =>
      desk.login(user, desk.code(people[i]?.secret ?? '', 1), 'proxy'),
    );
    desk.hashing.release();
    expect((await Promise.all(asked)).map(codeOf)).toEqual(['ok', 'ok']);
  });

  it('from outside delay no halt, and no other way in', async () => {
    const desk = await TestIdentity.open();
    const { secret } = await desk.enrol(operator);
    for (let i = 0; i < 80; i++) await desk.login('operator', '000000', `a${i % 30}`);
    expect(codeOf(await desk.spend(operator, 'halt', desk.code(secret)))).toBe('ok');
    const token = await desk.link(operator);
    const method = { kind: 'code', code: desk.code(secret, 1) } as const;
    expect(codeOf(await desk.auth.enrolment.finish(token, method, from('hotel')))).toBe('ok');
  });

  it('that could not be judged, as the queue was full, are not held against anybody', async () => {
    const desk = await TestIdentity.open();
    const { secret } = await desk.enrol(operator);
    const verify = desk.hashing.verify.bind(desk.hashing);
    desk.hashing.verify = () => Promise.resolve({ ok: false, error: { code: 'busy', sentence: 'Later.' } });
    for (let i = 0; i < 9; i++)
      expect(codeOf(await desk.login('operator', desk.code(secret, 1)))).toBe('busy');
    desk.hashing.verify = verify;
    expect(codeOf(await desk.login('operator', desk.code(secret, 1)))).toBe('ok');
  });
});

it('no password, token, key, code or secret reaches the log', async () => {
  const desk = await TestIdentity.open();
  const { secret, cookie, recoveryCodes } = await desk.enrol(operator);
  const token = await desk.link(operator);
  const key = await desk.auth.makeStrategyKey('sample' as never);
  const log = JSON.stringify(desk.entries);
  const hashed = value(await desk.hashing.hash(PASSWORD, 'x'));
  for (const text of [secret, cookie, token, key, PASSWORD, hashed, ...recoveryCodes])
    expect(log).not.toContain(text);
  desk.restart();
  expect(desk.auth.strategyOf(key)).toBe('sample');
  expect(desk.auth.strategyOf(`${key}.`)).toBeNull();
});
