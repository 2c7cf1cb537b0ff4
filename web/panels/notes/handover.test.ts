import { describe, expect, it } from 'vitest';
import type { ControlState } from '../../../protocol/messages.ts';
import type { Note } from '../../../protocol/notes.ts';
import { allNotes, standingFacts } from './handover.ts';

const NOW = Date.parse('2026-01-05T18:00:00Z') * 1000;
const halt = { phase: 'trading', gateOpen: true, cause: null, venues: [], refusedSince: 0 };
const btc = { name: 'BTC-USDT', sizeScale: 5, lotStep: 1, priceScale: 2, tickStep: 1 };
const state = (fields: object): ControlState =>
  ({ halt, alarms: [], positions: [], orders: [], instruments: [btc], ...fields }) as unknown as ControlState;
const alarm = (fields: object) => ({
  priority: 'warning',
  sentence: 'Odd fills.',
  clearedAt: null,
  acknowledged: null,
  ...fields,
});

describe('what stands, for the next shift', () => {
  it('says none where there is none', () => {
    const facts = standingFacts(state({}), NOW);
    expect(facts).toContain('As of 2026-01-05 18:00:00 UTC:');
    expect(facts).toContain('- Alarms: none');
    expect(facts).toContain('- Positions: none');
    expect(facts).toContain('- Open orders: 0');
  });

  it('names alarms that stand or wait, positions, and orders that nobody is sure of', () => {
    const facts = standingFacts(
      state({
        alarms: [
          alarm({}),
          alarm({ sentence: 'Cleared.', clearedAt: 1 }),
          alarm({ sentence: 'Gone.', clearedAt: 1, acknowledged: { by: 'ann' } }),
        ],
        positions: [
          { instrument: 0, size: 50_000 },
          { instrument: 0, size: 0 },
        ],
        orders: [
          { state: 'working', owner: 'foreign' },
          { state: 'unknown', owner: 'ours' },
          { state: 'filled', owner: 'ours' },
        ],
      }),
      NOW,
    );
    expect(facts).toContain('- Alarms: 2');
    expect(facts).toContain('warning: Odd fills. · standing · not acknowledged');
    expect(facts).toContain('Cleared. · cleared · not acknowledged');
    expect(facts).not.toContain('Gone.');
    expect(facts).toContain('BTC-USDT 0.50000');
    expect(facts).toContain('- Open orders: 2, 1 of unknown state, 1 not ours');
  });

  it('says that there are more than it lists', () => {
    const alarms = Array.from({ length: 25 }, () => alarm({}));
    expect(standingFacts(state({ alarms }), NOW)).toContain('and 5 more');
  });
});

describe('the log book', () => {
  it('has each note once, newest first, read or pushed', () => {
    const note = (number: number) => ({ note: number, text: `n${number}` }) as unknown as Note;
    expect(allNotes([note(2), note(1)], [note(3), note(2)]).map((each) => each.note)).toEqual([3, 2, 1]);
  });
});
