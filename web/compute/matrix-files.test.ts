import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matrixCsv, matrixLabels, matrixNpy, type LabelledMatrix } from './matrix-files.ts';
import { npyHeader } from '../../shaders/lib/npy.ts';

const bytesOf = async (parts: readonly (string | Uint8Array<ArrayBuffer>)[]): Promise<Uint8Array> =>
  new Uint8Array(await new Blob([...parts]).arrayBuffer());
const textOf = (parts: readonly (string | Uint8Array<ArrayBuffer>)[]): Promise<string> =>
  new Blob([...parts]).text();

/** As NEP 1 says that a reader has to. */
function readNpy(bytes: Uint8Array): { header: string; at: number; values: number[] } {
  const view = new DataView(bytes.buffer);
  expect(new TextDecoder('latin1').decode(bytes.subarray(0, 8))).toBe('\u0093NUMPY\u0001\u0000');
  const at = 10 + view.getUint16(8, true);
  const header = new TextDecoder().decode(bytes.subarray(10, at));
  const values = Array.from({ length: (bytes.length - at) / 4 }, (_, k) => view.getFloat32(at + 4 * k, true));
  return { header, at, values };
}

const matrices = fc.integer({ min: 0, max: 6 }).chain((n) =>
  fc.record({
    names: fc.array(fc.string({ minLength: 1, maxLength: 8, unit: 'grapheme-ascii' }), {
      minLength: n,
      maxLength: n,
    }),
    values: fc.array(fc.float({ min: -1, max: 1 }), { minLength: n * n, maxLength: n * n }),
  }),
);
const labelled = (names: readonly string[], values: readonly number[]): LabelledMatrix => ({
  names,
  row: (i) => Float32Array.from(values.slice(i * names.length, (i + 1) * names.length)),
});

test('an .npy is read back: aligned, described, and each number to its bits', async () => {
  await fc.assert(
    fc.asyncProperty(matrices, async ({ names, values }) => {
      const n = names.length;
      const read = readNpy(await bytesOf(matrixNpy(labelled(names, values))));
      expect(read.at % 64).toBe(0);
      expect(read.header.endsWith('\n')).toBe(true);
      expect(read.header.trim()).toBe(`{'descr': '<f4', 'fortran_order': False, 'shape': (${n}, ${n}), }`);
      expect(read.values).toEqual(values);
    }),
  );
  expect(new TextDecoder('latin1').decode(npyHeader([3]))).toContain("'shape': (3,), }");
});

test('a CSV is read back: notes, names, each number to its bits, empty where nothing is known', async () => {
  await fc.assert(
    fc.asyncProperty(matrices, async ({ names, values }) => {
      const text = await textOf(matrixCsv(labelled(names, values), ['one\nnote', 'two']));
      const lines = text.split('\r\n');
      expect(lines.slice(0, 2)).toEqual(['# one note', '# two']);
      const [head = [], ...rows] = records(lines.slice(2).join('\r\n'));
      const shown = names.map((name) => (/^([=+@]|-(?![\d.]))/.test(name) ? `'${name}` : name));
      expect(head).toEqual(['instrument', ...shown]);
      expect(rows.map(([name]) => name)).toEqual(shown);
      const read = rows.flatMap((row) =>
        row.slice(1).map((cell) => (cell === '' ? Number.NaN : Math.fround(Number(cell)))),
      );
      // −0 is written as 0.
      expect(read).toEqual(values.map((value) => value + 0));
    }),
  );
});

test('the labels of an .npy are a name a line behind the notes', async () => {
  expect(await textOf(matrixLabels(labelled(['A', 'B'], []), ['made by hand']))).toBe(
    '# made by hand\nA\nB\n',
  );
});

/** RFC 4180. */
function records(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const match of text.matchAll(/("(?:[^"]|"")*"|[^,\r]*)(,|\r\n)/g)) {
    const [, cell = '', end] = match;
    row.push(cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell);
    if (end === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
}
