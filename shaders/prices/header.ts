import { ok, refuse, type Result } from '../../protocol/result.ts';
import { cellRanges, delimiterOf, splitLine, UNCLOSED_QUOTE, type CellRanges } from './cells.ts';
import { parseDate } from './date.ts';
import { faultAt, quoted } from './fault.ts';
import { MAX_INSTRUMENTS, MAX_NAME_LENGTH } from './limits.ts';

export interface Header {
  readonly names: readonly string[];
  readonly delimiter: number;
  /** Room for one cell more than a line may have, so that a longer one is told. */
  readonly ranges: CellRanges;
}

/** The first line that is not blank: the name of the date column, and one name an instrument. */
export function readHeader(bytes: Uint8Array, from: number, to: number, line: number): Result<Header> {
  const binary = bytes.subarray(from, to).findIndex((byte) => byte < 0x20 && byte !== 0x09);
  if (binary >= 0) return refuse('price-not-text', 'This is no text, and no CSV of prices.');
  const delimiter = delimiterOf(bytes, from, to);
  if (delimiter === null) {
    return no('price-one-column', line, null, 'it needs a column of dates and one an instrument.');
  }
  const ranges = cellRanges(MAX_INSTRUMENTS + 2);
  const count = splitLine(bytes, from, to, delimiter, ranges);
  if (count === UNCLOSED_QUOTE) return no('price-quote', line, null, 'a quote is not closed.');
  if (count - 1 > MAX_INSTRUMENTS) {
    const most = MAX_INSTRUMENTS.toLocaleString('en');
    return refuse(
      'price-instruments',
      `${(count - 1).toLocaleString('en')} instruments are more than ${most}.`,
    );
  }
  const names = readNames(bytes, ranges, count, line);
  return names.ok ? ok({ names: names.value, delimiter, ranges }) : names;
}

function readNames(
  bytes: Uint8Array,
  { starts, ends }: CellRanges,
  count: number,
  line: number,
): Result<string[]> {
  const columnOf = new Map<string, number>();
  for (let cell = 0; cell < count; cell++) {
    const [start, end] = [starts[cell] ?? 0, ends[cell] ?? 0];
    const text = utf8(bytes.subarray(start, end));
    if (text === null) {
      return no('price-not-utf8', line, cell + 1, 'the name is not UTF-8; save the file as UTF-8.');
    }
    const name = text.replaceAll('""', '"').trim();
    if (cell === 0) {
      if (Number.isNaN(parseDate(name))) continue;
      return no('price-no-names', line, 1, 'the first line is to have names, and begins with a date.');
    }
    const fault = nameFault(name, columnOf.get(name));
    if (fault) return no(fault.code, line, cell + 1, fault.why);
    columnOf.set(name, cell + 1);
  }
  return ok([...columnOf.keys()]);
}

function nameFault(name: string, before: number | undefined) {
  if (name === '') return { code: 'price-name-empty', why: 'the instrument has no name.' };
  if (name.length > MAX_NAME_LENGTH) {
    return { code: 'price-name-long', why: `the name has more than ${MAX_NAME_LENGTH} characters.` };
  }
  if (before !== undefined) {
    return { code: 'price-name-twice', why: `${quoted(name)} is the name of column ${before} already.` };
  }
  return null;
}

function utf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

const no = (...where: Parameters<typeof faultAt>) => ({ ok: false, error: faultAt(...where) }) as const;
