import { describe, expect, it } from 'vitest';
import type { StrategyId, UserId } from '../../protocol/units.ts';
import { admin, codeOf, HOST, operator, second, TestIdentity, value } from '../testing/identity.ts';
import { authorOf } from './author.ts';
import { OVERLAP_MICROS } from './service-accounts.ts';

const byAdmin = { actor: 'admin', reason: 'left the desk' };
const facts = { user: operator, name: 'Olga Perez', role: 'trader' } as const;

describe('users', () => {
  it('R-53: each change is on record with who, why, before and after', async () => {
    const desk = await TestIdentity.open();
    value(await desk.auth.directory.change({ ...facts, role: 'viewer' }, byAdmin));
    expect(desk.entries.at(-1)).toMatchObject({
      ...{ actor: 'admin', action: 'auth.user', scope: 'user:operator', reason: 'left the desk' },
      ...{ before: { name: 'Olga Perez', role: 'trader' }, after: { name: 'Olga Perez', role: 'viewer' } },
    });
    value(await desk.auth.directory.remove(operator, byAdmin));
    expect(desk.entries.at(-1)).toMatchObject({ action: 'auth.user-removed', before: { role: 'viewer' } });
  });

  it('a new role ends the user’s sessions; a removed user loses everything, for good', async () => {
    const desk = await TestIdentity.open();
    const { cookie, secret, recoveryCodes } = await desk.enrol(operator);
    const token = await desk.link(operator);
    const ended: string[] = [];
    desk.auth.onRevoked((_key, sentence) => ended.push(sentence));
    value(await desk.auth.directory.change({ ...facts, role: 'viewer' }, byAdmin));
    expect([desk.auth.identify(cookie), ended.length]).toEqual([null, 1]);
    const again = value(await desk.login('operator', desk.code(secret, 1)));
    expect(again.identity.role).toBe('viewer');
    value(await desk.auth.directory.remove(operator, byAdmin));
    expect(ended).toHaveLength(2);
    for (const look of ['now', 'after a restart']) {
      expect(desk.auth.identify(again.cookie), look).toBeNull();
      expect(codeOf(desk.auth.enrolment.start(token))).toBe('link-unknown');
      expect(codeOf(await desk.login('operator', desk.code(secret, 1), look))).toBe('wrong-sign-in');
      expect(codeOf(await desk.spend(operator, 'halt', recoveryCodes[0] ?? ''))).toBe('wrong-code');
      desk.restart();
      desk.clock.advance(60_000);
    }
    // Who comes back enrols anew: the old authenticator says nothing.
    value(await desk.auth.directory.create(facts, byAdmin));
    expect(value(desk.auth.enrolment.start(await desk.link(operator))).enrolled).toBe(false);
  });

  it('the last administrator who can sign in is neither removed nor demoted', async () => {
    const desk = await TestIdentity.open();
    const { directory } = desk.auth;
    await desk.enrol(admin);
    value(await directory.create({ user: 'spare' as never, name: 'Spare', role: 'administrator' }, HOST));
    const demoted = { user: admin, name: 'Ada', role: 'viewer' } as const;
    expect(codeOf(await directory.remove(admin, HOST))).toBe('last-administrator');
    expect(codeOf(await directory.change(demoted, HOST))).toBe('last-administrator');
    // One who never enrolled can go; then one who has can take the other's place.
    expect(codeOf(await directory.remove('spare' as never, HOST))).toBe('ok');
    value(await directory.create({ user: 'spare' as never, name: 'Spare', role: 'administrator' }, HOST));
    await desk.enrol('spare' as never);
    const both = await Promise.all([directory.remove(admin, HOST), directory.remove('spare' as never, HOST)]);
    expect(both.map(codeOf)).toEqual(['ok', 'last-administrator']);
  });

  it('nobody changes their own role or removes themselves; nothing is nothing', async () => {
    const desk = await TestIdentity.open();
    const { directory } = desk.auth;
    const self = { actor: 'second' };
    expect(codeOf(await directory.change({ user: second, name: 'Stan', role: 'administrator' }, self))).toBe(
      'own-role',
    );
    expect(codeOf(await directory.change({ user: second, name: 'Stan', role: 'risk-manager' }, self))).toBe(
      'ok',
    );
    expect(codeOf(await directory.remove(second, self))).toBe('own-user');
    expect(codeOf(await directory.change(facts, HOST))).toBe('no-change');
    expect(codeOf(await directory.create(facts, HOST))).toBe('user-exists');
    for (const user of ['host', 'server', 'unknown', 'wall.x'] as never[]) {
      expect(codeOf(await directory.create({ ...facts, user }, HOST))).toBe('reserved-name');
    }
    expect(codeOf(await directory.remove('ghost' as never, HOST))).toBe('unknown-user');
  });

  it('whose role is taken meanwhile changes nobody: of two who demote each other the first is heard', async () => {
    const desk = await TestIdentity.open();
    const { directory } = desk.auth;
    const other = 'other' as UserId;
    value(await directory.create({ user: other, name: 'Ben Ortega', role: 'administrator' }, HOST));
    value(await directory.create({ user: 'third' as UserId, name: 'Cy', role: 'administrator' }, HOST));
    await desk.enrol('third' as UserId);
    const [ada, ben] = [
      desk.who((await desk.enrol(admin)).cookie),
      desk.who((await desk.enrol(other)).cookie),
    ];
    const both = await Promise.all([
      directory.change({ user: other, name: 'Ben Ortega', role: 'viewer' }, authorOf(ada)),
      directory.change({ user: admin, name: 'Ada Minster', role: 'viewer' }, authorOf(ben)),
    ]);
    expect(both.map(codeOf)).toEqual(['ok', 'session-over']);
    expect(directory.find(admin)?.role).toBe('administrator');
  });

  it('nothing of it is in force before it is on disk', async () => {
    const desk = await TestIdentity.open();
    desk.broken = true;
    await expect(desk.auth.directory.change({ ...facts, role: 'administrator' }, byAdmin)).rejects.toThrow();
    expect(desk.auth.directory.find(operator)?.role).toBe('trader');
    desk.broken = false;
    expect(codeOf(await desk.auth.directory.change({ ...facts, role: 'viewer' }, byAdmin))).toBe('ok');
  });
});

describe('service accounts', () => {
  const account = 'maker' as StrategyId;
  const open = async (days: number | null = null) => {
    const desk = await TestIdentity.open();
    const { services } = desk.auth;
    const { key } = value(
      await services.create({ account, scopes: ['market.read', 'order.place'], days }, byAdmin),
    );
    return { desk, key };
  };

  it('have a key that is known by its hash, with what it may do', async () => {
    const { desk, key } = await open();
    expect(value(desk.auth.services.ofKey(key))).toMatchObject({
      account,
      scopes: ['market.read', 'order.place'],
    });
    expect(JSON.stringify(desk.entries)).not.toContain(key);
    desk.restart();
    expect(codeOf(desk.auth.services.ofKey(key))).toBe('ok');
    expect(codeOf(desk.auth.services.ofKey(`${key}x`))).toBe('key-unknown');
    expect(codeOf(await desk.auth.services.create({ account, scopes: ['market.read'], days: 1 }, HOST))).toBe(
      'account-exists',
    );
  });

  it('expire, by name, and their sockets are told', async () => {
    const { desk, key } = await open(1);
    const ended: string[] = [];
    desk.auth.services.onKeyEnded((_hash, of, sentence) => ended.push(`${of}: ${sentence}`));
    desk.clock.advance(24 * 3_600_000);
    expect(codeOf(desk.auth.services.ofKey(key))).toBe('key-expired');
    desk.auth.expire();
    desk.auth.expire();
    expect(ended).toEqual(['maker: This key has expired.']);
  });

  it('R-52: a clock that is set back makes no key last longer, over a restart neither', async () => {
    const desk = await TestIdentity.open();
    const { services } = desk.auth;
    const account = 'maker' as StrategyId;
    const first = value(await services.create({ account, scopes: ['order.place'], days: 1 }, HOST)).key;
    const next = value(await services.rotate({ account, days: 1 }, HOST)).key;
    desk.clock.stepWall(-3600_000);
    desk.clock.advance(59_999);
    expect([first, next].map((key) => codeOf(services.ofKey(key)))).toEqual(['ok', 'ok']);
    desk.clock.advance(1);
    expect([first, next].map((key) => codeOf(services.ofKey(key)))).toEqual(['key-expired', 'ok']);
    desk.clock.advance(24 * 3600_000 - 60_000);
    expect(codeOf(services.ofKey(next))).toBe('key-expired');
    const last = value(await services.rotate({ account, days: null }, HOST)).key;
    value(await services.rotate({ account, days: null }, HOST));
    desk.clock.stepWall(-3600_000);
    desk.restart();
    desk.clock.advance(60_000);
    expect(codeOf(desk.auth.services.ofKey(last))).toBe('key-expired');
  });

  it('are rotated with a minute’s overlap; of three keys the first is over at once', async () => {
    const { desk, key } = await open();
    const { services } = desk.auth;
    const second = value(await services.rotate({ account, days: null }, byAdmin)).key;
    expect([key, second].map((one) => codeOf(services.ofKey(one)))).toEqual(['ok', 'ok']);
    const third = value(await services.rotate({ account, days: null }, byAdmin)).key;
    expect([key, second, third].map((one) => codeOf(services.ofKey(one)))).toEqual([
      'key-unknown',
      'ok',
      'ok',
    ]);
    desk.clock.advance(OVERLAP_MICROS / 1000);
    expect([second, third].map((one) => services.ofKey(one).ok)).toEqual([false, true]);
  });

  it('are revoked, old and new key at once', async () => {
    const { desk, key } = await open();
    const { services } = desk.auth;
    const next = value(await services.rotate({ account, days: null }, byAdmin)).key;
    const ended: string[] = [];
    services.onKeyEnded((hash) => ended.push(hash));
    value(await services.revoke(account, byAdmin));
    expect([key, next].map((one) => codeOf(services.ofKey(one)))).toEqual(['key-unknown', 'key-unknown']);
    expect(ended).toHaveLength(2);
    expect(codeOf(await services.rotate({ account, days: null }, byAdmin))).toBe('unknown-account');
    expect(services.list()).toMatchObject([{ account, revoked: true }]);
  });
});
