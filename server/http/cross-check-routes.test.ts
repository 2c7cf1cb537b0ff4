import cookie from '@fastify/cookie';
import Fastify from 'fastify';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { crossCheckReplySchema, type CheckReport, type CrossCheckReply } from '../../protocol/cross-check.ts';
import { ok, refuse, type Result } from '../../protocol/result.ts';
import type { Reporter } from '../kernels/cross-checks.ts';
import { personAs } from '../testing/who.ts';
import { addCrossCheckRoutes } from './cross-check-routes.ts';
import { useSessionCookies } from './session-cookie.ts';

const app = Fastify();
const none: CrossCheckReply = { ok: true, everySeconds: 30, check: null, why: 'Not yet.' };
const heard: { readonly who: Reporter; readonly report: CheckReport }[] = [];
let isSignedIn = true;
let answer: Result<null> = ok(null);
beforeAll(async () => {
  await app.register(cookie);
  useSessionCookies(app, false);
  addCrossCheckRoutes(app, {
    auth: { identify: () => (isSignedIn ? (personAs('ann') as never) : null) },
    checks: {
      reply: () => none,
      hear: (who, report) => {
        heard.push({ who, report });
        return answer;
      },
    },
  });
});
afterAll(() => app.close());
beforeEach(() => {
  heard.length = 0;
  isSignedIn = true;
  answer = ok(null);
});

const worst = { of: 'pair', row: 1, column: 2, own: 0.5, published: null } as const;
const report: CheckReport = {
  ...{ asOf: 5_000_000 as never, backend: 'wasm', adapter: null, version: '0.1.0' },
  verdict: { kind: 'disagreed', compared: 3, beyond: 1, worst },
};
const post = (payload: object) => app.inject({ method: 'POST', url: '/api/kernels/check', payload });

it('gives the check to who is signed in, and hears what they found as theirs', async () => {
  const reply = await app.inject('/api/kernels/check');
  expect(crossCheckReplySchema.parse(reply.json())).toEqual(none);
  expect((await post(report)).json()).toEqual({ ok: true });
  expect(heard).toEqual([{ who: personAs('ann'), report }]);
});

it('hears nobody who is not signed in', async () => {
  isSignedIn = false;
  expect((await app.inject('/api/kernels/check')).statusCode).toBe(401);
  expect((await post(report)).statusCode).toBe(401);
  expect(heard).toEqual([]);
});

it('refuses what is no report, with a sentence and a code', async () => {
  const verdict = { kind: 'disagreed', compared: 3, beyond: 1, worst };
  const bad: object[] = [
    [],
    { ...report, session: 'another’s' },
    { ...report, asOf: 1.5 },
    { ...report, backend: 'cuda' },
    { ...report, adapter: 'x'.repeat(121) },
    { ...report, adapter: 'call\nthis number' },
    { ...report, version: 'x'.repeat(61) },
    { ...report, verdict: { kind: 'agreed', compared: 0 } },
    { ...report, verdict: { kind: 'agreed' } },
    { ...report, verdict: { ...verdict, compared: 1e9 } },
    { ...report, verdict: { ...verdict, worst: { ...worst, row: -1 } } },
    { ...report, verdict: { ...verdict, worst: { ...worst, own: 'NaN' } } },
    { ...report, verdict: { ...verdict, worst: { of: 'all', own: 1, published: 1 } } },
  ];
  for (const payload of bad) {
    const reply = await post(payload);
    expect([reply.statusCode, reply.json()], JSON.stringify(payload)).toMatchObject([
      400,
      { code: 'bad-report' },
    ]);
    expect(reply.json<{ sentence: string }>().sentence).toMatch(/\.$/);
  }
  expect(heard).toEqual([]);
});

it('says what was refused of a report', async () => {
  for (const [code, status] of [
    ['too-many-reports', 429],
    ['check-unknown', 409],
    ['bad-report', 400],
  ] as const) {
    answer = refuse(code, 'No.');
    const reply = await post(report);
    expect([reply.statusCode, reply.json()]).toMatchObject([status, { code, sentence: 'No.' }]);
  }
});
