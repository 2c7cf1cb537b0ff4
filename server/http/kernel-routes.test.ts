import cookie from '@fastify/cookie';
import Fastify from 'fastify';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import {
  kernelHistoryReplySchema,
  type KernelHistory,
  type KernelHistoryQuery,
} from '../../protocol/kernels.ts';
import { ok, refuse, type Result } from '../../protocol/result.ts';
import { addKernelRoutes } from './kernel-routes.ts';
import { useSessionCookies } from './session-cookie.ts';

const app = Fastify();
const asked: KernelHistoryQuery[] = [];
let isSignedIn = true;
const NOTHING: KernelHistory = {
  recording: 'on',
  windows: { '1s': 900, '1m': 68 },
  ...{ from: 0 as never, to: 60_000_000 as never },
  lines: [{ figure: 'wild', points: [] }],
};
let answer: Result<KernelHistory> = ok(NOTHING);
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
  answer = ok(NOTHING);
});

it('gives what was recorded to who is signed in, of a day where no range is asked', async () => {
  const reply = await app.inject('/api/kernels/history?figures=wild');
  expect(kernelHistoryReplySchema.parse(reply.json())).toEqual({ ok: true, ...NOTHING });
  await app.inject('/api/kernels/history?figures=wild,cascade,wild&range=1w');
  expect(asked).toEqual([
    { figures: ['wild'], range: '1d' },
    { figures: ['wild', 'cascade'], range: '1w' },
  ]);
});

it('asks nothing for who is not, or for what makes no sense; says why there is nothing', async () => {
  for (const query of ['', 'figures=', 'figures=drop', 'figures=wild&range=1y', 'figures=wild&days=7']) {
    expect((await app.inject(`/api/kernels/history?${query}`)).json()).toMatchObject({ code: 'bad-query' });
  }
  isSignedIn = false;
  expect((await app.inject('/api/kernels/history?figures=wild')).statusCode).toBe(401);
  expect(asked).toEqual([]);
  isSignedIn = true;
  answer = refuse('runs-starting', 'The store is not open yet.');
  const reply = await app.inject('/api/kernels/history?figures=wild');
  expect([reply.statusCode, reply.json()]).toMatchObject([503, { code: 'runs-starting' }]);
});
