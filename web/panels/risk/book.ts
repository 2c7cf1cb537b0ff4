/** What the positions and an order are worth, exactly, before the kernel makes floats of them. */
import { valuedInDollars } from '../../../protocol/dollars.ts';
import { notional, parseSize, type Instrument } from '../../../protocol/instrument.ts';
import type { Position } from '../../../protocol/orders.ts';
import { ok, refuse, type Result } from '../../../protocol/result.ts';
import type { Lots, QuoteMicros, Ticks } from '../../../protocol/units.ts';
import type { Exposure } from '../../../shaders/analyses/risk.ts';
import { freshness } from '../../state/freshness.ts';
import type { QuoteView } from '../../stream/port.ts';

/** The market as it was when the book was valued. */
export interface Market {
  readonly instruments: readonly Instrument[];
  readonly quotes: readonly (QuoteView | undefined)[];
  readonly label: (instrument: Instrument) => string;
  /** When these quotes were taken, µs; null: none has come. */
  readonly asOf: number | null;
}

export interface ValuedBook {
  /** Signed, in millionths of a dollar. */
  readonly book: readonly Exposure[];
  /** Why a position has no value: then nothing is known of the whole. */
  readonly unknown: readonly string[];
  /** Valued at a price that may not be the present one. */
  readonly old: readonly string[];
}

export function valuedBook(positions: readonly Position[], market: Market): ValuedBook {
  const book: Exposure[] = [];
  const unknown: string[] = [];
  const old: string[] = [];
  for (const { instrument: index, size } of positions) {
    if (size === 0) continue;
    const instrument = market.instruments[index];
    if (!instrument) {
      unknown.push('A position is in an instrument that is not listed.');
      continue;
    }
    const name = market.label(instrument);
    const quote = market.quotes[index];
    const value = worth(instrument, quote, size, name);
    if (value.ok) book.push({ name, value: value.value });
    else unknown.push(value.error.sentence);
    if (value.ok && freshness(quote?.state, false) === 'stale') old.push(name);
  }
  return { book, unknown, old };
}

/**
 * At the mid, signed, in millionths of a dollar. What an inverse contract gains in dollars is its face
 * value times the return, as of a linear one: only what it is paid in differs.
 */
function worth(
  instrument: Instrument,
  quote: QuoteView | undefined,
  lots: Lots,
  name: string,
): Result<QuoteMicros> {
  if (!valuedInDollars(instrument.quote)) {
    return refuse(
      'currency',
      `${name} is quoted in ${instrument.quote}, which is not valued in dollars here.`,
    );
  }
  if (!quote || quote.bidTicks <= 0 || quote.askTicks <= 0) {
    return refuse('no-price', `${name} has no price.`);
  }
  const [bid, ask] = [quote.bidTicks, quote.askTicks].map((ticks) =>
    notional(instrument, ticks as Ticks, lots),
  );
  if (bid === undefined || ask === undefined || bid === null || ask === null) {
    return refuse('unknown-contract', `Nobody says what a contract of ${name} is worth.`);
  }
  return ok(((bid + ask) / 2n) as QuoteMicros);
}

export interface WhatIf {
  readonly side: 'buy' | 'sell';
  /** Of the instruments' list; null: none is listed yet. */
  readonly index: number | null;
  readonly size: string;
}

/** What the order would add to the book; null: none is asked about. */
export function orderExposure({ side, index, size }: WhatIf, market: Market): Result<Exposure | null> {
  const text = size.trim();
  const instrument = index === null ? undefined : market.instruments[index];
  if (text === '' || !instrument) return ok(null);
  const lots = parseSize(text, instrument);
  if (!lots.ok) return lots;
  if (lots.value <= 0) return refuse('size', 'The size must be more than zero.');
  const name = market.label(instrument);
  const signed = ((side === 'buy' ? 1 : -1) * lots.value) as Lots;
  const value = worth(instrument, market.quotes[instrument.index], signed, name);
  return value.ok ? ok({ name, value: value.value }) : value;
}
