import type { Instrument } from '../../../protocol/instrument.ts';
import { literalOf, type Literal } from '../literal.ts';
import type { Scanner } from '../scanner.ts';
import type { Listed, SymbolTable } from './symbol-table.ts';

/**
 * How a venue's frame leads up to what it says of an instrument: a text, the symbol, another text. Of
 * the instrument that was met last all three are met as one.
 */
export class SymbolHead {
  readonly #symbols: SymbolTable;
  readonly #before: Literal;
  readonly #behind: Literal;
  /** By the instrument's index. */
  readonly #wholes: readonly Literal[];
  #last: Listed | null = null;
  #whole: Literal;

  /** `symbols` are those of the same instruments. `behind` begins with the quote that ends a symbol. */
  constructor(instruments: readonly Instrument[], symbols: SymbolTable, before: string, behind: string) {
    this.#symbols = symbols;
    this.#before = literalOf(before);
    this.#behind = literalOf(behind);
    this.#wholes = instruments.map(({ symbol }) => literalOf(before + symbol + behind));
    this.#whole = this.#before;
  }

  /** The instrument, `scan` then behind the head; null where it is another text or none is known. */
  scan(scan: Scanner): Listed | null {
    if (this.#last && scan.literal(this.#whole)) return this.#last;
    const start = scan.at;
    const listed = scan.literal(this.#before) ? this.#symbols.scan(scan) : null;
    if (!listed || !scan.literal(this.#behind)) {
      scan.at = start;
      return null;
    }
    this.#last = listed;
    this.#whole = this.#wholes[listed.index] ?? this.#before;
    return listed;
  }
}
