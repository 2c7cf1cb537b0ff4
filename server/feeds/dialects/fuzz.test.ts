import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { heldBytes } from '../../testing/held-bytes.ts';
import { seeded } from '../../testing/seeded.ts';
import { MAX_FRAME_BYTES } from '../json.ts';
import { Collected, type Told } from '../testing/collected.ts';
import {
  HARMLESS,
  MONSTERS,
  deepened,
  mangled,
  noise,
  patched,
  swollen,
  truncated,
  turned,
  varied,
  type Damage,
} from '../testing/damage.ts';
import { IntakeRig } from '../testing/intake-rig.ts';
import { depthOf, readTree } from '../testing/json-tree.ts';
import { VENUE_FRAMES, type VenueFrames } from '../testing/venue-frames.ts';
import { dialects } from './index.ts';

/** One harness for every dialect: a new one joins by its frames in `VENUE_FRAMES`. */
const MOST_NESTED = 32;
/** A person reads it: no sentence carries what was sent as it came. */
const LONGEST_SENTENCE = 400;

const bytesOf = (frame: string | Uint8Array): Uint8Array =>
  typeof frame === 'string' ? Buffer.from(frame) : frame;

/** What a connection's first frame tells. */
function toldOf({ dialect, instruments }: VenueFrames, frame: string | Uint8Array): Told[] {
  return new Collected().of(dialect.decoder(instruments), bytesOf(frame));
}

/** The same by `JSON.parse`: no venue begins with a blank, so no reader of its own letters takes it. */
function toldSlowly(venue: VenueFrames, frame: string | Uint8Array): Told[] {
  return toldOf(venue, Buffer.concat([Buffer.from(' '), bytesOf(frame)]));
}

const takenOf = (told: readonly Told[]): Told[] => told.filter(([what]) => what === 'take');
const refusedOf = (told: readonly Told[]): Told[] =>
  told.filter(([what, , refusal]) => what === 'refused' || what === 'broken' || (refusal ?? null) !== null);

/** What is told of it is told alike by both readers; refusals are for people. */
function readAlike(venue: VenueFrames, frame: string | Uint8Array): Told[] {
  const told = toldOf(venue, frame);
  expect(toldSlowly(venue, frame)).toEqual(told);
  for (const one of told) {
    const refusal = one[0] === 'take' ? null : one[0] === 'reply' ? one[2] : one[1];
    if (!refusal) continue;
    expect(refusal.code).toMatch(/^[a-z-]+$/);
    expect(refusal.sentence.length).toBeLessThan(LONGEST_SENTENCE);
  }
  return told;
}

/** Runs `check` for frames damaged from seeds; a failure says the frame and the seed. */
function forDamaged(
  frames: readonly string[],
  damage: Damage,
  check: (damaged: string, frame: string) => void,
  numRuns = 200,
): void {
  fc.assert(
    fc.property(fc.constantFrom(...frames), fc.nat(), (frame, seed) =>
      check(damage(frame, seeded(seed)), frame),
    ),
    { numRuns },
  );
}

/** How many of the frames `JSON.parse` had to read. */
function parsedOf(read: () => void): number {
  const parse = vi.spyOn(JSON, 'parse');
  read();
  const { length } = parse.mock.calls;
  parse.mockRestore();
  return length;
}

afterEach(() => vi.restoreAllMocks());

it('every dialect is in the harness', () => {
  expect(new Set(VENUE_FRAMES.map(({ dialect }) => dialect))).toEqual(new Set(dialects));
});

describe.each(VENUE_FRAMES)('$dialect.name', (venue) => {
  const { dialect, instruments, fast, slow, quiet, unknown } = venue;
  const data = [...fast, ...slow];

  it('its frames are read, those of books and trades without JSON.parse where there is a reader of their own', () => {
    for (const frame of data) {
      const told = readAlike(venue, frame);
      expect(told.length).toBeGreaterThan(0);
      expect(takenOf(told)).toEqual(told);
    }
    for (const frame of fast) expect(parsedOf(() => toldOf(venue, frame))).toBe(0);
    for (const frame of slow) expect(parsedOf(() => toldOf(venue, frame))).toBe(1);
    for (const frame of data) expect(parsedOf(() => toldSlowly(venue, frame))).toBe(1);
    for (const frame of quiet) expect(refusedOf(toldOf(venue, frame))).toEqual([]);
  });

  it.each(Object.entries(HARMLESS))('%s change nothing', (_, damage) => {
    forDamaged(data, damage, (damaged, frame) => {
      expect(toldOf(venue, damaged)).toEqual(toldOf(venue, frame));
    });
  });

  it('other numbers and lists, in any order of fields: both readers read the same', () => {
    forDamaged(data, varied, (damaged) => {
      const told = readAlike(venue, damaged);
      const order = seeded(damaged.length);
      expect(toldOf(venue, HARMLESS['fields in another order'](damaged, order))).toEqual(told);
    });
  });

  it('a number as a text, or the reverse, means the same or is refused', () => {
    forDamaged(data, turned, (damaged, frame) => {
      const told = readAlike(venue, damaged);
      const good = toldOf(venue, frame);
      for (const one of takenOf(told)) expect(good).toContainEqual(one);
      if (takenOf(told).length < good.length) expect(refusedOf(told)).not.toEqual([]);
    });
  });

  it('what was cut short is refused, nothing of it is taken', () => {
    forDamaged(data, truncated, (damaged) => {
      expect(readAlike(venue, damaged).map(([what]) => what)).toEqual(['refused']);
    });
  });

  it('bytes of no text are refused', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        expect(readAlike(venue, noise(seeded(seed))).map(([what]) => what)).toEqual(['refused']);
      }),
    );
  });

  it.each([
    ['something else in place of a value', mangled],
    ['letters replaced in the middle of anything', patched],
  ])('%s: never read otherwise than JSON.parse does, never thrown', (_, damage) => {
    forDamaged(
      [...data, ...quiet.filter((frame) => frame !== 'pong')],
      damage,
      (damaged) => void readAlike(venue, damaged),
      1000,
    );
  });

  it('what is nested deeper than 32 is refused before it is parsed', () => {
    const place = fc.record({
      frame: fc.constantFrom(...data),
      depth: fc.integer({ min: 1, max: 100 }),
      bracket: fc.constantFrom('[' as const, '{' as const),
    });
    fc.assert(
      fc.property(place, ({ frame, depth, bracket }) => {
        const deep = deepened(frame, depth, bracket);
        if (depthOf(readTree(deep)) <= MOST_NESTED) {
          expect(toldOf(venue, deep)).toEqual(toldOf(venue, frame));
          return;
        }
        let told: Told[] = [];
        expect(parsedOf(() => (told = toldOf(venue, deep)))).toBe(0);
        expect(told).toMatchObject([['refused', { code: 'nested' }]]);
      }),
    );
  });

  it('what is larger than any frame of a venue is refused before it is parsed', () => {
    const frame = data[0] ?? '';
    const large = Buffer.alloc(MAX_FRAME_BYTES + 1, ' ');
    large.write(frame, 1);
    let told: Told[] = [];
    expect(parsedOf(() => (told = toldOf(venue, large)))).toBe(0);
    expect(told).toMatchObject([['refused', { code: 'oversized' }]]);
  });

  it.each(Object.entries(MONSTERS))('%s: refused', (_, monster) => {
    const kinds = new Set(toldOf(venue, monster()).map(([what]) => what));
    expect([...kinds]).toEqual(['refused']);
  });

  it.each([
    ['100 kB', 100_000, 100],
    ['10 MB', 10_000_000, 4],
  ])('%s in place of any value: refused, or of no matter', (_, length, numRuns) => {
    const digits = '9'.repeat(length);
    fc.assert(
      fc.property(fc.constantFrom(...data), fc.boolean(), fc.nat(), (frame, isText, seed) => {
        const told = toldOf(venue, swollen(frame, isText ? `"${digits}"` : digits, seeded(seed)));
        const good = toldOf(venue, frame);
        for (const one of takenOf(told)) expect(good).toContainEqual(one);
        if (takenOf(told).length < good.length) expect(refusedOf(told)).not.toEqual([]);
        for (const one of refusedOf(told)) expect(JSON.stringify(one).length).toBeLessThan(LONGEST_SENTENCE);
      }),
      { numRuns },
    );
  });

  it('messages of a kind that it does not tell are refused', () => {
    for (const frame of unknown) expect(readAlike(venue, frame).map(([what]) => what)).toEqual(['refused']);
  });

  it('a feed counts what is refused, keeps some of it with its bytes, and holds no more than before', () => {
    const rig = new IntakeRig(dialect, instruments);
    const random = seeded(7);
    const damages = [turned, truncated, mangled, patched, varied, ...Object.values(HARMLESS)];
    const round = (): void => {
      for (let count = 0; count < 100; count++) {
        for (const damage of damages) {
          const frame = data[count % data.length] ?? '';
          rig.frame(Buffer.from(damage(frame, random)));
        }
        rig.frame(noise(random));
      }
    };
    round();
    const refused = rig.refused;
    expect(refused).toBeGreaterThan(200);
    const held = heldBytes();
    for (let rounds = 0; rounds < 3; rounds++) round();
    expect(heldBytes() - held).toBeLessThan(1_000_000);
    expect(rig.refused).toBeGreaterThan(refused * 3);
    expect(rig.taken).toBeGreaterThan(0);
    expect(rig.quarantined.length).toBeGreaterThan(0);
    for (const { code, sentence, bytes } of rig.quarantined) {
      expect([code, sentence].every((text) => text.length > 0)).toBe(true);
      expect(Buffer.from(bytes, 'base64').length).toBeLessThanOrEqual(2048);
    }
  });
});
