import { describe, expect, it } from 'vitest';
import { applyChange } from './fold.ts';
import type { ControlChange, ControlState } from './messages.ts';

const state = {
  profile: 'demo',
  origins: { data: 'SIM', orders: 'SIM' },
  serverVersion: '0.1.0',
  instruments: [0],
  orders: [
    { orderId: 'a', filled: 0 },
    { orderId: 'b', filled: 0 },
  ],
  positions: [{ instrument: 1, size: 5 }],
  fills: [{ fillId: 'f0' }],
  limits: [],
  halt: { phase: 'trading' },
  alarms: [{ alarmId: 'x', count: 1 }],
  health: [],
  feeds: [],
} as unknown as ControlState;
const fold = (change: object): ControlState => applyChange(state, change as ControlChange);

describe('the fold of changes', () => {
  it.each([
    ['instruments', { type: 'instruments', instruments: [1, 2] }, { instruments: [0, 1, 2] }],
    ['limits', { type: 'limits', limits: [1] }, { limits: [1] }],
    ['halt', { type: 'halt', halt: { phase: 'blocked' } }, { halt: { phase: 'blocked' } }],
    ['health', { type: 'health', rows: [1] }, { health: [1] }],
    ['feeds', { type: 'feeds', feeds: [1] }, { feeds: [1] }],
    ['quarantined', { type: 'quarantined', message: {} }, {}],
  ])('%s replaces its own part and nothing else', (_, change, part) => {
    expect(fold(change)).toEqual({ ...state, ...part });
  });

  it('orders: known ones change in their place, new ones come last, removed ones go', () => {
    const upserts = [
      { orderId: 'c', filled: 0 },
      { orderId: 'b', filled: 3 },
    ];
    expect(fold({ type: 'orders', upserts, removed: ['a', 'never-there'] }).orders).toEqual([
      { orderId: 'b', filled: 3 },
      { orderId: 'c', filled: 0 },
    ]);
  });

  it('positions and alarms likewise', () => {
    const positions = [
      { instrument: 1, size: -2 },
      { instrument: 2, size: 1 },
    ];
    expect(fold({ type: 'positions', positions }).positions).toEqual(positions);
    const upserts = [{ alarmId: 'x', count: 2 }];
    expect(fold({ type: 'alarms', upserts, removed: [] }).alarms).toEqual(upserts);
    expect(fold({ type: 'alarms', upserts: [], removed: ['x'] }).alarms).toEqual([]);
  });

  it('fills: the last 500 are kept, oldest first', () => {
    const fills = Array.from({ length: 499 }, (_, i) => ({ fillId: `f${i + 1}` }));
    expect(fold({ type: 'fills', fills }).fills).toHaveLength(500);
    const one = applyChange(fold({ type: 'fills', fills }), {
      type: 'fills',
      fills: [{ fillId: 'last' }],
    } as unknown as ControlChange);
    expect(one.fills).toHaveLength(500);
    expect([one.fills[0]?.fillId, one.fills.at(-1)?.fillId]).toEqual(['f1', 'last']);
  });

  it('the state before is left as it was', () => {
    const kept = structuredClone(state);
    fold({ type: 'orders', upserts: [{ orderId: 'z' }], removed: ['a'] });
    fold({ type: 'fills', fills: [{ fillId: 'z' }] });
    expect(state).toEqual(kept);
  });
});
