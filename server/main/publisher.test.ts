import { expect, it } from 'vitest';
import type { ControlChange } from '../../protocol/messages.ts';
import type { VenueId, Micros } from '../../protocol/units.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { Publisher } from './publisher.ts';

function open() {
  const clock = new ManualClock();
  const sent: [number, ControlChange['type']][] = [];
  const publisher = new Publisher(
    clock,
    {
      limits: () => ({ type: 'limits', limits: [] }),
      halt: () => ({ type: 'feeds', feeds: [] }),
    },
    (seq, change) => sent.push([seq, change.type]),
  );
  return { clock, sent, publisher };
}

it('numbers without a gap; what moves often goes out at most each 250 ms, as it is then', () => {
  const { clock, sent, publisher } = open();
  publisher.publish({ type: 'health', rows: [] });
  for (let i = 0; i < 100; i++) {
    publisher.soon('limits');
    clock.advance(1);
  }
  expect(sent).toEqual([[1, 'health']]);
  clock.advance(200);
  publisher.publish({ type: 'health', rows: [] });
  expect(sent).toEqual([
    [1, 'health'],
    [2, 'limits'],
    [3, 'health'],
  ]);
  expect(publisher.seq).toBe(3);
  clock.advance(1000);
  expect(sent).toHaveLength(3);
});

it('a flood of quarantined messages takes no number and no room from the rest', () => {
  const { sent, publisher } = open();
  const message = { venue: 'sim' as VenueId, at: 0 as Micros, code: 'x', sentence: 'x', bytes: '' };
  for (let i = 0; i < 1000; i++) publisher.publish({ type: 'quarantined', message });
  expect(sent).toHaveLength(50);
  publisher.publish({ type: 'health', rows: [] });
  expect(sent.at(-1)).toEqual([51, 'health']);
});
