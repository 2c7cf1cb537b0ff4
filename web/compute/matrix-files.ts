/** A matrix of instruments as files: parts of them, so that a large one is never one string. */
import { littleEndian, npyHeader } from '../../shaders/lib/npy.ts';
import { csvCell, toCsv } from '../ui/csv.ts';

export interface LabelledMatrix {
  /** Of rows and columns. */
  readonly names: readonly string[];
  /** Row i of n values; NaN where nothing is known. */
  readonly row: (i: number) => Float32Array;
}

type Part = string | Uint8Array<ArrayBuffer>;

/**
 * Comma-separated: `notes` as lines that begin with #, a head of names, a line a row; a cell is empty where
 * nothing is known. Nine digits give each f32 back.
 */
export function matrixCsv({ names, row }: LabelledMatrix, notes: readonly string[]): Part[] {
  return [
    ...notes.map((note) => `# ${note.replaceAll(/\s+/g, ' ')}\r\n`),
    toCsv(['instrument', ...names], []),
    ...names.map((name, i) => {
      const cells = Array.from(row(i), (value) => (Number.isNaN(value) ? '' : shortest(value)));
      return `${csvCell(name)},${cells.join(',')}\r\n`;
    }),
  ];
}

/** n × n f32 for np.load, NaN where nothing is known. */
export function matrixNpy({ names, row }: LabelledMatrix): Part[] {
  return [npyHeader([names.length, names.length]), ...names.map((_, i) => littleEndian(row(i)))];
}

/** What an .npy cannot say: the notes, and the name of each row, a line each. */
export function matrixLabels({ names }: LabelledMatrix, notes: readonly string[]): Part[] {
  return [...notes.map((note) => `# ${note.replaceAll(/\s+/g, ' ')}\n`), ...names.map((name) => `${name}\n`)];
}

const shortest = (value: number): string => String(Number(value.toPrecision(9)));
