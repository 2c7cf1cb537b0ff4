import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SessionView } from '../../protocol/session.ts';
import type { Micros, UserId } from '../../protocol/units.ts';
import { createSessionStore, hasFreshFactor, lifeOf, may } from './session.ts';

const MINUTE = 60_000_000;
const HOUR = 60 * MINUTE;
const at = (micros: number): Micros => micros as Micros;

function session(over: Partial<SessionView> = {}): SessionView {
  return {
    user: 'ann' as UserId,
    name: 'Ann',
    role: 'trader',
    kind: 'person',
    session: 'session-0001',
    permissions: ['watch', 'halt', 'order.place'],
    signedInAt: at(0),
    factorAt: at(0),
    factor: 'totp',
    idleAt: at(12 * HOUR),
    expiresAt: at(12 * HOUR),
    endsAt: at(24 * HOUR),
    ...over,
  };
}

describe('the life of a session', () => {
  it('is full, warned 15 minutes before its 12 hours are over, and then only watches', () => {
    const view = session();
    expect(lifeOf(view, 12 * HOUR - 15 * MINUTE - 1)).toBe('full');
    expect(lifeOf(view, 12 * HOUR - 15 * MINUTE)).toBe('ending');
    expect(lifeOf(view, 12 * HOUR - 1)).toBe('ending');
    expect(lifeOf(view, 12 * HOUR)).toBe('watching');
  });

  it('is locked from the moment that nobody acted for long', () => {
    const view = session({ idleAt: at(30 * MINUTE) });
    expect(lifeOf(view, 30 * MINUTE - 1)).toBe('full');
    expect(lifeOf(view, 30 * MINUTE)).toBe('idle');
    expect(lifeOf(view, 12 * HOUR)).toBe('watching');
  });

  it('never gets better by time alone', () => {
    const worse = { full: 0, ending: 1, idle: 2, watching: 3 } as const;
    const moment = fc.integer({ min: 1, max: 25 * 60 }).map((minutes) => minutes * MINUTE);
    fc.assert(
      fc.property(moment, moment, moment, (idleAt, a, b) => {
        const view = session({ idleAt: at(idleAt) });
        const [early, late] = [Math.min(a, b), Math.max(a, b)];
        expect(worse[lifeOf(view, late)]).toBeGreaterThanOrEqual(worse[lifeOf(view, early)]);
      }),
    );
  });

  it('of a wall display is one', () => {
    expect(lifeOf(session({ kind: 'wall', idleAt: at(1) }), 13 * HOUR)).toBe('full');
  });
});

describe('the factor of this session', () => {
  it('is enough for what lowers risk for less than 5 minutes, never before the clock is known', () => {
    expect(hasFreshFactor(session(), 4 * MINUTE)).toBe(true);
    expect(hasFreshFactor(session(), 5 * MINUTE)).toBe(false);
    expect(hasFreshFactor(session(), 0)).toBe(false);
    expect(hasFreshFactor(session({ kind: 'wall' }), MINUTE)).toBe(false);
    expect(hasFreshFactor(null, MINUTE)).toBe(false);
  });

  it('and its permissions are those that the server named', () => {
    expect(may(session(), 'order.place')).toBe(true);
    expect(may(session(), 'user.manage')).toBe(false);
    expect(may(null, 'watch')).toBe(false);
  });
});

describe('the one owner of it in the page', () => {
  it('counts the minutes down by the server’s clock, and says nothing before it is known', () => {
    const sessions = createSessionStore();
    sessions.set(session());
    expect(sessions.getState()).toMatchObject({ life: 'full', minutesLeft: 0 });
    sessions.beat(12 * HOUR - 10 * MINUTE + 1);
    expect(sessions.getState()).toMatchObject({ life: 'ending', minutesLeft: 10 });
    sessions.beat(12 * HOUR + 1);
    expect(sessions.getState()).toMatchObject({ life: 'watching', minutesLeft: 0 });
  });

  it('is not taken back by an answer that is late', () => {
    const sessions = createSessionStore();
    const renewed = session({ expiresAt: at(20 * HOUR), endsAt: at(32 * HOUR) });
    sessions.set(renewed);
    sessions.set(session());
    expect(sessions.getState().session).toBe(renewed);
    const other = session({ session: 'session-0002' });
    sessions.set(other);
    expect(sessions.getState().session, 'another session is another').toBe(other);
  });

  it('draws nothing again while nothing changed', () => {
    const sessions = createSessionStore();
    sessions.set(session());
    let changes = 0;
    sessions.subscribe(() => (changes += 1));
    for (let beat = 1; beat <= 100; beat++) sessions.beat(HOUR + beat);
    expect(changes).toBe(1);
  });
});
