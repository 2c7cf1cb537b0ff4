import { ensureNever } from './assert.ts';
import type { ControlChange, ControlState } from './messages.ts';

const KEPT_FILLS = 500;

/**
 * The control state after one change: the same pure fold in the relay (to snapshot a console that
 * comes later) and in the console.
 */
export function applyChange(state: ControlState, change: ControlChange): ControlState {
  switch (change.type) {
    case 'instruments':
      return { ...state, instruments: [...state.instruments, ...change.instruments] };
    case 'orders':
      return { ...state, orders: upsert(state.orders, change.upserts, change.removed, (o) => o.orderId) };
    case 'positions':
      return { ...state, positions: upsert(state.positions, change.positions, [], (p) => p.instrument) };
    case 'fills':
      return { ...state, fills: [...state.fills, ...change.fills].slice(-KEPT_FILLS) };
    case 'limits':
      return { ...state, limits: change.limits };
    case 'halt':
      return { ...state, halt: change.halt };
    case 'alarms':
      return { ...state, alarms: upsert(state.alarms, change.upserts, change.removed, (a) => a.alarmId) };
    case 'health':
      return { ...state, health: change.rows };
    case 'feeds':
      return { ...state, feeds: change.feeds };
    case 'quarantines':
      return { ...state, quarantines: change.quarantines };
    case 'replay':
      return { ...state, replay: change.replay };
    // Events, not state: whoever shows them keeps them.
    case 'quarantined':
    case 'note':
      return state;
    default:
      return ensureNever(change);
  }
}

function upsert<T, K>(
  rows: readonly T[],
  upserts: readonly T[],
  removed: readonly K[],
  key: (row: T) => K,
): T[] {
  const byKey = new Map(rows.map((row) => [key(row), row]));
  for (const row of upserts) byKey.set(key(row), row);
  for (const gone of removed) byKey.delete(gone);
  return [...byKey.values()];
}
