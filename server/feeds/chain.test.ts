import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linkOf } from './chain.ts';

const change = (firstUpdate: number, lastUpdate: number, previousUpdate = 0) => ({
  firstUpdate,
  lastUpdate,
  previousUpdate,
});

describe('whether a change follows the book', () => {
  it.each([
    ['the next number', change(11, 11), 'next'],
    ['a change that begins in what we have', change(8, 11), 'next'],
    ['all of it is in the book', change(9, 10), 'old'],
    ['a number is missing', change(12, 13), 'gap'],
  ])('range: %s', (_, next, link) => {
    expect(linkOf('range', next, 10, true)).toBe(link);
    expect(linkOf('range', next, 10, false)).toBe(link);
  });

  it.each([
    ['it names the last one', change(15, 20, 10), true, 'next'],
    ['its numbers start over', change(0, 3, 10), true, 'next'],
    ['it names another one', change(11, 20, 9), true, 'gap'],
    ['it came twice', change(5, 10, 4), true, 'old'],
    ['its numbers started over, unseen', change(5, 9, 4), true, 'gap'],
    ['the first behind a snapshot reaches into it', change(5, 20, 4), false, 'next'],
    ['the first behind a snapshot is older', change(5, 9, 4), false, 'old'],
    ['the first behind a snapshot leaves some out', change(15, 20, 14), false, 'gap'],
  ])('previous: %s', (_, next, bridged, link) => {
    expect(linkOf('previous', next, 10, bridged)).toBe(link);
  });

  it('a numbered stream with one message dropped has a gap there, and nowhere before', () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 3, maxLength: 30 });
    fc.assert(
      fc.property(
        lengths,
        fc.constantFrom('range' as const, 'previous' as const),
        fc.nat(),
        (spans, rule, at) => {
          let have = 100;
          const sent = spans.map((span) => {
            const message = change(have + 1, have + span, have);
            have += span;
            return message;
          });
          // The last one's loss shows with the message behind it only.
          const dropped = at % (sent.length - 1);
          let book = 100;
          sent.forEach((message, index) => {
            if (index === dropped || index > dropped + 1) return;
            const link = linkOf(rule, message, book, index > 0);
            expect(link).toBe(index < dropped ? 'next' : 'gap');
            if (link === 'next') book = message.lastUpdate;
          });
        },
      ),
    );
  });
});
