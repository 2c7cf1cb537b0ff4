import { describe, expect, it } from 'vitest';
import { MOST_REFUSED } from './intake.ts';
import { IntakeRig } from './testing/intake-rig.ts';
import { VENUE_FRAMES } from './testing/venue-frames.ts';

/** More than a call has room for as arguments. */
const ENTRIES = 150_000;
const WRONG = '1,'.repeat(ENTRIES);

/** The frame with so many wrong entries before what each of its lists holds, one list at a time. */
function* swollen(frame: string): Generator<string> {
  for (const { index } of frame.matchAll(/\[(?!\])/g)) {
    yield frame.slice(0, index + 1) + WRONG + frame.slice(index + 1);
  }
}

describe.each(VENUE_FRAMES.map((venue) => [venue.dialect.name, venue] as const))('%s', (_name, venue) => {
  it(`a list with ${ENTRIES} wrong entries is given up at its first, or at the ${MOST_REFUSED}th message`, () => {
    const { dialect, instruments, fast, slow, quiet } = venue;
    const frames = [...fast.slice(0, 1), ...fast.slice(-1), ...slow.slice(0, 1), ...quiet.slice(-1)];
    for (const frame of frames.flatMap((one) => [...swollen(one)])) {
      const rig = new IntakeRig(dialect, instruments);
      rig.frame(Buffer.from(frame));
      const said = `${frame.slice(0, 80)}: ${rig.quarantined.at(-1)?.code}`;
      expect(rig.refused, said).toBeLessThanOrEqual(MOST_REFUSED + 1);
      expect(rig.quarantined.map(({ code }) => code)).not.toContain('unreadable');
      if (rig.refused > MOST_REFUSED) {
        expect(rig.broken).toHaveLength(1);
        // Where one of its messages alone does not say already that books are not whole.
        if (dialect.id !== 'coinbase' || !frame.includes('l2_data')) {
          expect(rig.broken[0]?.sentence).toBe(
            `1000 messages of one frame were refused: the rest of its ${frame.length} bytes is not read.`,
          );
        }
      }
    }
  });
});

it('a decoder that fails refuses its frame, and the books of its connection are sent anew', () => {
  const [venue] = VENUE_FRAMES;
  if (!venue) throw new Error('no dialect');
  const fails = { decode: () => [].reduce((sum) => sum) };
  const rig = new IntakeRig({ ...venue.dialect, decoder: () => fails }, venue.instruments);
  rig.frame(Buffer.from('{}'));
  expect(rig.quarantined.map(({ code }) => code)).toEqual(['unreadable']);
  expect(rig.broken).toHaveLength(1);
  expect(rig.broken[0]?.sentence).toContain('Reduce of empty array');
});
