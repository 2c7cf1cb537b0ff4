import type { BrowserContext } from 'playwright/test';
import type { RetentionPlanReply, RetentionReply } from '../../protocol/retention.ts';

/** Answers of a server whose log is older than its rules, for a moment that no test waits for. */
export async function answerRetention(context: BrowserContext): Promise<void> {
  await context.route('**/api/retention', (route) => route.fulfill({ json: rules() }));
  await context.route('**/api/retention/plan', (route) => route.fulfill({ json: plan() }));
}

const at = (iso: string): never => (Date.parse(iso) * 1000) as never;

const rules = (): RetentionReply => ({
  ok: true,
  days: { orders: 2192, control: 2192, sessions: 1096, clock: 1827 },
  holds: [
    {
      id: '3f0a1c52-6a0e-4a8a-9a53-2b6f5a3b9d11',
      from: at('2020-03-09T00:00:00Z'),
      to: at('2020-03-13T23:59:59Z'),
      reason: 'Inquiry of the regulator into the week of 9 March 2020',
      by: 'second',
      at: at('2025-11-03T09:30:00Z'),
    },
    {
      id: '9d1be0de-7c2c-4d64-8f7e-5f0f3f1c2a77',
      from: at('2025-12-01T00:00:00Z'),
      to: Number.MAX_SAFE_INTEGER as never,
      reason: 'Dispute with a counterparty; counsel asks for all of it',
      by: 'host',
      at: null,
    },
  ],
});

const segment = (first: number, last: number, from: string, to: string, until: string) => ({
  ...{ first, last, leastWall: at(from), mostWall: at(to), until: at(until) },
});

const plan = (): RetentionPlanReply => ({
  ok: true,
  removed: [{ first: 1, last: 41_210 }],
  segments: [
    {
      ...segment(41_211, 84_006, '2020-01-02T08:00:00Z', '2020-02-14T17:00:00Z', '2026-01-04T17:00:00Z'),
      ...{ kept: 'due', because: 'their time is over' },
    },
    {
      ...segment(84_007, 127_777, '2020-02-14T17:00:00Z', '2020-04-01T12:00:00Z', '2026-04-02T12:00:00Z'),
      ...{ kept: 'held', because: 'hold 3f0a1c52-6a0e-4a8a-9a53-2b6f5a3b9d11 keeps them' },
    },
    ...[0, 1].map((n) => ({
      ...segment(
        127_778 + n * 40_000,
        167_777 + n * 40_000,
        `202${n + 1}-04-01T12:00:00Z`,
        `202${n + 2}-04-01T12:00:00Z`,
        `202${n + 8}-04-02T12:00:00Z`,
      ),
      ...({ kept: 'early', because: 'their time runs until a day' } as const),
    })),
  ],
});
