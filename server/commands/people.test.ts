/** What administrators ask, against identity itself: who may, what is refused, what is on record. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { Reply } from '../../protocol/commands.ts';
import type { UserId } from '../../protocol/units.ts';
import { Commands } from '../commands.ts';
import { admin, HOST, operator, second, TestIdentity, type EnrolledPerson } from '../testing/identity.ts';
import { commandParts } from '../testing/command-parts.ts';

let desk: TestIdentity;
let commands: Commands;
let ada: EnrolledPerson;
let count = 0;

beforeEach(async () => {
  desk = await TestIdentity.open();
  const { auth, clock } = desk;
  const log = {
    append: (entry: (typeof desk.entries)[number]) => Promise.resolve(void desk.entries.push(entry)),
    appendNow: (entry: (typeof desk.entries)[number]) => void desk.entries.push(entry),
  };
  commands = new Commands({
    ...commandParts(clock),
    ...{
      auth,
      log,
      directory: auth.directory,
      links: auth.links,
      sessions: auth.sessions,
      services: auth.services,
    },
    halt: {
      press: () => done,
      cancelAll: () => Promise.resolve(done),
      takeBack: () => done,
      release: () => done,
      wouldAccept: () => ({ ok: true, value: 'yes' }),
    },
    desk: {
      refuses: () => null,
      place: () => Promise.resolve(done),
      cancel: () => Promise.resolve(done),
      cancelAll: () => Promise.resolve(done),
    },
    alarms: { acknowledge: () => ({ ok: true, value: 'x' }) },
  });
  ada = await desk.enrol(admin);
});
const done: Reply = { ok: true, sentence: 'done', at: 0 as never, orderId: null };

/** Asks as whoever `person` is, with a code that was not used yet where one is taken. */
function ask(person: EnrolledPerson, command: Record<string, unknown>): Promise<Reply> {
  desk.clock.advance(30_000);
  const withFactor = 'factor' in command ? { factor: { kind: 'totp', code: desk.code(person.secret) } } : {};
  const envelope = {
    id: `command-${++count}-0000`,
    expiresAt: desk.clock.wallMicros() + 1_000_000,
    command: { ...command, ...withFactor },
  };
  return commands.execute(envelope, desk.who(person.cookie), { by: 'http', address: '127.0.0.1' });
}
const codeOf = (reply: Reply): string => (reply.ok ? 'ok' : reply.code);
const factor = null;
const newest = (action: string) => desk.entries.filter((entry) => entry.action === action).at(-1);

describe('R-53: users', () => {
  it('a new one gets a one-time link that enrols, and the record says who made them', async () => {
    const reply = await ask(ada, {
      type: 'user.create',
      user: 'maria',
      name: 'Maria',
      role: 'trader',
      factor,
    });
    expect(reply).toMatchObject({ ok: true, shown: expect.stringMatching(/\/enrol#token=.{20,}/) as string });
    const token = reply.ok ? (reply.shown?.split('token=')[1] ?? '') : '';
    expect(desk.auth.enrolment.start(token)).toMatchObject({ ok: true, value: { user: 'maria' } });
    expect(newest('auth.user')).toMatchObject({
      actor: 'admin',
      by: { role: 'administrator', session: desk.who(ada.cookie).session },
      factor: 'totp',
      after: { name: 'Maria', role: 'trader' },
    });
    expect(JSON.stringify(desk.entries)).not.toContain(token);
  });

  it('a change of role is recorded before and after, with its reason, and ends that person’s sessions', async () => {
    const olga = await desk.enrol(operator);
    const change = {
      type: 'user.change',
      user: operator,
      name: 'Olga Perez',
      role: 'viewer',
      reason: 'left the desk',
      factor,
    };
    expect(codeOf(await ask(ada, change))).toBe('ok');
    expect(newest('auth.user')).toMatchObject({
      reason: 'left the desk',
      before: { role: 'trader' },
      after: { role: 'viewer' },
    });
    expect(desk.auth.identify(olga.cookie)).toBeNull();
  });

  it('the last administrator who can sign in is neither removed nor demoted, by anybody', async () => {
    // Another one who never enrolled restores nobody.
    await ask(ada, { type: 'user.create', user: 'spare', name: 'Spare', role: 'administrator', factor });
    const stan = await desk.enrol(second);
    const promote = {
      type: 'user.change',
      user: second,
      name: 'Stan Cho',
      role: 'administrator',
      reason: 'x',
      factor,
    };
    expect(codeOf(await ask(ada, promote))).toBe('ok');
    const again = await desk.login(second, desk.code(stan.secret, 1));
    if (!again.ok) throw new Error(again.error.sentence);
    const stanAgain = { ...stan, cookie: again.value.cookie };
    // Two can sign in now: one may demote the other, and then is the last.
    const demote = {
      type: 'user.change',
      user: admin,
      name: 'Ada Minster',
      role: 'viewer',
      reason: 'x',
      factor,
    };
    expect(codeOf(await ask(stanAgain, demote))).toBe('ok');
    const remove = { type: 'user.remove', user: second, reason: 'x', factor };
    expect(codeOf(await ask(stanAgain, remove))).toBe('own-user');
    const spareLink = {
      type: 'user.change',
      user: 'spare',
      name: 'Spare',
      role: 'viewer',
      reason: 'x',
      factor,
    };
    expect(codeOf(await ask(stanAgain, spareLink))).toBe('ok');
    const last = await desk.auth.directory.change({ user: second, name: 'Stan', role: 'viewer' }, HOST);
    expect(last).toMatchObject({ ok: false, error: { code: 'last-administrator' } });
    expect(await desk.auth.directory.remove(second, HOST)).toMatchObject({
      error: { code: 'last-administrator' },
    });
    expect(desk.auth.people().filter(({ role }) => role === 'administrator')).toHaveLength(1);
  });

  it('two administrators who demote each other at once leave one', async () => {
    const stan = await desk.enrol(second);
    await ask(ada, {
      type: 'user.change',
      user: second,
      name: 'Stan Cho',
      role: 'administrator',
      reason: 'x',
      factor,
    });
    const again = await desk.login(second, desk.code(stan.secret, 1));
    if (!again.ok) throw new Error(again.error.sentence);
    const stanAgain = { ...stan, cookie: again.value.cookie };
    const demote = (user: UserId, name: string) => ({
      type: 'user.change',
      user,
      name,
      role: 'viewer',
      reason: 'x',
      factor,
    });
    const replies = [ask(ada, demote(second, 'Stan Cho')), ask(stanAgain, demote(admin, 'Ada Minster'))];
    const codes = (await Promise.all(replies)).map(codeOf);
    expect(codes.filter((code) => code === 'ok')).toHaveLength(1);
    expect(desk.auth.people().filter(({ role }) => role === 'administrator')).toHaveLength(1);
  });

  it('nobody changes their own role', async () => {
    const own = {
      type: 'user.change',
      user: admin,
      name: 'Ada Minster',
      role: 'chief-executive',
      reason: 'x',
      factor,
    };
    expect(codeOf(await ask(ada, own))).toBe('own-role');
    expect(newest('command.refused')).toMatchObject({
      actor: 'admin',
      scope: 'user:admin',
      reason: 'x',
      details: { command: 'user.change', code: 'own-role' },
    });
  });

  it('a wrong code changes nothing, and a code is good for one change', async () => {
    const command = { type: 'user.remove', user: operator, reason: 'x' };
    const code = desk.code(ada.secret, 1);
    const send = (given: string, user: UserId) =>
      commands.execute(
        {
          id: `command-${++count}-0000`,
          expiresAt: desk.clock.wallMicros() + 1_000_000,
          command: { ...command, user, factor: { kind: 'totp', code: given } },
        },
        desk.who(ada.cookie),
        { by: 'http', address: '127.0.0.1' },
      );
    expect(codeOf(await send(code === '000000' ? '000001' : '000000', operator))).not.toBe('ok');
    expect(desk.auth.directory.find(operator)).not.toBeNull();
    desk.clock.advance(30_000);
    expect(codeOf(await send(code, operator))).toBe('ok');
    expect(codeOf(await send(code, second))).not.toBe('ok');
    expect(desk.auth.directory.find(second)).not.toBeNull();
  });
});

describe('sessions', () => {
  it('one’s own are ended by anybody, others’ by who may, and nobody learns which there are', async () => {
    const olga = await desk.enrol(operator);
    const stan = await desk.enrol(second);
    const of = (person: EnrolledPerson) => desk.who(person.cookie).session;
    const [hers, his] = [of(olga), of(stan)];
    const revoke = (session: string) => ({ type: 'session.revoke', session, reason: 'x' });
    const his1 = await ask(olga, revoke(his));
    const none = await ask(olga, revoke('no-such-session'));
    expect([his1, none]).toEqual([none, his1]);
    expect(codeOf(his1)).toBe('unknown-session');
    expect(codeOf(await ask(stan, revoke(hers)))).toBe('ok');
    expect(desk.auth.identify(olga.cookie)).toBeNull();
    expect(codeOf(await ask(stan, revoke(his)))).toBe('ok');
    expect(desk.auth.identify(stan.cookie)).toBeNull();
  });
});

describe('service accounts', () => {
  it('show their key once, keep its hash, and do what their scopes say', async () => {
    const create = {
      type: 'service-account.create',
      account: 'maker',
      scopes: ['market.read'],
      days: 30,
      factor,
    };
    const reply = await ask(ada, create);
    const key = reply.ok ? (reply.shown ?? '') : '';
    expect(desk.auth.services.ofKey(key)).toMatchObject({
      ok: true,
      value: { account: 'maker', scopes: ['market.read'] },
    });
    expect(JSON.stringify(desk.entries)).not.toContain(key);
    expect(codeOf(await ask(ada, create))).toBe('account-exists');
    const rotated = await ask(ada, { type: 'service-account.rotate', account: 'maker', days: null, factor });
    const next = rotated.ok ? (rotated.shown ?? '') : '';
    expect(next).not.toBe(key);
    expect(desk.auth.services.ofKey(key).ok).toBe(true);
    desk.clock.advance(60_000);
    expect(desk.auth.services.ofKey(key).ok).toBe(false);
    expect(desk.auth.services.ofKey(next).ok).toBe(true);
    expect(codeOf(await ask(ada, { type: 'service-account.revoke', account: 'maker', reason: 'x' }))).toBe(
      'ok',
    );
    expect(desk.auth.services.ofKey(next).ok).toBe(false);
  });
});
