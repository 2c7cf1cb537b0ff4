import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeOf, HOST, operator, second, TestIdentity, value } from '../testing/identity.ts';
import { PURPOSES, type Purpose } from './events.ts';

describe('a code', () => {
  it('is good once for each purpose, so that a login does not refuse a halt', async () => {
    const desk = await TestIdentity.open();
    const { secret } = await desk.enrol(operator);
    const code = desk.code(secret);
    expect(codeOf(await desk.login('operator', code))).toBe('code-used');
    expect(codeOf(await desk.spend(operator, 'halt', code))).toBe('ok');
    expect(codeOf(await desk.spend(operator, 'halt', code))).toBe('code-used');
    expect(codeOf(await desk.spend(operator, 'release', code))).toBe('ok');
    desk.restart();
    expect(codeOf(await desk.spend(operator, 'release', code))).toBe('code-used');
  });

  it('used for an order says when the next one comes', async () => {
    const desk = await TestIdentity.open();
    const { secret } = await desk.enrol(operator);
    desk.clock.advance(30_000 - ((desk.clock.wallMicros() / 1000) % 30_000) + 13_000);
    const say = async (offset: number) => {
      const told = await desk.spend(operator, 'order', desk.code(secret, offset));
      return told.ok ? 'ok' : told.error.sentence;
    };
    for (const offset of [-1, 0, 1]) expect(await say(offset)).toBe('ok');
    expect(await say(0)).toBe('This code was used for this already: wait for the next one, 17 s.');
    expect(await say(1)).toContain('wait for the next one, 47 s.');
    expect(await say(-1)).toContain('give the one that is shown now.');
  });

  it('is never good twice for one purpose, whatever happens between', async () => {
    const purposes = PURPOSES.filter((one): one is Exclude<Purpose, 'login'> => one !== 'login');
    const step = fc.record({
      purpose: fc.constantFrom(...purposes),
      offset: fc.integer({ min: -1, max: 1 }),
      then: fc.constantFrom('nothing', 'restart', 'wait', 'set back', 'together'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const desk = await TestIdentity.open();
        const { secret } = await desk.enrol(operator);
        const taken = new Set<string>();
        for (const { purpose, offset, then } of steps) {
          const code = desk.code(secret, offset);
          const key = `${purpose} ${Math.floor(desk.clock.wallMicros() / 30e6) + offset}`;
          const tries = then === 'together' ? 3 : 1;
          const told = await Promise.all(
            Array.from({ length: tries }, () => desk.spend(operator, purpose, code)),
          );
          const good = told.filter((one) => one.ok).length;
          expect(good).toBe(taken.has(key) ? 0 : 1);
          taken.add(key);
          if (then === 'restart') desk.restart();
          if (then === 'wait') desk.clock.advance(17_000);
          if (then === 'set back') desk.clock.stepWall(-20_000);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('R-57: a halt’s needs no log, nor does a reduce-only order’s; a release’s does', async () => {
    const desk = await TestIdentity.open();
    const { secret } = await desk.enrol(operator);
    desk.broken = true;
    expect(codeOf(await desk.spend(operator, 'halt', desk.code(secret)))).toBe('ok');
    expect(codeOf(await desk.spend(operator, 'reduce', desk.code(secret)))).toBe('ok');
    for (const purpose of ['release', 'order'] as const)
      expect(codeOf(await desk.spend(operator, purpose, desk.code(secret)))).toBe('audit-broken');
    expect(codeOf(await desk.login('operator', desk.code(secret, 1)))).toBe('ok');
  });

  it('of another person is wrong; wrong ones are delayed', async () => {
    const desk = await TestIdentity.open();
    const { secret } = await desk.enrol(operator);
    await desk.enrol(second);
    for (let i = 0; i < 3; i++) {
      expect(codeOf(await desk.spend(second, 'halt', desk.code(secret)))).toBe('wrong-code');
    }
    expect(codeOf(await desk.spend(second, 'halt', desk.code(secret)))).toBe('too-many-attempts');
    expect(codeOf(await desk.spend(operator, 'halt', desk.code(secret)))).toBe('ok');
  });
});

describe('a recovery code', () => {
  it('is good once for anything, without hashing that takes time', async () => {
    const desk = await TestIdentity.open();
    const { cookie, recoveryCodes } = await desk.enrol(operator);
    const who = desk.who(cookie);
    const asked = desk.hashing.asked.length;
    const give = (at: number, purpose: 'halt' | 'release') =>
      desk.give(who, { kind: 'recovery', code: recoveryCodes[at] ?? '' }, purpose).then(codeOf);
    expect([await give(0, 'halt'), await give(0, 'release'), await give(1, 'release')]).toEqual([
      ...['ok', 'wrong-code', 'ok'],
    ]);
    expect(desk.hashing.asked).toHaveLength(asked);
    expect(desk.auth.people()[0]?.recoveryCodesLeft).toBe(8);
  });
});

describe('a recent factor', () => {
  it('of this session is enough to lower risk for 5 minutes, login included, and for nothing else', async () => {
    const desk = await TestIdentity.open();
    const { cookie, secret } = await desk.enrol(operator);
    const recent = (purpose: 'halt' | 'reduce' | 'release' | 'order') =>
      desk.give(desk.who(cookie), { kind: 'session' }, purpose).then(codeOf);
    expect([await recent('halt'), await recent('reduce')]).toEqual(['ok', 'ok']);
    expect([await recent('release'), await recent('order')]).toEqual(['factor-needed', 'factor-needed']);
    desk.clock.advance(5 * 60_000 - 1);
    expect(await recent('halt')).toBe('ok');
    desk.clock.advance(1);
    expect(await recent('halt')).toBe('factor-needed');
    expect(await recent('reduce')).toBe('factor-needed');
    value(await desk.give(desk.who(cookie), { kind: 'totp', code: desk.code(secret) }, 'release'));
    expect(await recent('halt')).toBe('ok');
    // A clock set back makes it no younger, now or after a restart.
    desk.clock.advance(5 * 60_000);
    desk.clock.stepWall(-20 * 60_000);
    expect(await recent('halt')).toBe('factor-needed');
    desk.restart();
    expect(await recent('halt')).toBe('factor-needed');
  });

  it('was given in this session: another of the same person does not count', async () => {
    const desk = await TestIdentity.open();
    const { cookie, secret } = await desk.enrol(operator);
    desk.clock.advance(10 * 60_000);
    value(await desk.login('operator', desk.code(secret)));
    expect(codeOf(await desk.give(desk.who(cookie), { kind: 'session' }, 'halt'))).toBe('factor-needed');
  });
});

it('R-53: what a factor was given for is on record, with who, in which session, from where', async () => {
  const desk = await TestIdentity.open();
  const { cookie, secret } = await desk.enrol(operator);
  const who = desk.who(cookie);
  value(await desk.give(who, { kind: 'totp', code: desk.code(secret) }, 'release'));
  expect(desk.entries.at(-1)).toMatchObject({
    actor: 'operator',
    action: 'auth.factor',
    by: { session: who.session, role: 'trader', address: '127.0.0.1' },
    factor: 'totp',
    details: { purpose: 'release', action: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
  });
});

describe('a factor whose session ends while it is checked', () => {
  it.each(['release', 'order', 'admin', 'halt', 'reduce'] as const)('given for %s', async (purpose) => {
    const desk = await TestIdentity.open();
    const { cookie, secret } = await desk.enrol(operator);
    const who = desk.who(cookie);
    let written: () => void = () => undefined;
    desk.disk = new Promise((resolve) => (written = resolve));
    const given = desk.give(who, { kind: 'totp', code: desk.code(secret) }, purpose);
    const ended = desk.auth.sessions.revoke(who.session, HOST);
    written();
    await ended;
    // What lowers risk goes on; what raises it is not done for somebody who is signed out.
    expect(codeOf(await given)).toBe(purpose === 'halt' || purpose === 'reduce' ? 'ok' : 'session-over');
  });
});

it('wrong codes for a release delay releases, and nothing that lowers risk', async () => {
  const desk = await TestIdentity.open();
  const { cookie, secret } = await desk.enrol(operator);
  const who = desk.who(cookie);
  for (let i = 0; i < 4; i++) await desk.give(who, { kind: 'totp', code: '000000' }, 'release');
  const give = (purpose: 'release' | 'halt' | 'reduce') =>
    desk.give(who, { kind: 'totp', code: desk.code(secret) }, purpose).then(codeOf);
  expect(await give('release')).toBe('too-many-attempts');
  expect(await give('reduce')).toBe('ok');
  expect(await give('halt')).toBe('ok');
});
