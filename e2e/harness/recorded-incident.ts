import type { AuditRecord } from '../../protocol/audit.ts';
import { recorded } from './recorded-log.ts';

const person = { session: 's-operator', role: 'trader', address: '10.0.4.17' } as const;
const second = { session: 's-second', role: 'risk-manager', address: '10.0.4.21' } as const;
const HALT = '6b0f2f6e-6a2c-4c11-9d0a-5a4f3b1f0c77';
const epoch = Date.parse('2026-01-05T12:00:00Z') * 1000;

const venue = (sent: number | null, acknowledged: number | null, zero: number | null) => {
  const at = (ms: number | null): number | null => (ms === null ? null : epoch + ms * 1000);
  return {
    venue: 'sim',
    name: 'Simulated exchange',
    blockedAt: at(30_000),
    sentAt: at(sent),
    acknowledgedAt: at(acknowledged),
    confirmedZeroAt: at(zero),
    openOrders: zero === null ? 14 : 0,
    foreignOrders: 0,
    attempts: sent === null ? 0 : 1,
    trouble: null,
    hasDeadMan: false,
  };
};
const halt = (phase: string, venues: readonly object[]) => ({ state: { haltId: HALT, phase }, venues });

/** A minute of a desk: sign-ins, orders, an alarm, a halt by one person and its release by another. */
export function incident(): readonly AuditRecord[] {
  const steps: readonly (readonly [number, Partial<AuditRecord>])[] = [
    [0, { action: 'server.start', details: { profile: 'demo', version: '0.1.0' } }],
    [
      40,
      {
        actor: 'host',
        action: 'limits.set',
        before: null,
        after: { order_value: '250000', orders_per_second: 100 },
      },
    ],
    [900, { ...person, actor: 'operator', action: 'auth.session', scope: 'operator', factor: 'passkey' }],
    [1800, { ...second, actor: 'second', action: 'auth.session', scope: 'second', factor: 'totp' }],
    ...Array.from({ length: 8 }, (_, at): readonly [number, Partial<AuditRecord>] => [
      4000 + at * 310,
      {
        actor: 'sample',
        action: 'order.place',
        scope: `cw-${1001 + at}`,
        order: `cw-${1001 + at}`,
        client: `m${at}`,
        details: {
          symbol: 'BTCUSDT',
          side: at % 2 === 0 ? 'buy' : 'sell',
          size: '0.02500',
          price: '61750.00',
        },
      },
    ]),
    [
      21_000,
      {
        action: 'alarm.raised',
        scope: 'fills:odd',
        details: { priority: 'warning', sentence: 'Fills of BTC-USDT come 4 ticks from the mid, 9 in 10 s.' },
      },
    ],
    [
      26_500,
      {
        ...person,
        actor: 'operator',
        action: 'alarm.acknowledged',
        scope: 'fills:odd',
        details: { comment: 'Looking.' },
      },
    ],
    [
      30_000,
      {
        ...person,
        actor: 'operator',
        action: 'halt.press',
        reason: 'Fills far from the mid, cause not known.',
        flags: ['control'],
        before: { phase: 'trading', gate: 'open' },
        after: { phase: 'blocked', gate: 'closed' },
        details: halt('blocked', [venue(null, null, null)]),
      },
    ],
    ...Array.from({ length: 3 }, (_, at): readonly [number, Partial<AuditRecord>] => [
      30_120 + at * 40,
      {
        actor: 'sample',
        action: 'order.refuse',
        scope: 'BTCUSDT',
        details: { code: 'halted', sentence: 'Trading is halted: no order leaves.' },
      },
    ]),
    [
      33_400,
      {
        ...person,
        actor: 'operator',
        action: 'halt.cancel-all',
        factor: 'passkey',
        flags: ['control'],
        details: halt('cancelling', [venue(null, null, null)]),
      },
    ],
    ...Array.from({ length: 6 }, (_, at): readonly [number, Partial<AuditRecord>] => [
      33_430 + at * 3,
      {
        action: 'order.change',
        scope: `cw-${1001 + at}`,
        order: `cw-${1001 + at}`,
        before: { state: 'working' },
        after: { state: 'cancelled' },
      },
    ]),
    [
      33_612,
      {
        action: 'halt.progress',
        flags: ['control'],
        details: halt('confirmed', [venue(33_404, 33_431, 33_612)]),
      },
    ],
    [
      41_000,
      {
        ...person,
        actor: 'operator',
        action: 'note.added',
        scope: 'log-book',
        details: { kind: 'note', text: 'Halted after odd fills; venue asked for its trade list.' },
      },
    ],
    [
      55_000,
      {
        ...second,
        actor: 'second',
        action: 'halt.release',
        reason: 'Venue confirmed a stale price of one maker; limits halved.',
        factor: 'totp',
        flags: ['control'],
        before: { phase: 'confirmed', gate: 'closed' },
        after: { phase: 'trading', gate: 'open' },
        details: halt('trading', [venue(33_404, 33_431, 33_612)]),
      },
    ],
  ];
  return steps.map(([afterMs, fields], at) => recorded(at + 1, afterMs, fields));
}

const at = (afterMs: number): number => epoch + afterMs * 1000;

/** The log book of that desk, newest first. */
export function notes(): readonly object[] {
  return [
    {
      note: 3,
      kind: 'handover',
      text: 'As of 2026-01-05 12:01:00 UTC:\n- Halt, L3 firm: trading\n- Alarms: none\n- Positions: 1\n  - BTC-USDT 0.02500\n- Open orders: 2\n\nWatch:\n- fills of BTC-USDT against the mid',
      by: 'second',
      role: 'risk-manager',
      at: at(61_000),
    },
    {
      note: 2,
      kind: 'note',
      text: 'Halted after odd fills; venue asked for its trade list.',
      by: 'operator',
      role: 'trader',
      at: at(41_000),
    },
    {
      note: 1,
      kind: 'note',
      text: 'Shift began, all venues green.',
      by: 'operator',
      role: 'trader',
      at: at(1_000),
    },
  ];
}

/** Reports of that desk: one that reached everybody, one that did not. */
export function reports(): readonly object[] {
  const delivery = { attempts: 1, at: at(58_000), receipt: null, trouble: null };
  return [
    {
      reportId: 'incident-6b0f2f6e',
      kind: 'incident',
      title: 'Halt of 2026-01-05 12:00:30 UTC, by operator',
      madeAt: at(56_000),
      by: 'server',
      deliveries: [
        {
          ...delivery,
          recipient: 'compliance folder',
          state: 'delivered',
          receipt: 'incident-6b0f2f6e.json, 48 KiB',
        },
        {
          ...delivery,
          recipient: 'risk@desk.example',
          state: 'queued',
          attempts: 2,
          at: null,
          trouble: 'connection refused',
        },
        {
          ...delivery,
          recipient: 'https://regulator.example',
          state: 'failed',
          attempts: 9,
          at: null,
          trouble: '410 Gone',
        },
      ],
    },
    {
      reportId: 'daily-2026-01-04',
      kind: 'daily',
      title: 'Daily summary of 2026-01-04',
      madeAt: at(-43_200_000),
      by: 'server',
      deliveries: [
        {
          ...delivery,
          recipient: 'compliance folder',
          state: 'delivered',
          receipt: 'daily-2026-01-04.json, 9 KiB',
        },
      ],
    },
  ];
}
