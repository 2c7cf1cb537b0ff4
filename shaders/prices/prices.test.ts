import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { importPrices } from './import.ts';
import { parseDate } from './date.ts';
import { MAX_BYTES } from './limits.ts';
import { SizeGuard } from './unpack.ts';
import { parsePrice } from './price.ts';
import { bytesOf, imported, importBytes, importText, refusalOf, rowOf } from './prices.testkit.ts';

const PLAIN = 'date,A,B\n2020-01-01,100,50\n2020-01-02,110,50\n2020-01-03,99,\n';

describe('a file of prices', () => {
  test('becomes returns, oldest first, with none where a price is missing', async () => {
    const panel = await imported(PLAIN);
    expect(panel.names).toEqual(['A', 'B']);
    expect(rowOf(panel, 0)).toEqual([Math.log(110 / 100), Math.log(99 / 110)]);
    expect(rowOf(panel, 1)).toEqual([0, null]);
    expect([...panel.times]).toEqual([Date.UTC(2020, 0, 2) * 1000, Date.UTC(2020, 0, 3) * 1000]);
    expect(panel.from).toBe(Date.UTC(2020, 0, 1) * 1000);
  });

  test.each([
    ['a byte order mark', `\uFEFF${PLAIN}`],
    ['CRLF', PLAIN.replaceAll('\n', '\r\n')],
    ['semicolons', PLAIN.replaceAll(',', ';')],
    ['tabs', PLAIN.replaceAll(',', '\t')],
    ['quotes', PLAIN.replaceAll(/[^,\n]+/g, '"$&"')],
    ['blank lines', `\n${PLAIN.replaceAll('\n', '\n\n  \n')}`],
    ['spaces around cells', PLAIN.replaceAll(',', ' , ')],
    ['no newline at its end', PLAIN.trimEnd()],
    ['newest first', 'date,A,B\n2020-01-03,99,\n2020-01-02,110,50\n2020-01-01,100,50\n'],
  ])('with %s is the same panel', async (_, text) => {
    const { names, returns, times } = await imported(text);
    const plain = await imported(PLAIN);
    expect({ names, returns, times }).toEqual({
      names: plain.names,
      returns: plain.returns,
      times: plain.times,
    });
  });

  test('packed by gzip, and in pieces of one byte, is the same panel with the same hash', async () => {
    const plain = await importText(PLAIN);
    expect(await importBytes(gzipSync(PLAIN), {}, 1)).toEqual(plain);
    expect(await importText(PLAIN, {}, 1)).toEqual(plain);
  });

  test('names may have delimiters and quotes in quotes', async () => {
    expect((await imported('date,"A, Inc.","the ""B"""\n2020-01-01,1,2\n2020-01-02,1,2')).names).toEqual([
      'A, Inc.',
      'the "B"',
    ]);
  });

  test('says how far it is, and stops when it is asked to', async () => {
    const seen: number[] = [];
    const bytes = bytesOf(PLAIN);
    await importBytes(bytes, { progress: (read, rows) => seen.push(read, rows) }, 40);
    expect(seen.slice(-2)).toEqual([bytes.length, 3]);
    expect(await importText(PLAIN, { stopped: () => true })).toMatchObject({
      error: { code: 'price-stopped' },
    });
  });
});

describe('refused with its place:', () => {
  test.each([
    [
      'date,A,B\n2020-01-01,1,2\n2020-01-02,1\n',
      'price-columns: Line 3: 2 columns, where the first line has 3.',
    ],
    ['date,A\n2020-01-01,1\n\nnever,1\n', 'price-date: Line 4, column 1: “never” is no date'],
    ['date,A\n01/02/2020,1\n', 'price-date-order: Line 2, column 1: “01/02/2020” may begin with a day'],
    ['date,A\n2020-02-30,1\n', 'price-date: Line 2, column 1'],
    ['date,A,B,A\n', 'price-name-twice: Line 1, column 4: “A” is the name of column 2 already.'],
    ['date,A,,B\n', 'price-name-empty: Line 1, column 3: the instrument has no name.'],
    [`date,${'A'.repeat(65)}\n`, 'price-name-long: Line 1, column 2'],
    ['2020-01-01,1,2\n', 'price-no-names: Line 1, column 1: the first line is to have names'],
    ['date\n2020-01-01\n', 'price-one-column: Line 1: it needs a column of dates and one an instrument.'],
    [
      'date,A\n2020-01-01,"1,234.5"\n',
      'price-thousands: Line 2, column 2: A: “1,234.5” has thousands separators',
    ],
    ['date,A\n2020-01-01,1 234.5\n', 'price-thousands: Line 2, column 2'],
    ['date;A\n2020-01-01;12,5\n', 'price-comma: Line 2, column 2: A: “12,5” has a comma'],
    ['date,A\n2020-01-01,$5\n', 'price-not-a-number: Line 2, column 2: A: “$5” is no number.'],
    ['date,A\n2020-01-01,"5\n', 'price-quote: Line 2: a quote is not closed.'],
    ['', 'price-empty: The file is empty.'],
    ['date,A\n2020-01-01,5\n', 'price-too-short: A return needs two prices'],
    ['date,A\n2020-01-01,5\n2020-01-01,5\n', 'price-too-short'],
    [
      `date,${Array.from({ length: 4097 }, (_, k) => k).join(',')}\n`,
      'price-instruments: 4,097 instruments are more than 4,096.',
    ],
    ['x'.repeat(2e6), 'price-line-long: Line 1: it is longer than any line of prices.'],
    [new Uint8Array([1, 2, 3, 0, 255]), 'price-not-text: This is no text'],
    [Uint8Array.of(0x50, 0x4b, 3, 4), 'price-zip: This is a ZIP file or a workbook'],
    [gzipSync(gzipSync(PLAIN)), 'price-gzip-twice'],
    [Buffer.from(`\uFEFF${PLAIN}`, 'utf16le'), 'price-utf16: This text is UTF-16'],
    [Buffer.from('date,\xC4\n', 'latin1'), 'price-not-utf8: Line 1, column 2'],
    [gzipSync(PLAIN).subarray(0, 40), 'price-damaged: The file could not be read to its end'],
  ] as const)('$1', async (text, sentence) => {
    expect((await refusalOf(text)).slice(0, sentence.length)).toBe(sentence);
  });

  test('a file of 2 GB, before a byte of it is read', async () => {
    const refused = await importPrices({
      stream: () => {
        throw new Error('it was opened');
      },
      size: 2 * 1024 ** 3,
    });
    expect(refused).toMatchObject({
      error: { code: 'price-too-big', sentence: 'The file is larger than 1 GB; import a part of it.' },
    });
  });

  test('one that said it was small and goes on, once more has come than may be', () => {
    const guard = new SizeGuard();
    guard.packed = guard.unpacked = MAX_BYTES;
    expect(guard.fault()).toBeNull();
    guard.packed++;
    expect(guard.fault()).toMatchObject({ code: 'price-too-big' });
    guard.packed = MAX_BYTES / 2;
    guard.unpacked++;
    expect(guard.fault()).toMatchObject({ code: 'price-too-big' });
  });

  test('a small file that unpacks to a large one', async () => {
    const bomb = gzipSync(Buffer.alloc(32 * 1024 ** 2, `${' '.repeat(999)}\n`));
    expect(bomb.length).toBeLessThan(150_000);
    expect(await importBytes(bomb)).toMatchObject({ error: { code: 'price-bomb' } });
  });
});

describe('what is read', () => {
  test('is the number that is written, to the last bit', () => {
    const written = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
      fc.tuple(fc.maxSafeNat(), fc.nat(25)).map(([whole, at]) => {
        const digits = String(whole).padStart(at + 1, '0');
        return `${digits.slice(0, digits.length - at)}.${digits.slice(digits.length - at)}`;
      }),
    );
    fc.assert(
      fc.property(written, (text) => {
        const bytes = bytesOf(text);
        expect(parsePrice(bytes, 0, bytes.length)).toBe(Number(text));
      }),
    );
  });

  test.each([
    ['2015-01-31', Date.UTC(2015, 0, 31)],
    ['2015/1/31', Date.UTC(2015, 0, 31)],
    ['20150131', Date.UTC(2015, 0, 31)],
    ['31.01.2015', Date.UTC(2015, 0, 31)],
    ['2015-01-31 09:30', Date.UTC(2015, 0, 31, 9, 30)],
    ['2015-01-31T09:30:15.250Z', Date.UTC(2015, 0, 31, 9, 30, 15, 250)],
    ['2015-01-31T09:30:15+02:00', Date.UTC(2015, 0, 31, 7, 30, 15)],
    ['2015-01-31 00:00:00-0500', Date.UTC(2015, 0, 31, 5)],
    ['1606780800', Date.UTC(2020, 11, 1)],
    ['1606780800.5', Date.UTC(2020, 11, 1) + 500],
    ['1606780800000', Date.UTC(2020, 11, 1)],
    ['1606780800000000', Date.UTC(2020, 11, 1)],
    ['1606780800000000000', Date.UTC(2020, 11, 1)],
  ])('%s is a moment', (text, millis) => {
    expect(parseDate(text)).toBe(millis * 1000);
  });

  test.each(['', '5', '2015-13-01', '2015-02-29', '2015-01-01 24:00', 'Monday', '99999999999999'])(
    '%j is no date',
    (text) => {
      expect(parseDate(text)).toBeNaN();
    },
  );

  test('is the panel that was written, however it was written and cut', async () => {
    const price = fc.option(fc.integer({ min: 50_000, max: 55_000 }).map((cents) => cents / 100));
    const shape = fc.record({
      rows: fc.array(fc.array(price, { minLength: 3, maxLength: 3 }), { minLength: 2, maxLength: 15 }),
      delimiter: fc.constantFrom(',', ';', '\t'),
      newline: fc.constantFrom('\n', '\r\n', '\n\n'),
      isQuoted: fc.boolean(),
      isPacked: fc.boolean(),
      piece: fc.integer({ min: 1, max: 50 }),
    });
    await fc.assert(
      fc.asyncProperty(shape, async ({ rows, delimiter, newline, isQuoted, isPacked, piece }) => {
        const cell = (text: string): string => (isQuoted ? `"${text}"` : text);
        const lines = rows.map((row, day) =>
          [`2020-03-${String(day + 1).padStart(2, '0')}`, ...row.map((value) => String(value ?? ''))]
            .map(cell)
            .join(delimiter),
        );
        const text = [['when', 'X', 'Y', 'Z'].map(cell).join(delimiter), ...lines].join(newline);
        const result = await importBytes(isPacked ? gzipSync(text) : bytesOf(text), {}, piece);
        if (!result.ok) throw new Error(result.error.sentence);
        for (const i of [0, 1, 2]) {
          const wanted = rows.slice(1).map((row, k) => {
            const [before, now] = [rows[k]?.[i] ?? null, row[i] ?? null];
            return before === null || now === null ? null : Math.log(now / before);
          });
          expect(rowOf(result.value, i)).toEqual(wanted);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('whatever the bytes, there is an answer', async () => {
    const junk = fc.uint8Array({ maxLength: 300 });
    const nearly = fc
      .array(
        fc.constantFrom(
          'date',
          '2020-01-01',
          '"',
          ',',
          ';',
          '\n',
          '\r',
          '1',
          '.',
          '-',
          'e',
          'NaN',
          '\0',
          'é',
        ),
        {
          maxLength: 60,
        },
      )
      .map((parts) => bytesOf(parts.join('')));
    const damaged = fc.tuple(fc.nat(80), fc.nat(255)).map(([at, byte]) => {
      const bytes = Uint8Array.from(gzipSync(PLAIN));
      bytes[at % bytes.length] = byte;
      return bytes;
    });
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(junk, nearly, damaged),
        fc.integer({ min: 1, max: 9 }),
        async (bytes, piece) => {
          const result = await importBytes(bytes, {}, piece);
          if (!result.ok) expect(result.error.sentence).toMatch(/\.$/);
          else
            expect(result.value.returns.length).toBe(result.value.names.length * result.value.times.length);
        },
      ),
      { numRuns: 150 },
    );
  });
});
