/** What the heatmap shows, as files. */
import { isInvalid } from '../../shaders/correlation/correlated.ts';
import { matrixCsv, matrixLabels, matrixNpy, type LabelledMatrix } from './matrix-files.ts';
import type { Before, FileKind, NamedFile, Provenance } from './port.ts';
import type { Shown } from './shown.ts';

export interface FileContents {
  readonly shown: Shown;
  readonly provenance: Provenance;
  /** Instrument at each place; null: as they come. */
  readonly order: Uint32Array | null;
}

/** Rows in the order in which they are shown. The labels of an .npy are a second file. */
export function matrixFiles(contents: FileContents, as: Exclude<FileKind, 'png'>): NamedFile[] {
  const name = fileName(contents.provenance);
  const matrix = labelled(contents);
  const notes = fileNotes(contents.provenance);
  if (as === 'csv') {
    const file = new Blob(matrixCsv(matrix, notes), { type: 'text/csv;charset=utf-8' });
    return [{ name: `${name}.csv`, file }];
  }
  const labels = new Blob(matrixLabels(matrix, notes), { type: 'text/plain;charset=utf-8' });
  return [
    { name: `${name}.npy`, file: new Blob(matrixNpy(matrix), { type: 'application/octet-stream' }) },
    { name: `${name}.labels.txt`, file: labels },
  ];
}

/** `correlation-live-1s-20261121T214500Z`: what, whose, how far apart, as of when. */
export function fileName({ source, horizon, asOf, before }: Provenance): string {
  const whose = source.kind === 'live' ? 'live' : source.name.replaceAll(/[^\w.-]+/g, '_');
  return `${before ? 'correlation-change' : 'correlation'}-${whose}-${horizon}-${stamp(asOf).replaceAll(/[-:]/g, '')}`;
}

export function fileNotes(provenance: Provenance): string[] {
  const { source, horizon, weighting, instruments, samples, from, asOf, before, pairwise, backend } =
    provenance;
  const whose = source.kind === 'live' ? 'live bars' : `imported ${source.name}, SHA-256 ${source.sha256}`;
  const weights = weighting === 'ewma' ? 'EWMA' : 'Pearson';
  return [
    before
      ? `Correlation of returns less that of ${windowName(before)} (${stamp(before.from)} to ${stamp(before.to)})`
      : 'Correlation of returns',
    `${whose}; bars of ${horizon}; closes ${stamp(from)} to ${stamp(asOf)}`,
    `${weights}; ${instruments} instruments; ${samples} returns${pairwise ? ', pairwise where some are missing' : ''}; computed by ${backend}`,
  ];
}

const windowName = ({ isJustBefore, source, horizon }: Before): string =>
  isJustBefore
    ? 'the window before'
    : `${source.kind === 'live' ? 'live bars' : `imported ${source.name}, SHA-256 ${source.sha256}`}, bars of ${horizon}`;

/** A time in µs to the second, UTC. */
const stamp = (micros: number): string => `${new Date(micros / 1000).toISOString().replace(/\.\d+Z$/, '')}Z`;

function labelled({ shown: { matrix, panel }, order }: FileContents): LabelledMatrix {
  const { n } = matrix;
  const places = order ?? Uint32Array.from({ length: n }, (_, i) => i);
  return {
    names: Array.from(places, (i) => panel.names[i] ?? ''),
    row: (at) => {
      const i = places[at] ?? 0;
      return Float32Array.from(places, (j) =>
        isInvalid(matrix.invalid, n, i, j) ? Number.NaN : (matrix.matrix[i * n + j] ?? 0),
      );
    },
  };
}
