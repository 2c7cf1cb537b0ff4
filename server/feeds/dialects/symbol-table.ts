import type { Instrument } from '../../../protocol/instrument.ts';
import { literalOf, type Literal } from '../literal.ts';
import type { Scanner } from '../scanner.ts';
import { foldedHashOf } from '../text-hash.ts';
import { unitsOf, type Units } from './units.ts';

const QUOTE = 0x22;
const LONGEST_SYMBOL = 40;

export interface Listed {
  readonly index: number;
  readonly instrument: Instrument;
  readonly units: Units;
}

interface Entry extends Listed {
  readonly literal: Literal;
}

/** Instruments of a feed by the venue's own name for them, in a text or in bytes. */
export class SymbolTable {
  readonly #bySymbol: ReadonlyMap<string, Listed>;
  readonly #byHash = new Map<number, Entry>();
  /** The last one that was met: a frame often names its instrument more than once, and they come in runs. */
  #last: Entry | null = null;

  constructor(instruments: readonly Instrument[]) {
    this.#bySymbol = new Map(
      instruments.map((instrument, index) => [
        instrument.symbol,
        { index, instrument, units: unitsOf(instrument) },
      ]),
    );
    instruments.forEach((instrument, index) => {
      const hash = foldedHashOf(instrument.symbol);
      // Of two symbols with one hash the second is read the slow way.
      if (this.#byHash.has(hash)) return;
      const literal = literalOf(instrument.symbol);
      this.#byHash.set(hash, { index, instrument, units: unitsOf(instrument), literal });
    });
  }

  get(symbol: string): Listed | undefined {
    return this.#bySymbol.get(symbol);
  }

  /** The instrument whose symbol stands at `scan`, which then stands at the quote behind it; null = none known. */
  scan(scan: Scanner): Listed | null {
    const start = scan.at;
    const last = this.#last;
    if (last && scan.literal(last.literal) && scan.peek() === QUOTE) return last;
    scan.at = start;
    const entry = this.#byHash.get(scan.foldedHash(QUOTE, LONGEST_SYMBOL));
    scan.at = start;
    if (!entry || !scan.literal(entry.literal) || scan.peek() !== QUOTE) return null;
    this.#last = entry;
    return entry;
  }
}
