import { ok, refuse, type Refusal, type Result } from '../../protocol/result.ts';
import { splitLine, UNCLOSED_QUOTE } from './cells.ts';
import { parseDate, SLASHED } from './date.ts';
import { quoted, faultAt } from './fault.ts';
import { readHeader, type Header } from './header.ts';
import { joined } from './joined.ts';
import { MAX_CELLS, MAX_LINE_BYTES } from './limits.ts';
import { parsePrice, UNREADABLE, whyNoPrice } from './price.ts';
import { RowBlocks, type Prices } from './rows.ts';

const NEWLINE = 0x0a;
const RETURN = 0x0d;

/**
 * A wide CSV of prices, byte by byte as it comes: the first column dates, each other one an instrument.
 * Never more of the file is in memory than the line that is not whole yet, beside the prices themselves.
 */
export class PriceTable {
  #rest: Uint8Array = new Uint8Array(0);
  #line = 0;
  #header: Header | null = null;
  #rows: RowBlocks | null = null;
  #fault: Refusal | null = null;

  get rows(): number {
    return this.#rows?.length ?? 0;
  }

  /** What is wrong with the file; after that, nothing more is taken. */
  push(chunk: Uint8Array): Refusal | null {
    this.#fault ??= this.#takeLines(chunk);
    return this.#fault;
  }

  finish(): Result<Prices> {
    const rest = this.#rest;
    this.#rest = new Uint8Array(0);
    if (rest.length > 0) this.#fault ??= this.#takeLine(rest, 0, rest.length);
    if (this.#fault) return { ok: false, error: this.#fault };
    if (!this.#header || !this.#rows) return refuse('price-empty', 'The file is empty.');
    const prices = this.#rows.finish(this.#header.names);
    if (prices.times.length < 2) {
      return refuse('price-too-short', 'A return needs two prices: the file has fewer than two dates.');
    }
    return ok(prices);
  }

  #takeLines(chunk: Uint8Array): Refusal | null {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      let fault: Refusal | null;
      if (this.#rest.length > 0) {
        const whole = joined(this.#rest, chunk.subarray(from, end));
        this.#rest = new Uint8Array(0);
        fault = this.#takeLine(whole, 0, whole.length);
      } else fault = this.#takeLine(chunk, from, end);
      if (fault) return fault;
      from = end + 1;
    }
    return this.#keep(chunk.subarray(from));
  }

  #keep(rest: Uint8Array): Refusal | null {
    if (this.#rest.length + rest.length > MAX_LINE_BYTES) {
      return faultAt('price-line-long', this.#line + 1, null, 'it is longer than any line of prices.');
    }
    this.#rest = joined(this.#rest, rest);
    return null;
  }

  #takeLine(bytes: Uint8Array, start: number, stop: number): Refusal | null {
    this.#line++;
    let [from, to] = [start, stop];
    while (to > from && bytes[to - 1] === RETURN) to--;
    if (this.#line === 1) {
      const foreign = foreignKind(bytes.subarray(from, to));
      if (foreign) return foreign;
      if (startsWith(bytes.subarray(from, to), 0xef, 0xbb, 0xbf)) from += 3;
    }
    if (isBlank(bytes, from, to)) return null;
    if (this.#header && this.#rows) return this.#takeRow(bytes, from, to, this.#header, this.#rows);
    const header = readHeader(bytes, from, to, this.#line);
    if (!header.ok) return header.error;
    this.#header = header.value;
    this.#rows = new RowBlocks(header.value.names.length);
    return null;
  }

  #takeRow(bytes: Uint8Array, from: number, to: number, header: Header, rows: RowBlocks): Refusal | null {
    const { names, delimiter, ranges } = header;
    const { starts, ends } = ranges;
    const line = this.#line;
    const count = splitLine(bytes, from, to, delimiter, ranges);
    if (count === UNCLOSED_QUOTE) return faultAt('price-quote', line, null, 'a quote is not closed.');
    if (count !== names.length + 1) {
      const why = `${count} columns, where the first line has ${names.length + 1}.`;
      return faultAt('price-columns', line, null, why);
    }
    const date = textOf(bytes, starts[0] ?? 0, ends[0] ?? 0);
    const at = parseDate(date);
    if (Number.isNaN(at)) return dateFault(date, line);
    if ((rows.length + 1) * names.length > MAX_CELLS) {
      const why = `more than ${MAX_CELLS.toLocaleString('en')} prices (${names.length} instruments).`;
      return faultAt('price-too-many', line, null, why);
    }
    const row = rows.add(at, line);
    for (let i = 0; i < names.length; i++) {
      const price = parsePrice(bytes, starts[i + 1] ?? 0, ends[i + 1] ?? 0);
      if (price === UNREADABLE) {
        const text = textOf(bytes, starts[i + 1] ?? 0, ends[i + 1] ?? 0);
        const { code, why } = whyNoPrice(text);
        return faultAt(code, line, i + 2, `${names[i] ?? ''}: ${quoted(text)} ${why}.`);
      }
      row[i] = price;
    }
    return null;
  }
}

function dateFault(text: string, line: number): Refusal {
  if (SLASHED.test(text)) {
    return faultAt(
      'price-date-order',
      line,
      1,
      `${quoted(text)} may begin with a day or a month; write 2015-01-31.`,
    );
  }
  return faultAt(
    'price-date',
    line,
    1,
    `${quoted(text)} is no date; the first column is to have dates, as in 2015-01-31.`,
  );
}

/** What is often taken for a CSV and is none. */
function foreignKind(start: Uint8Array): Refusal | null {
  const no = (code: string, sentence: string): Refusal => ({ code, sentence });
  if (startsWith(start, 0x50, 0x4b, 3, 4)) {
    return no('price-zip', 'This is a ZIP file or a workbook; unpack it, or save the sheet as CSV.');
  }
  if (startsWith(start, 0x1f, 0x8b)) return no('price-gzip-twice', 'This is packed twice; unpack it once.');
  if (startsWith(start, 0xff, 0xfe) || startsWith(start, 0xfe, 0xff)) {
    return no('price-utf16', 'This text is UTF-16; save the file as UTF-8.');
  }
  return null;
}

const startsWith = (bytes: Uint8Array, ...magic: number[]): boolean =>
  magic.every((byte, at) => bytes[at] === byte);

function isBlank(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (bytes[at] !== 0x20 && bytes[at] !== 0x09) return false;
  return true;
}

/** Dates and faults only: UTF-8 that is none shows as such. */
function textOf(bytes: Uint8Array, from: number, to: number): string {
  return new TextDecoder().decode(bytes.subarray(from, Math.min(to, from + 200)));
}
