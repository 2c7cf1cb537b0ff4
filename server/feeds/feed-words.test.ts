import { describe, expect, it } from 'vitest';
import type { FeedLine } from '../../protocol/health.ts';
import { describeFeed, describeLine, worstOf, type FeedFacts, type LineFacts } from './feed-words.ts';

const inStep = { synced: true, wasSynced: true, state: 'live' } as const;
const silent = { synced: true, wasSynced: true, state: 'quiet' } as const;
const broken = { synced: false, wasSynced: true, state: 'resyncing' } as const;
const unbuilt = { synced: false, wasSynced: false, state: 'never' } as const;
const line: LineFacts = {
  phase: 'live',
  failures: 0,
  sentence: 'Live.',
  books: [inStep],
};

describe('how a line stands', () => {
  it.each<[string, Partial<LineFacts>, string]>([
    ['waits for its first turn', { phase: 'waiting' }, 'connecting'],
    ['waits after a failure', { phase: 'waiting', failures: 1 }, 'down'],
    ['tries again', { phase: 'connecting', failures: 1 }, 'down'],
    ['is connected, not subscribed', { phase: 'subscribing' }, 'connected'],
    ['was refused before and is not subscribed', { phase: 'subscribing', failures: 1 }, 'down'],
    ['is subscribed, no book built', { books: [unbuilt, unbuilt] }, 'subscribed'],
    ['has lost a book', { books: [inStep, broken] }, 'resyncing'],
    ['has lost its only book', { books: [broken] }, 'resyncing'],
    ['has an instrument that speaks', { books: [silent, inStep] }, 'live'],
    ['has none that speaks', { books: [silent, silent] }, 'quiet'],
    ['carries no books', { books: [] }, 'live'],
    ['has had no frame', { phase: 'stale' }, 'stale'],
    ['is stopped', { phase: 'stopped' }, 'down'],
  ])('%s', (_what, facts, state) => {
    expect(describeLine({ ...line, ...facts }).state).toBe(state);
  });
});

const carrying = (books: number, state: FeedLine['state'], sentence: string, marks = 0): FeedLine => ({
  books,
  marks,
  state,
  sentence,
});

describe('how a feed stands', () => {
  const feed: FeedFacts = {
    ended: false,
    lines: [carrying(5, 'live', 'Live.')],
    startFault: null,
    restFault: null,
    held: false,
    books: 5,
    missing: 0,
    distrusted: [],
    remark: '',
  };

  it('as its worst line, whatever the others say', () => {
    const sentence = '5 failures: next try in 43 s.';
    const down = carrying(4, 'down', sentence);
    const live = carrying(1, 'live', 'Live.');
    expect(worstOf([live, down, live])).toBe(down);
    expect(describeFeed({ ...feed, lines: [down] })).toEqual({ state: 'down', sentence });
    expect(describeFeed({ ...feed, lines: [down, down] })).toEqual({ state: 'down', sentence });
  });

  it.each([
    [
      [carrying(3, 'live', ''), carrying(4, 'down', 'Why.')],
      '1 of 2 connections, the one with the books of 4 instruments: Why.',
    ],
    [
      [carrying(3, 'quiet', ''), carrying(0, 'stale', 'Why.', 1)],
      '1 of 2 connections, the one with the marks of 1 instrument: Why.',
    ],
    [
      [carrying(3, 'resyncing', ''), carrying(1, 'down', 'Why.', 1), carrying(2, 'stale', 'No.')],
      '2 of 3 connections, one with the books and marks of 1 instrument: Why.',
    ],
    [
      [carrying(3, 'live', ''), carrying(3, 'connecting', 'Why.', 2)],
      '1 of 2 connections, the one with the books of 3 instruments and the marks of 2 instruments: Why.',
    ],
  ])('whose other connections go on: which of them is meant (%#)', (lines, sentence) => {
    expect(describeFeed({ ...feed, lines }).sentence).toBe(sentence);
  });

  it('of a paused replay nothing is late: it is quiet, or its books come later', () => {
    const resyncing = carrying(5, 'resyncing', '');
    expect(describeFeed({ ...feed, held: true })).toEqual({
      state: 'quiet',
      sentence: 'The replay is paused.',
    });
    const facts = { ...feed, held: true, lines: [resyncing], missing: 2, restFault: 'AAA: no answer.' };
    expect(describeFeed(facts)).toEqual({
      state: 'resyncing',
      sentence: 'The replay is paused. 2 of 5 books come later in the recording.',
    });
  });

  it('says how many books are missing and why they cannot be had', () => {
    const lines = [carrying(5, 'resyncing', '')];
    const facts = { ...feed, lines, missing: 2, restFault: 'AAA: no answer.' };
    expect(describeFeed(facts).sentence).toBe(
      '2 of 5 books are being built from a snapshot. AAA: no answer.',
    );
  });
});
