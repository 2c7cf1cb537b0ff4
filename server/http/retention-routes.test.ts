import cookies from '@fastify/cookie';
import Fastify from 'fastify';
import { expect, it } from 'vitest';
import { retentionPlanReplySchema, retentionReplySchema } from '../../protocol/retention.ts';
import { ok, refuse, type Result } from '../../protocol/result.ts';
import type { Role } from '../../protocol/roles.ts';
import type { JudgedLog } from '../archive/retention/questions.ts';
import { identityAs } from '../testing/session-view.ts';
import { addRetentionRoutes } from './retention-routes.ts';

const days = { orders: 2192, control: 2192, sessions: 1096, clock: 1827 };
const hold = { id: 'h', from: 1, to: 2, reason: 'an inquiry', by: 'second' };
const segment = {
  ...{ first: 1, last: 40, leastWall: 10, mostWall: 20, until: 30 },
  ...{ kept: 'due' as const, because: 'their time is over' },
};
const judged = ok({ segments: [segment], removed: [{ first: 41, last: 50 }] });

async function listener(role: Role | null, plan: Result<JudgedLog> = judged) {
  const app = Fastify();
  await app.register(cookies);
  addRetentionRoutes(app, {
    auth: { identify: () => (role === null ? null : identityAs(role)) },
    retention: {
      days,
      holds: {
        list: () => [{ ...hold, at: 3 }, hold],
        placeAs: () => Promise.resolve(ok('')),
        liftAs: () => Promise.resolve(ok('')),
      },
      office: { plan: () => Promise.resolve(plan), prune: () => Promise.resolve(ok('')) },
    },
  });
  return app;
}

it('R-48: who reads the log reads what it keeps, for how long, and what holds it', async () => {
  const app = await listener('risk-manager');
  const rules = retentionReplySchema.parse((await app.inject('/api/retention')).json());
  expect(rules).toEqual({
    ...{ ok: true, days },
    // The second was placed by a version that did not note when.
    holds: [
      { ...hold, at: 3 },
      { ...hold, at: null },
    ],
  });
  const plan = retentionPlanReplySchema.parse((await app.inject('/api/retention/plan')).json());
  expect(plan).toEqual({ ok: true, segments: [segment], removed: [{ first: 41, last: 50 }] });
});

it.each(['/api/retention', '/api/retention/plan'])('%s is for who may read the log', async (url) => {
  expect((await (await listener(null)).inject(url)).statusCode).toBe(401);
  for (const role of ['viewer', 'trader'] as const)
    expect((await (await listener(role)).inject(url)).statusCode).toBe(403);
});

it('holds are shown while the segments can’t be read', async () => {
  const app = await listener('compliance', refuse('archive-down', 'The archive thread is not running.'));
  expect((await app.inject('/api/retention')).statusCode).toBe(200);
  const plan = await app.inject('/api/retention/plan');
  expect([plan.statusCode, plan.json<{ code: string }>().code]).toEqual([503, 'archive-down']);
});
