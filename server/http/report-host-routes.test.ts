import Fastify from 'fastify';
import { expect, it } from 'vitest';
import { ok, refuse } from '../../protocol/result.ts';
import { addReportHostRoutes } from './report-host-routes.ts';

const adminKey = 'a'.repeat(43);

function listener() {
  const asked: unknown[] = [];
  const app = Fastify();
  addReportHostRoutes(app, {
    adminKey,
    reports: () => Promise.resolve(ok([])),
    makeReport: (one) => {
      asked.push(one);
      const refusal = refuse('report-about', 'A year has four digits.');
      return Promise.resolve(one.about === '26' ? refusal : ok('The report is being made.'));
    },
  });
  return { app, asked };
}
const headers = { authorization: `Bearer ${adminKey}` };
const payload = { report: 'review', about: '2026', reason: 'For the board' };

it('reports by hand are the host’s: not a stranger’s, not the public port’s', async () => {
  const { app, asked } = listener();
  for (const of of [{}, { authorization: 'Bearer b' }, { ...headers, 'x-cwts-address': '192.0.2.1' }]) {
    for (const method of ['GET', 'POST'] as const) {
      const answer = await app.inject({
        method,
        url: '/admin/reports',
        headers: of,
        ...(method === 'POST' ? { payload } : {}),
      });
      expect(answer.statusCode).toBe(401);
    }
  }
  expect(asked).toEqual([]);
  expect((await app.inject({ method: 'GET', url: '/admin/reports', headers })).json()).toEqual({
    ok: true,
    reports: [],
  });
});

it('one is asked for with its reason, and a refusal is a sentence', async () => {
  const { app, asked } = listener();
  const post = (body: object) =>
    app.inject({ method: 'POST', url: '/admin/reports', headers, payload: body });
  expect((await post(payload)).json()).toMatchObject({ ok: true });
  expect(asked).toEqual([payload]);
  expect((await post({ ...payload, reason: '' })).statusCode).toBe(400);
  expect((await post({ ...payload, report: 'rumour' })).statusCode).toBe(400);
  expect((await post({ ...payload, about: '26' })).json()).toMatchObject({
    ok: false,
    sentence: 'A year has four digits.',
  });
});
