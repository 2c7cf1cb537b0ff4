import { describe, expect, it } from 'vitest';
import type { FeedChannel, FeedQuality } from '../../../protocol/feed-quality.ts';
import type { FeedView } from '../../../protocol/health.ts';
import type { VenueId } from '../../../protocol/units.ts';
import { hasBook } from '../../state/has-book.ts';
import {
  carriedText,
  checksText,
  clockText,
  countsText,
  latencyText,
  meansText,
  rateText,
} from './quality-words.ts';

const channel: FeedChannel = {
  channel: 'book',
  messages: 12,
  refused: 0,
  perSecond: 9.5,
  windowSeconds: 30,
  latency: { p50Ms: 0.8, p99Ms: 38.2, samples: 300 },
  reveals: { dropped: 'chain', doubled: 'chain', swapped: 'chain', changed: null },
};
const quality: FeedQuality = {
  proof: 'capture',
  channels: [channel],
  checks: { chained: 12_345, checksums: 0, checksumsFailed: 0, compared: 500, differed: 2 },
  refusals: [],
};
const feed: FeedView = {
  venue: 'sim' as VenueId,
  state: 'live',
  sentence: 'Live.',
  lines: [],
  frames: 1,
  gaps: 1,
  resyncs: 2,
  reconnects: 0,
  quarantined: 0,
  clockOffsetMs: null,
  clockUncertaintyMs: null,
  clockSource: null,
  lastFrameAt: null,
  quality,
  replay: null,
};

describe('what is said of a feed’s data', () => {
  it('what it cannot reveal is said to be not verifiable, never left blank', () => {
    expect(meansText('chain')).toBe('chain');
    expect(meansText('checksum')).toBe('CRC');
    expect(meansText(null)).toBe('not verifiable');
  });

  it('what was not measured is no number', () => {
    expect([rateText(channel), latencyText(channel)]).toEqual(['9.5 /s', '0.8 ms / 38 ms']);
    expect(rateText({ perSecond: null })).toBe('not measured');
    expect(latencyText({ latency: null })).toBe('not measured');
  });

  it.each([
    [1, 0, '1 book'],
    [12, 12, '12 books and marks'],
    [1, 1, '1 book and mark'],
    [3, 2, '3 books, 2 marks'],
    [0, 1, '1 mark'],
    [0, 0, 'no book'],
  ])('a connection of %i books and %i marks carries %s', (books, marks, text) => {
    expect(carriedText({ books, marks })).toBe(text);
  });

  it('a clock has its error, and how it was judged where nobody told it', () => {
    expect(clockText(feed)).toBe('clock offset not measured');
    const told = { ...feed, clockOffsetMs: 0.4, clockUncertaintyMs: 2, clockSource: 'asked' as const };
    expect(clockText(told)).toBe('clock +0.4 ms ± 2.0');
    expect(clockText({ ...told, clockSource: 'messages' })).toContain('judged by when its messages come');
  });

  it('counts what happened, and names only the checks that there were', () => {
    expect(countsText(feed)).toBe('1 gap, 2 resyncs, 0 reconnects');
    expect(checksText(quality)).toBe(
      '12.3 k updates chained · 500 best prices held against the book, 2 differed',
    );
  });
});

describe('whether a venue has books', () => {
  it('is known from its channels, and unknown before its feed runs', () => {
    const quotesOnly = { ...quality, channels: [{ ...channel, channel: 'ticker' as const }] };
    expect(hasBook([feed], 'sim')).toBe(true);
    expect(hasBook([{ ...feed, quality: quotesOnly }], 'sim')).toBe(false);
    expect(hasBook([{ ...feed, quality: null }], 'sim')).toBeNull();
    expect(hasBook([feed], 'other')).toBeNull();
    expect(hasBook([feed], null)).toBeNull();
  });
});
