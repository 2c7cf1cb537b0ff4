import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { authorOf } from './author.ts';
import { GRACE_MICROS } from './session-times.ts';
import { codeOf, operator, second, TestIdentity, value } from '../testing/identity.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

describe('a session', () => {
  it('survives a restart, ends at logout and for good', async () => {
    const desk = await TestIdentity.open();
    const { cookie } = await desk.enrol(operator);
    const other = await desk.enrol(second);
    desk.restart();
    const revoked: string[] = [];
    desk.auth.onRevoked((key) => revoked.push(key));
    const who = desk.who(cookie);
    expect(desk.auth.identify(`${cookie}x`)).toBeNull();
    expect(desk.auth.identify(null)).toBeNull();
    expect(desk.auth.identify(who.session)).toBeNull();
    await desk.auth.sessions.end(who.session, 'You signed out.', authorOf(who));
    expect(desk.auth.identify(cookie)).toBeNull();
    expect(revoked).toEqual([who.sessionKey]);
    desk.restart();
    expect(desk.auth.identify(cookie)).toBeNull();
    expect(desk.auth.identify(other.cookie)).not.toBeNull();
  });

  it('is idle after 30 minutes without an act; acting keeps it full, and does not bring it back', async () => {
    const desk = await TestIdentity.open();
    const { cookie } = await desk.enrol(operator);
    const authority = () => desk.who(cookie).authority;
    desk.clock.advance(29 * MINUTE_MS);
    desk.auth.active(desk.who(cookie));
    desk.clock.advance(29 * MINUTE_MS);
    expect(authority()).toBe('full');
    const { idleAt } = desk.who(cookie).view;
    expect(idleAt - desk.clock.wallMicros()).toBe(MINUTE_MS * 1000);
    desk.clock.advance(MINUTE_MS);
    expect(authority()).toBe('idle');
    desk.auth.active(desk.who(cookie));
    expect(authority()).toBe('idle');
    // Since when is one moment: a page that asks again must not take it for an act.
    desk.clock.advance(5 * MINUTE_MS);
    expect(desk.who(cookie).view.idleAt).toBe(idleAt);
  });

  it('only watches after 12 hours however much somebody acts, and ends after 24', async () => {
    const desk = await TestIdentity.open();
    const { cookie } = await desk.enrol(operator);
    for (let at = 0; at < 12 * 60; at += 20) {
      expect(desk.who(cookie).authority).toBe('full');
      desk.auth.active(desk.who(cookie));
      desk.clock.advance(20 * MINUTE_MS);
    }
    expect(desk.who(cookie).authority).toBe('watching');
    desk.clock.advance(12 * HOUR_MS - 1);
    expect(desk.auth.identify(cookie)).not.toBeNull();
    desk.clock.advance(1);
    expect(desk.auth.identify(cookie)).toBeNull();
  });

  it('is renewed in place by a factor, under another cookie; the old one dies after its grace', async () => {
    const desk = await TestIdentity.open();
    const { cookie, secret } = await desk.enrol(operator);
    desk.clock.advance(11.9 * HOUR_MS);
    const before = desk.who(cookie);
    const rotated: string[] = [];
    const revoked: string[] = [];
    desk.auth.sessions.onRotated((key) => rotated.push(key));
    desk.auth.onRevoked((key) => revoked.push(key));
    expect(codeOf(await desk.auth.renew(before, { kind: 'session' }))).toBe('factor-needed');
    const renewed = value(await desk.auth.renew(before, { kind: 'totp', code: desk.code(secret) }));
    expect(renewed.cookie).not.toBe(cookie);
    const after = desk.who(renewed.cookie);
    expect(after).toMatchObject({ session: before.session, authority: 'full' });
    expect(after.view.expiresAt - desk.clock.wallMicros()).toBe(12 * HOUR_MS * 1000);
    expect(desk.auth.identify(cookie)).not.toBeNull();
    desk.clock.advance(GRACE_MICROS / 1000);
    expect(desk.auth.identify(cookie)).toBeNull();
    desk.auth.expire();
    expect([rotated, revoked]).toEqual([[before.sessionKey], []]);
    desk.restart();
    expect(desk.auth.identify(cookie)).toBeNull();
    expect(desk.who(renewed.cookie).session).toBe(before.session);
  });

  it('gets another cookie behind a factor, once; the old one opens nothing, its sockets live on', async () => {
    const desk = await TestIdentity.open();
    const { cookie, secret } = await desk.enrol(operator);
    const rotated: string[] = [];
    desk.auth.sessions.onRotated((key) => rotated.push(key));
    const rotate = async (by: string) => {
      const who = desk.who(by);
      return desk.auth.sessions.rotate(who, authorOf(who));
    };
    expect(await rotate(cookie)).toBeNull();
    const factor = { kind: 'totp' as const, code: desk.code(secret) };
    value(await desk.auth.spend(desk.who(cookie), { type: 'act' }, factor, 'halt'));
    const next = await rotate(cookie);
    expect(next?.cookie).not.toBe(cookie);
    expect(next?.identity.session).toBe(desk.who(cookie).session);
    expect(await rotate(next?.cookie ?? '')).toBeNull();
    desk.clock.advance(GRACE_MICROS / 1000);
    desk.auth.expire();
    expect(desk.auth.identify(cookie)).toBeNull();
    expect(desk.auth.identify(cookie, undefined, 'socket')?.session).toBe(next?.identity.session);
    expect(rotated).toEqual([]);
    const revoked: string[] = [];
    desk.auth.onRevoked((key) => revoked.push(key));
    desk.restart();
    expect(desk.auth.identify(cookie, undefined, 'socket')).toBeNull();
    expect(desk.auth.identify(next?.cookie ?? '')).not.toBeNull();
  });

  it('its end closes the sockets of every cookie it had', async () => {
    const desk = await TestIdentity.open();
    const { cookie, secret } = await desk.enrol(operator);
    const revoked: string[] = [];
    desk.auth.onRevoked((key) => revoked.push(key));
    const before = desk.who(cookie);
    value(await desk.auth.spend(before, { type: 'act' }, { kind: 'totp', code: desk.code(secret) }, 'halt'));
    const next = await desk.auth.sessions.rotate(before, authorOf(before));
    await desk.auth.sessions.end(before.session, 'You signed out.');
    expect(revoked.sort()).toEqual([before.sessionKey, next?.identity.sessionKey].sort());
    expect(desk.auth.identify(cookie, undefined, 'socket')).toBeNull();
  });

  it('renewed twice at once by one code is renewed once', async () => {
    const desk = await TestIdentity.open();
    const { cookie, secret } = await desk.enrol(operator);
    const factor = { kind: 'totp', code: desk.code(secret) } as const;
    const both = await Promise.all([1, 2].map(() => desk.auth.renew(desk.who(cookie), factor)));
    expect(both.map(codeOf).sort()).toEqual(['code-used', 'ok']);
  });

  it('is listed with where it is from, and revoked by its public id; sockets are told at once', async () => {
    const desk = await TestIdentity.open();
    const { cookie, secret } = await desk.enrol(operator);
    const { cookie: foreign } = await desk.enrol(second);
    desk.clock.advance(1000);
    const elsewhere = value(await desk.login('operator', desk.code(secret, 1), '10.1.1.1'));
    const who = desk.who(cookie);
    expect(desk.auth.sessions.list(who).map(({ address, current }) => [address, current])).toEqual([
      ['10.1.1.1', false],
      ['127.0.0.1', true],
    ]);
    // A risk manager sees everybody's.
    expect(desk.auth.sessions.list(desk.who(foreign))).toHaveLength(3);
    const told: [string, string][] = [];
    desk.auth.onRevoked((key, sentence) => told.push([key, sentence]));
    const ending = desk.auth.sessions.revoke(elsewhere.identity.session, authorOf(who));
    expect(told.map(([key]) => key)).toEqual([elsewhere.identity.sessionKey]);
    await ending;
    expect(desk.auth.identify(elsewhere.cookie)).toBeNull();
    expect(codeOf(await desk.auth.sessions.revoke(elsewhere.identity.session, authorOf(who)))).toBe(
      'unknown-session',
    );
  });

  it('goes on when the log can’t be written, and can be ended then', async () => {
    const desk = await TestIdentity.open();
    const { secret } = await desk.enrol(operator);
    desk.broken = true;
    const { cookie, identity } = value(await desk.login('operator', desk.code(secret, 1)));
    expect(desk.who(cookie).may('halt')).toBe(true);
    await desk.auth.sessions.end(identity.session, 'x');
    expect(desk.auth.identify(cookie)).toBeNull();
  });

  it('is one of twenty at most: the oldest ends', async () => {
    const desk = await TestIdentity.open();
    const { cookie, secret } = await desk.enrol(operator);
    for (let i = 0; i < 20; i++) {
      desk.clock.advance(30_000);
      value(await desk.login('operator', desk.code(secret, 1)));
    }
    expect(desk.auth.identify(cookie)).toBeNull();
    expect(desk.state().sessions.size).toBe(20);
  });
});

it('no session outlives its ends, whatever people, clocks and a new start do', async () => {
  const act = fc.oneof(
    fc.record({ kind: fc.constant('wait' as const), minutes: fc.integer({ min: 1, max: 500 }) }),
    fc.record({
      kind: fc.constantFrom('act' as const, 'restart' as const, 'renew' as const, 'look' as const),
      minutes: fc.constant(0),
    }),
    fc.record({ kind: fc.constant('back' as const), minutes: fc.integer({ min: 1, max: 3000 }) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 30 }), async (acts) => {
      const desk = await TestIdentity.open();
      const enrolled = await desk.enrol(operator);
      let { cookie } = enrolled;
      const passed = () => desk.clock.monotonicMicros() / 60e6;
      let renewedAt = 0;
      let wasSetBack = false;
      for (const { kind, minutes } of acts) {
        if (kind === 'wait') desk.clock.advance(minutes * MINUTE_MS);
        if (kind === 'back') desk.clock.stepWall(-minutes * MINUTE_MS);
        if (kind === 'back') wasSetBack = true;
        if (kind === 'restart') {
          desk.restart();
          // By how much the clock was set back a new start can't know: one life more at most.
          if (wasSetBack) renewedAt = passed();
          wasSetBack = false;
        }
        const who = desk.auth.identify(cookie);
        if (!who) continue;
        expect(passed() - renewedAt).toBeLessThan(24 * 60);
        if (who.authority !== 'watching') expect(passed() - renewedAt).toBeLessThan(12 * 60);
        if (kind === 'act') desk.auth.active(who);
        if (kind === 'renew') {
          const renewed = await desk.auth.renew(who, { kind: 'totp', code: desk.code(enrolled.secret) });
          if (renewed.ok) [cookie, renewedAt] = [renewed.value.cookie, passed()];
        }
      }
    }),
    { numRuns: 100 },
  );
});
