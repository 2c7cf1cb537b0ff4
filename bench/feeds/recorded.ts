import type { Instrument } from '../../protocol/instrument.ts';
import type { VenueId } from '../../protocol/units.ts';
import type { BookSnapshot, Dialect } from '../../server/feeds/dialect.ts';

/** Of one instrument, as they came over one connection. */
export interface RecordedFrames {
  readonly instrument: Instrument;
  readonly trades: readonly Buffer[];
  readonly depth: readonly Buffer[];
  /** The book that the first change is of: what REST answered, or the frame that told it. */
  readonly opening: Opening;
}

/** Of REST the `limit` is that of a whole book, so that no other is asked for. */
export type Opening = BookSnapshot | Buffer;

/** @throws Error when the venue's own list of instruments cannot be read or does not have it. */
export function listed(dialect: Dialect, answer: unknown, symbol: string): Instrument {
  const read = dialect.rest.readInstruments(answer, [symbol], 'bench' as VenueId);
  const instrument = read.ok ? read.value.instruments[0] : null;
  if (!instrument) throw new Error(`${dialect.name} does not list ${symbol}.`);
  return instrument;
}

const TRADES = 3000;
const APART = 1_000_000;

/**
 * A few trades as many: told again and again, each time by ids of their own, so that what it takes to
 * begin weighs as little as it does with a feed that runs for hours. `ids` finds what is before an id,
 * and the id.
 */
export function prolonged(trades: readonly string[], ids: RegExp): string[] {
  const rounds = Math.ceil(TRADES / trades.length);
  return Array.from({ length: rounds }, (_, round) =>
    trades.map((text) =>
      text.replace(ids, (_match, before: string, id: string) => `${before}${Number(id) + round * APART}`),
    ),
  ).flat();
}

/** The first of a stream's book frames tells the whole book, the others its changes. */
export function framesOf(
  instrument: Instrument,
  book: readonly string[],
  trades: readonly string[],
): RecordedFrames {
  const [opening, ...depth] = book.map((text) => Buffer.from(text));
  if (!opening) throw new Error(`There is no book of ${instrument.name}.`);
  return { instrument, trades: trades.map((text) => Buffer.from(text)), depth, opening };
}
