import cookies from '@fastify/cookie';
import Fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { ok, refuse } from '../../protocol/result.ts';
import { roleSchema, type Role } from '../../protocol/session.ts';
import type { Micros, StrategyId, UserId } from '../../protocol/units.ts';
import { identityAs } from '../testing/session-view.ts';
import { addAdminRoutes } from './admin-routes.ts';
import { addPeopleRoutes } from './people-routes.ts';

const adminKey = 'a'.repeat(43);
const person = {
  ...{
    user: 'admin' as UserId,
    name: 'Administrator',
    role: 'administrator' as const,
    password: true,
    totp: true,
  },
  ...{ passkeys: [], recoveryCodesLeft: 10, lastSignInAt: null },
};
const account = {
  ...{
    account: 'maker' as StrategyId,
    scopes: ['order.place' as const],
    createdAt: 0 as Micros,
    createdBy: 'admin',
  },
  ...{ expiresAt: null, rotatedAt: null, lastSeenAt: null, revoked: false },
};

async function listener(role: Role | null) {
  const app = Fastify();
  await app.register(cookies);
  const did: string[] = [];
  const made = (what: string) => (user: UserId) => {
    did.push(`${what} ${user}`);
    const link = ok({ token: 'the-token', expiresAt: 900_000_000 as Micros });
    return Promise.resolve(user === 'ghost' ? refuse('unknown-user', 'There is no such user.') : link);
  };
  addPeopleRoutes(app, {
    auth: { identify: () => (role === null ? null : identityAs(role)) },
    people: () => [person],
    accounts: () => [account],
    restrictions: () => [],
    notes: () => [],
  });
  addAdminRoutes(app, {
    adminKey,
    linkUrl: (token) => `http://localhost:4400/enrol#token=${token}`,
    people: () => [person],
    sessions: () => [],
    recover: made('recover'),
    link: made('link'),
  });
  return { app, did };
}

describe('GET /api/people', () => {
  it.each<[Role, [status: number, people: number, accounts: number]]>([
    ['viewer', [403, 0, 0]],
    ['trader', [403, 0, 0]],
    ['chief-executive', [403, 0, 0]],
    ['compliance', [200, 0, 0]],
    ['risk-manager', [200, 1, 1]],
    ['administrator', [200, 1, 1]],
  ])('shows a %s what they may change: %j', async (role, [status, people, accounts]) => {
    const { app } = await listener(role);
    const answer = await app.inject({ method: 'GET', url: '/api/people' });
    expect(answer.statusCode).toBe(status);
    if (status !== 200) return;
    const body = answer.json<{ people: unknown[]; accounts: unknown[] }>();
    expect([body.people.length, body.accounts.length]).toEqual([people, accounts]);
  });

  it('shows nobody anything who is not signed in; the log book everybody who is', async () => {
    for (const url of ['/api/people', '/api/notes']) {
      const { app } = await listener(null);
      expect((await app.inject({ method: 'GET', url })).statusCode).toBe(401);
    }
    for (const role of roleSchema.options) {
      const { app } = await listener(role);
      expect((await app.inject({ method: 'GET', url: '/api/notes' })).statusCode).toBe(200);
    }
  });
});

describe('npm run admin', () => {
  const ROUTES = [
    ['POST', '/admin/recover'],
    ['POST', '/admin/link'],
    ['GET', '/admin/users'],
    ['GET', '/admin/sessions'],
  ] as const;

  it.each(ROUTES)(
    '%s %s is the host’s alone: not a stranger’s, not an administrator’s, not the public port’s',
    async (method, url) => {
      const { app, did } = await listener('administrator');
      const payload = method === 'POST' ? { payload: { user: 'admin' } } : {};
      const key = { authorization: `Bearer ${adminKey}` };
      for (const headers of [
        {},
        { authorization: `Bearer ${'b'.repeat(43)}` },
        { ...key, 'x-cwts-address': '192.0.2.1' },
      ]) {
        expect((await app.inject({ method, url, headers, ...payload })).statusCode).toBe(401);
      }
      expect(did).toEqual([]);
      expect((await app.inject({ method, url, headers: key, ...payload })).statusCode).toBe(200);
    },
  );

  it('says a link’s address, and why there is none', async () => {
    const { app } = await listener(null);
    const headers = { authorization: `Bearer ${adminKey}` };
    const ask = (user: string) =>
      app.inject({ method: 'POST', url: '/admin/recover', headers, payload: { user } });
    expect((await ask('admin')).json()).toMatchObject({
      ok: true,
      url: 'http://localhost:4400/enrol#token=the-token',
    });
    expect((await ask('ghost')).json()).toMatchObject({ ok: false, code: 'unknown-user' });
    expect((await ask('Not A Name')).statusCode).toBe(400);
  });
});
