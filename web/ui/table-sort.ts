import type { ReactNode } from 'react';

export interface Column<Row> {
  readonly id: string;
  readonly title: string;
  /** A CSS grid track: `1fr`, `72px`, `minmax(90px, 1fr)`. */
  readonly track: string;
  /** Left out of a table narrower than this, px: a row is never cut off. */
  readonly from?: number;
  readonly align?: 'right';
  readonly cell: (row: Row) => ReactNode;
  /** What it sorts by; absent = not sortable. */
  readonly order?: (row: Row) => string | number;
  readonly mask?: 'age' | 'clock' | 'id';
}

export interface Sorting {
  readonly column: string;
  readonly descending: boolean;
}

/** Rows in the order of a column; as they came without one. */
export function sortRows<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  sorting: Sorting | null,
): readonly Row[] {
  const order = sorting && columns.find((column) => column.id === sorting.column)?.order;
  if (!sorting || !order) return rows;
  const sign = sorting.descending ? -1 : 1;
  return rows.toSorted((a, b) => {
    const left = order(a);
    const right = order(b);
    if (left === right) return 0;
    return (left < right ? -1 : 1) * sign;
  });
}

/** The columns that a table of this width (px; null: not known yet) has room for. */
export function columnsAt<Row>(
  columns: readonly Column<Row>[],
  width: number | null,
): readonly Column<Row>[] {
  return width === null ? columns : columns.filter(({ from }) => from === undefined || width >= from);
}
