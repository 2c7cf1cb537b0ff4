import { align8 } from './frame.ts';
import { refuse, ok, type Result } from './result.ts';

/** A body laid out as columns: one typed array after the other, each padded to 8 bytes. */
export type ColumnType = 'f64' | 'u32' | 'u16' | 'u8';
const WIDTH: Readonly<Record<ColumnType, number>> = { f64: 8, u32: 4, u16: 2, u8: 1 };

interface Arrays {
  f64: Float64Array;
  u32: Uint32Array;
  u16: Uint16Array;
  u8: Uint8Array;
}
export type Columns<L extends Readonly<Record<string, ColumnType>>> = {
  readonly [K in keyof L]: Arrays[L[K]];
};

/** Bytes of `rows` rows in this layout. */
export function columnBytes(layout: Readonly<Record<string, ColumnType>>, rows: number): number {
  let bytes = 0;
  for (const name in layout) bytes += align8(rows * WIDTH[layout[name] ?? 'u8']);
  return bytes;
}

/** Views of the columns of a body that starts at `offset` (a multiple of 8) and has `rows` rows. */
export function columns<L extends Readonly<Record<string, ColumnType>>>(
  layout: L,
  body: DataView,
  offset: number,
  rows: number,
): Columns<L> {
  const views: Record<string, Arrays[ColumnType]> = {};
  let at = body.byteOffset + offset;
  for (const name in layout) {
    const type = layout[name] ?? 'u8';
    views[name] = view(type, body.buffer, at, rows);
    at += align8(rows * WIDTH[type]);
  }
  return views as Columns<L>;
}

/** The same for a body from outside: the number of rows must fill the body exactly. */
export function readColumns<L extends Readonly<Record<string, ColumnType>>>(
  layout: L,
  body: DataView,
  offset: number,
  rows: number,
): Result<Columns<L>> {
  if (offset + columnBytes(layout, rows) !== body.byteLength) {
    return refuse('columns-length', `${rows} rows do not fill a body of ${body.byteLength} bytes.`);
  }
  return ok(columns(layout, body, offset, rows));
}

function view(type: ColumnType, buffer: ArrayBufferLike, at: number, rows: number): Arrays[ColumnType] {
  switch (type) {
    case 'f64':
      return new Float64Array(buffer, at, rows);
    case 'u32':
      return new Uint32Array(buffer, at, rows);
    case 'u16':
      return new Uint16Array(buffer, at, rows);
    case 'u8':
      return new Uint8Array(buffer, at, rows);
  }
}
