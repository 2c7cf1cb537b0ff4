import Fastify from 'fastify';
import { expect, it } from 'vitest';
import type { Reply } from '../../protocol/commands.ts';
import type { Micros, StrategyId } from '../../protocol/units.ts';
import type { StrategyLimits } from './strategy-limits.ts';
import { addStrategyRoutes } from './strategy-routes.ts';

const order = { clientId: 'c1', symbol: 'BTCUSDT', side: 'buy', type: 'limit', price: '1', size: '1' };
const authorization = `Bearer ${'k'.repeat(43)}`;

it.each<[keyof Pick<StrategyLimits, 'place' | 'cancel' | 'read'>, string[]]>([
  ['place', ['POST /api/v1/orders']],
  ['cancel', ['DELETE /api/v1/orders/cw-1', 'DELETE /api/v1/orders']],
  ['read', ['GET /api/v1/orders', 'GET /api/v1/instruments', 'GET /api/v1/quotes']],
])(
  'beyond a strategy’s limit of “%s” exactly these are refused, and nothing is done: %j',
  async (full, those) => {
    const app = Fastify();
    const did: string[] = [];
    const done = (what: string): Promise<Reply> => {
      did.push(what);
      return Promise.resolve({ ok: true, sentence: what, at: 1 as Micros, orderId: null });
    };
    const asked: StrategyId[] = [];
    const limit = (name: string) => (strategy: StrategyId) => {
      asked.push(strategy);
      return name !== full;
    };
    addStrategyRoutes(app, {
      keys: { check: () => ({ ok: true, strategy: 'sample' as StrategyId }) },
      desk: {
        place: () => done('POST /api/v1/orders'),
        cancel: () => done('DELETE /api/v1/orders/cw-1'),
        cancelAll: () => done('DELETE /api/v1/orders'),
        orders: () => [],
      },
      instruments: () => [],
      quotes: () => [],
      seen: () => undefined,
      limits: { place: limit('place'), cancel: limit('cancel'), read: limit('read') },
    });
    const refused: string[] = [];
    for (const [method, path] of [
      ['POST', '/api/v1/orders'],
      ['DELETE', '/api/v1/orders/cw-1'],
      ['DELETE', '/api/v1/orders'],
      ['GET', '/api/v1/orders'],
      ['GET', '/api/v1/instruments'],
      ['GET', '/api/v1/quotes'],
    ] as const) {
      const payload = method === 'POST' ? { payload: order } : {};
      const answer = await app.inject({ method, url: path, headers: { authorization }, ...payload });
      if (answer.statusCode === 429) refused.push(`${method} ${path}`);
      else expect(answer.statusCode).toBe(200);
    }
    expect(refused).toEqual(those);
    for (const one of those) expect(did).not.toContain(one);
    expect(new Set(asked)).toEqual(new Set(['sample']));
  },
);
