import { performance } from 'node:perf_hooks';
import {
  HARMLESS,
  deepened,
  mangled,
  noise,
  patched,
  swollen,
  truncated,
  turned,
  type Random,
} from '../../server/feeds/testing/damage.ts';
import { IntakeRig } from '../../server/feeds/testing/intake-rig.ts';
import { VENUE_FRAMES, type VenueFrames } from '../../server/feeds/testing/venue-frames.ts';
import { seeded } from '../../server/testing/seeded.ts';
import { median, type Cell } from '../lib/report.ts';

/** A hostile message may cost so many times what `JSON.parse` of its bytes costs, and so much more, µs. */
const TIMES_PARSE = 3;
const MICROS_MORE = 20;
const MESSAGES_A_KIND = 200;
/** Each message is read so often; its least time counts, as what else the machine does only adds. */
const READS = 5;
const LARGE = `"${'y'.repeat(100_000)}"`;

type Kind = (frame: string, random: Random) => Uint8Array;
const textual =
  (damage: (frame: string, random: Random) => string): Kind =>
  (frame, random) =>
    Buffer.from(damage(frame, random));
const KINDS: Readonly<Record<string, Kind>> = {
  ...Object.fromEntries(Object.entries(HARMLESS).map(([name, damage]) => [name, textual(damage)])),
  'numbers as texts and the reverse': textual(turned),
  'other values': textual(mangled),
  'cut short': textual(truncated),
  'letters replaced': textual(patched),
  'no text at all': (_, random) => noise(random),
  '33 arrays in each other': textual((frame) => deepened(frame, 33, '[')),
  'a text of 100 kB': textual((frame, random) => swollen(frame, LARGE, random)),
};

export interface HostileCost {
  readonly venue: string;
  readonly kind: string;
  /** µs a message, medians. */
  readonly ours: number;
  readonly parse: number;
  /** Median of what each message may cost. */
  readonly allowed: number;
}

/** What hostile messages cost a feed, from bytes to quarantine, beside `JSON.parse` of the same bytes. */
export function measureHostile(seed: number): HostileCost[] {
  return VENUE_FRAMES.flatMap((venue) => {
    const random = seeded(seed);
    const messages = Object.entries(KINDS).map(([kind, make]) => ({
      kind,
      frames: framesOf(venue, make, random),
    }));
    const rig = new IntakeRig(venue.dialect, venue.instruments);
    const read = (bytes: Uint8Array): void => rig.frame(bytes);
    // Not counted: the compiler needs a while to be done.
    for (const { frames } of messages) for (const bytes of frames) leastMicros(bytes, read, parsed);
    return messages.map(({ kind, frames }) => {
      const costs = frames.map((bytes) => leastMicros(bytes, read, parsed));
      return {
        venue: venue.dialect.name,
        kind,
        ours: median(costs.map(([ours = NaN]) => ours)),
        parse: median(costs.map(([, parse = NaN]) => parse)),
        allowed: median(costs.map(([, parse = NaN]) => allowedMicros(parse))),
      };
    });
  });
}

export const HOSTILE_HEADERS = ['a hostile message, µs: worst kind', 'kind', 'ours', 'JSON.parse', 'allowed'];

/** The dearest kind of each venue, by what is left of its allowance. */
export function worstOf(costs: readonly HostileCost[]): Cell[][] {
  const venues = [...new Set(costs.map(({ venue }) => venue))];
  return venues.map((name) => {
    const own = costs.filter(({ venue }) => venue === name);
    const worst = own.reduce((a, b) => (b.ours / b.allowed > a.ours / a.allowed ? b : a));
    return [name, worst.kind, worst.ours, worst.parse, worst.allowed];
  });
}

export const isHostilePaid = (costs: readonly HostileCost[]): boolean =>
  costs.every(({ ours, allowed }) => ours <= allowed);

const allowedMicros = (parse: number): number => TIMES_PARSE * parse + MICROS_MORE;

function framesOf({ fast, slow }: VenueFrames, make: Kind, random: Random): Uint8Array[] {
  const good = [...fast, ...slow];
  return Array.from({ length: MESSAGES_A_KIND }, (_, at) => make(good[at % good.length] ?? '', random));
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
  } catch (error) {
    return error;
  }
}

/** The least µs of each way, by turns. */
function leastMicros(bytes: Uint8Array, ...ways: readonly ((bytes: Uint8Array) => unknown)[]): number[] {
  const least = ways.map(() => Infinity);
  for (let read = 0; read < READS; read++) {
    ways.forEach((way, at) => {
      const from = performance.now();
      way(bytes);
      least[at] = Math.min(least[at] ?? Infinity, (performance.now() - from) * 1000);
    });
  }
  return least;
}
