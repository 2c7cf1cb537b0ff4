import { formatPrice, formatSize, type Instrument } from '../../protocol/instrument.ts';
import type { Lots, Ticks, VenueId } from '../../protocol/units.ts';
import type { Dialect } from '../../server/feeds/dialect.ts';
import { cycleOf, startOf, type Level, type Sides, type Turn } from './market.ts';
import type { Template } from './wire.ts';

export const INSTRUMENTS_A_VENUE = 20;

/** A venue of the flood: what it answers, and what it sends of each instrument, over and over. */
export interface FloodVenue {
  readonly dialect: Dialect;
  readonly symbols: readonly string[];
  /** Behind the address of the server. */
  readonly path?: string;
  readonly greeting?: readonly string[];
  /** Of each symbol. */
  readonly markets: readonly FloodMarket[];
  /** What REST answers; null: nothing is there. `now` in ms. */
  rest(path: string, query: URLSearchParams, now: number, books: BooksNow): unknown;
  /** What a frame of ours is answered with, and whose data flows over its connection from then on. */
  asked(text: string): Asked;
}

export interface FloodMarket {
  /** The book before the cycle, where it comes in the stream. */
  readonly snapshot: Template | null;
  readonly cycle: readonly Template[];
  readonly instrument: Instrument;
  /** What a template's `turn` counts. */
  readonly turns: readonly Turn[];
}

export interface Asked {
  readonly answers: readonly string[];
  /** Positions of symbols. */
  readonly begins: readonly number[];
}

/** The book of a symbol at this moment, and its number. */
export type BooksNow = (symbol: string) => { readonly update: number; readonly sides: Sides } | null;

/** `C00`, `C01`, … */
export const COINS = Array.from(
  { length: INSTRUMENTS_A_VENUE },
  (_, at) => `C${String(at).padStart(2, '0')}`,
);

/** An instrument as its venue lists it, with the words for its numbers. */
export class Listed {
  readonly instrument: Instrument;
  readonly turns: readonly Turn[];

  constructor(instrument: Instrument) {
    this.instrument = instrument;
    this.turns = cycleOf(instrument.index);
  }

  get symbol(): string {
    return this.instrument.symbol;
  }

  price(ticks: number): string {
    return formatPrice(ticks as Ticks, this.instrument);
  }

  size(lots: number): string {
    return formatSize(lots as Lots, this.instrument);
  }

  /** `["price","size"],…` or whatever `write` makes of each. */
  levels(
    side: readonly Level[],
    write = (price: string, size: string): string => `["${price}","${size}"]`,
  ): string {
    return side.map(([ticks, lots]) => write(this.price(ticks), this.size(lots))).join(',');
  }

  /** Each turn's frames in a row; `once`: at the end of all. */
  market(
    ofTurn: (turn: Turn, at: number) => readonly Template[],
    more: {
      readonly once?: (last: Turn) => readonly Template[];
      readonly snapshot?: (book: Sides) => Template;
    },
  ): FloodMarket {
    const last = this.turns.at(-1);
    return {
      snapshot: more.snapshot?.(startOf(this.turns)) ?? null,
      cycle: [...this.turns.flatMap(ofTurn), ...((last && more.once?.(last)) ?? [])],
      instrument: this.instrument,
      turns: this.turns,
    };
  }
}

/** @throws Error when the dialect does not read this list. */
export function listedOf(dialect: Dialect, answer: unknown, symbols: readonly string[]): Listed[] {
  const listing = dialect.rest.readInstruments(answer, symbols, 'flood' as VenueId);
  if (!listing.ok) throw new Error(`${dialect.name}: ${listing.error.sentence}`);
  return listing.value.instruments.map((instrument) => new Listed(instrument));
}

export const bestOf = ({ bids, asks }: Sides): readonly [bid: Level, ask: Level] => [
  bids[0] ?? [0, 0],
  asks[0] ?? [0, 0],
];
