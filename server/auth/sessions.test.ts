import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { authorOf } from './author.ts';
import { hashOf } from './seal.ts';
import { GRACE_MICROS, HELD_MICROS } from './session-times.ts';
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

  it('is renewed in place by a factor, under another cookie; once that is seen the old one dies after its grace', async () => {
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
    expect(await rotate(cookie), 'what serves what is in flight is given nothing').toBeNull();
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

  describe('whose new cookie was lost on its way', () => {
    const lost = async () => {
      const desk = await TestIdentity.open();
      const { cookie, secret } = await desk.enrol(operator);
      const factor = { kind: 'totp' as const, code: desk.code(secret) };
      value(await desk.auth.spend(desk.who(cookie), { type: 'act' }, factor, 'halt'));
      const ask = async (by: string) => {
        const who = desk.who(by);
        return (await desk.auth.sessions.rotate(who, authorOf(who)))?.cookie ?? null;
      };
      return { desk, cookie, secret, ask, never: await ask(cookie) };
    };

    it('goes on by the old one, over a restart too, and is given another when it asks', async () => {
      const { desk, cookie, ask, never } = await lost();
      expect(never).not.toBeNull();
      desk.clock.advance(10 * MINUTE_MS);
      expect(desk.auth.identify(cookie)).not.toBeNull();
      desk.restart();
      expect(desk.auth.identify(cookie), 'a reload after a restart').not.toBeNull();
      const next = await ask(cookie);
      expect(next).not.toBeNull();
      expect(desk.auth.identify(next)).not.toBeNull();
      desk.clock.advance(GRACE_MICROS / 1000);
      for (const over of [cookie, never]) expect(desk.auth.identify(over)).toBeNull();
      desk.restart();
      for (const over of [cookie, never]) expect(desk.auth.identify(over)).toBeNull();
      expect(desk.auth.identify(next)).not.toBeNull();
    });

    it('and that came all the same, later, is good', async () => {
      const { desk, cookie, ask, never } = await lost();
      const again = await ask(cookie);
      expect(desk.auth.identify(never)).not.toBeNull();
      expect(desk.auth.identify(again)).not.toBeNull();
    });

    it.each([false, true])('has half an hour for it, and no longer (restart: %s)', async (restarts) => {
      const { desk, cookie } = await lost();
      if (restarts) desk.restart();
      desk.clock.advance(HELD_MICROS / 1000 - 1);
      expect(desk.auth.identify(cookie)).not.toBeNull();
      desk.clock.advance(1);
      expect(desk.auth.identify(cookie)).toBeNull();
    });

    it('by a renewal as well: its sockets stay until the new one is seen', async () => {
      const desk = await TestIdentity.open();
      const { cookie, secret } = await desk.enrol(operator);
      const rotated: string[] = [];
      desk.auth.sessions.onRotated((key) => rotated.push(key));
      const renew = (step: number) =>
        desk.auth.renew(desk.who(cookie), { kind: 'totp', code: desk.code(secret, step) });
      value(await renew(0));
      desk.clock.advance(MINUTE_MS);
      desk.auth.expire();
      expect([desk.auth.identify(cookie) === null, rotated]).toEqual([false, []]);
      const second = value(await renew(0));
      desk.who(second.cookie);
      desk.clock.advance(GRACE_MICROS / 1000);
      desk.auth.expire();
      expect(desk.auth.identify(cookie)).toBeNull();
      expect(rotated).toContain(hashOf(cookie));
    });
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

it('R-52: starts while the clock is set back give a session one life more at most, not one each', async () => {
  const desk = await TestIdentity.open();
  const { cookie } = await desk.enrol(operator);
  desk.clock.stepWall(-1500 * MINUTE_MS);
  for (let hours = 0; hours < 24; hours += 4) {
    desk.restart();
    expect(desk.who(cookie).authority).toBe(hours < 12 ? 'idle' : 'watching');
    desk.clock.advance(4 * HOUR_MS);
  }
  expect(desk.auth.identify(cookie)).toBeNull();
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
      let setBack = 0;
      for (const { kind, minutes } of acts) {
        if (kind === 'wait') desk.clock.advance(minutes * MINUTE_MS);
        if (kind === 'back') desk.clock.stepWall(-minutes * MINUTE_MS);
        if (kind === 'back') setBack += minutes;
        if (kind === 'restart') {
          desk.restart();
          // A new start has the wall alone: it gives what that was set back by, one life from now at most.
          renewedAt = Math.min(renewedAt + setBack, passed());
          setBack = 0;
        }
        const who = desk.auth.identify(cookie);
        if (!who) continue;
        expect(passed() - renewedAt).toBeLessThan(24 * 60);
        if (who.authority !== 'watching') expect(passed() - renewedAt).toBeLessThan(12 * 60);
        if (kind === 'act') desk.auth.active(who);
        if (kind === 'renew') {
          const renewed = await desk.auth.renew(who, { kind: 'totp', code: desk.code(enrolled.secret) });
          if (renewed.ok) [cookie, renewedAt, setBack] = [renewed.value.cookie, passed(), 0];
        }
      }
    }),
    { numRuns: 100 },
  );
});
