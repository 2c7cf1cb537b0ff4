import type { Instrument } from '../../../protocol/instrument.ts';
import { ok, refuse, type Result } from '../../../protocol/result.ts';
import type { Listing } from '../dialect.ts';

/** An entry of a venue's list that was read; `trades`: it does now. */
export interface ListedInstrument {
  readonly instrument: Instrument;
  readonly trades: boolean;
}

/**
 * The instruments that were asked for, from a venue's entries by symbol, in the order of the question,
 * which is the one that the console shows; of all, those that trade. `read` gives them their place.
 */
export function listInOrder(
  venueName: string,
  entries: ReadonlyMap<string, unknown>,
  symbols: readonly string[] | 'all',
  read: (entry: unknown, index: number) => Result<ListedInstrument>,
): Result<Listing> {
  const instruments: Instrument[] = [];
  for (const symbol of symbols === 'all' ? entries.keys() : symbols) {
    const entry = entries.get(symbol);
    if (entry === undefined) return refuse('unknown-symbol', `${venueName} does not list ${symbol}.`);
    const listed = read(entry, instruments.length);
    if (!listed.ok) return refuse(listed.error.code, `${symbol}: ${listed.error.sentence}`);
    if (symbols === 'all' && !listed.value.trades) continue;
    instruments.push(listed.value.instrument);
  }
  if (instruments.length === 0) return refuse('no-symbols', `${venueName} lists no instrument that trades.`);
  return ok({ instruments, weightPerMinute: null });
}
