import { describe, expect, it } from 'vitest';
import type { FeedState } from '../../protocol/health.ts';
import type { VenueId } from '../../protocol/units.ts';
import type { MarkView } from '../stream/port.ts';
import { markNow, marksAreHeard } from './mark-now.ts';

const mark: MarkView = {
  price: 1,
  index: null,
  fundingRate: null,
  nextFundingAt: null,
  at: 1,
  state: 'live',
};
const line = (state: FeedState, books: number, marks: number) => ({ state, books, marks, sentence: '' });
const feed = (...lines: ReturnType<typeof line>[]) => [{ venue: 'sim' as VenueId, lines }];

describe('a mark as it stands now', () => {
  it.each([
    ['its own connection is dead', feed(line('live', 3, 0), line('stale', 0, 3)), false],
    ['the books’ connection is dead', feed(line('down', 3, 0), line('live', 0, 3)), true],
    ['one of two that carry marks is heard', feed(line('down', 3, 3), line('live', 3, 3)), true],
    ['nothing is known of its connections', feed(), true],
    ['its venue has not told of itself', [], true],
  ])('%s', (_what, feeds, heard) => {
    expect(marksAreHeard(feeds, 'sim')).toBe(heard);
  });

  it('is old as soon as its connection is, and never newer than it says itself', () => {
    expect(markNow(mark, false)).toEqual({ ...mark, state: 'stale' });
    expect(markNow(mark, true)).toBe(mark);
    const ended: MarkView = { ...mark, state: 'ended' };
    expect(markNow(ended, false)).toBe(ended);
    expect(markNow(null, false)).toBeNull();
  });
});
