import { describe, expect, it } from 'vitest';
import { markStateOf } from './market-states.ts';
import { Distrust } from './distrust.ts';
import { emptyMark } from './table.ts';

const live = { ended: false, phase: 'live' } as const;
const told = { mark: { ...emptyMark(), receivedAt: 1 }, markedAt: 5000 };

describe('a mark of the venue', () => {
  it.each([
    ['never', { ...told, mark: emptyMark() }, live, 5000],
    ['live', told, live, 35_000],
    ['stale', told, live, 35_001],
    ['stale', told, { ...live, phase: 'stale' }, 5001],
    ['stale', told, { ...live, phase: 'subscribing' }, 5001],
    ['stale', { ...told, markedAt: -Infinity }, live, 5001],
    ['ended', told, { ended: true, phase: 'stopped' }, 5001],
  ] as const)('is %s: told %j, its connection %j, at %i ms', (state, display, feed, now) => {
    expect(markStateOf({ display, distrust: new Distrust() }, feed, now)).toBe(state);
  });

  it('is quarantined with its instrument', () => {
    const distrust = new Distrust();
    distrust.byHand = true;
    expect(markStateOf({ display: told, distrust }, live, 5001)).toBe('quarantined');
  });
});
