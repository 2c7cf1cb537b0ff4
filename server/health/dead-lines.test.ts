import { describe, expect, it } from 'vitest';
import type { FeedState, FeedView } from '../../protocol/health.ts';
import type { VenueId } from '../../protocol/units.ts';
import { DeadLines } from './dead-lines.ts';

const venue = 'sim' as VenueId;
const view = (states: readonly FeedState[], state: FeedState = 'down'): FeedView =>
  ({
    venue,
    state,
    lines: states.map((each) => ({ state: each, books: 1, marks: 0, sentence: '' })),
  }) as unknown as FeedView;
const SECOND = 1_000_000;

/** Sees these words a second after each other; returns which connections were told after each. */
function told(...words: readonly FeedView[]): number[][] {
  const lines = new DeadLines();
  return words.map((word, at) => {
    lines.saw(word, at * SECOND);
    return lines.of([word], at * SECOND).map((dead) => dead.at);
  });
}

describe('R-37 a connection that is dead while others of its venue are heard', () => {
  it('is told once it has been so for a second, each by itself, until it is back', () => {
    expect(
      told(
        view(['live', 'stale', 'live']),
        view(['live', 'down', 'live']),
        view(['live', 'down', 'stale']),
        view(['live', 'down', 'down']),
        view(['live', 'live', 'down']),
        view(['live', 'live', 'live'], 'live'),
      ),
    ).toEqual([[], [2], [2], [2, 3], [3], []]);
  });

  it('is nothing of its own when the whole venue falls, one connection after another', () => {
    const lines = new DeadLines();
    const [part, whole] = [view(['live', 'down']), view(['down', 'down'])];
    lines.saw(part, 0);
    lines.saw(whole, 5000);
    expect(lines.of([whole], 10 * SECOND)).toEqual([]);
    // One comes back: the other is dead alone from then on.
    lines.saw(part, 10 * SECOND);
    expect(lines.of([part], 10 * SECOND)).toEqual([]);
    expect(lines.of([part], 11 * SECOND)).toHaveLength(1);
  });

  it('is none while it only begins, nor when a replay ended', () => {
    const begins = view(['live', 'connecting', 'connected'], 'connecting');
    const ended = view(['live', 'down'], 'ended');
    expect(told(begins, begins, begins)).toEqual([[], [], []]);
    expect(told(ended, ended, ended)).toEqual([[], [], []]);
  });

  it('no more than eight of a venue are told by themselves', () => {
    const many = view(['live', ...Array.from({ length: 500 }, () => 'down' as const)]);
    expect(told(many, many)[1]).toHaveLength(8);
  });
});
