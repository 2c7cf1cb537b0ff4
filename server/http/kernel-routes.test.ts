import cookie from '@fastify/cookie';
import Fastify from 'fastify';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { kernelHistoryReplySchema, type KernelHistoryQuery } from '../../protocol/kernels.ts';
import { ok, refuse, type Result } from '../../protocol/result.ts';
import { addKernelRoutes } from './kernel-routes.ts';
import { useSessionCookies } from './session-cookie.ts';

const app = Fastify();
const asked: KernelHistoryQuery[] = [];
let isSignedIn = true;
let answer: Result<never[]> = ok([]);
beforeAll(async () => {
  await app.register(cookie);
  useSessionCookies(app, false);
  addKernelRoutes(app, {
    auth: { identify: () => (isSignedIn ? ({} as never) : null) },
    kernelHistory: (query) => {
      asked.push(query);
      return Promise.resolve(answer);
    },
  });
});
afterAll(() => app.close());
beforeEach(() => {
  asked.length = 0;
  isSignedIn = true;
  answer = ok([]);
});

it('gives what was recorded to who is signed in, a week of minutes where nothing else is asked', async () => {
  const reply = await app.inject('/api/kernels/history');
  expect(kernelHistoryReplySchema.parse(reply.json())).toEqual({ ok: true, points: [] });
  await app.inject('/api/kernels/history?horizon=1s&days=30');
  expect(asked).toEqual([
    { horizon: '1m', days: 7 },
    { horizon: '1s', days: 30 },
  ]);
});

it('asks nothing for who is not, or for what makes no sense; says why there is nothing', async () => {
  for (const query of ['days=0', 'days=1e9', 'horizon=1d', 'other=1']) {
    expect((await app.inject(`/api/kernels/history?${query}`)).json()).toMatchObject({ code: 'bad-query' });
  }
  isSignedIn = false;
  expect((await app.inject('/api/kernels/history')).statusCode).toBe(401);
  expect(asked).toEqual([]);
  isSignedIn = true;
  answer = refuse('runs-starting', 'The store is not open yet.');
  const reply = await app.inject('/api/kernels/history');
  expect([reply.statusCode, reply.json()]).toMatchObject([503, { code: 'runs-starting' }]);
});
