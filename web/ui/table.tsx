import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState, type RefObject } from 'react';
import { observeSize } from './observe-size.ts';
import { columnsAt, sortRows, type Column, type Sorting } from './table-sort.ts';

export type { Column };
export const ROW_HEIGHT = 24;

interface TableProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string | number;
  readonly rowClass?: (row: Row) => string;
  readonly empty: string;
}

/** A sortable table that draws only the rows in sight: as smooth at 100,000 rows as at ten. */
export function Table<Row>({ label, columns: all, rows, rowKey, rowClass, empty }: TableProps<Row>) {
  const scroller = useRef<HTMLDivElement>(null);
  const [table, width] = useWidth();
  const columns = useMemo(() => columnsAt(all, width), [all, width]);
  const [sorting, setSorting] = useState<Sorting | null>(null);
  const sorted = useMemo(() => sortRows(rows, columns, sorting), [rows, columns, sorting]);
  // The virtualizer keeps its own state by design; nothing here is memoised by a compiler.
  const virtual = useVirtualizer({
    count: sorted.length,
    getScrollElement: () => scroller.current,
    observeElementRect: observeSize,
    estimateSize: () => ROW_HEIGHT,
    overscan: 6,
    initialRect: { width: 600, height: 400 },
  });
  const tracks = { gridTemplateColumns: columns.map((column) => column.track).join(' ') };
  return (
    <div ref={table} className="table" role="table" aria-label={label} aria-rowcount={sorted.length + 1}>
      <div role="rowgroup" className="table-head">
        <div role="row" className="table-row" style={tracks} aria-rowindex={1}>
          {columns.map((column) => (
            <HeadCell key={column.id} column={column} sorting={sorting} onSort={setSorting} />
          ))}
        </div>
      </div>
      <div ref={scroller} className="table-scroll" tabIndex={0} role="rowgroup" aria-label={`${label}, rows`}>
        {sorted.length === 0 && (
          <div role="row" className="table-empty">
            <span role="cell">{empty}</span>
          </div>
        )}
        <div role="presentation" className="table-rows" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const row = sorted[item.index];
            if (row === undefined) return null;
            return (
              <div
                key={rowKey(row)}
                role="row"
                aria-rowindex={item.index + 2}
                className={`table-row table-line ${rowClass?.(row) ?? ''}`}
                style={{ ...tracks, top: item.start }}
              >
                {columns.map((column) => (
                  <div
                    key={column.id}
                    role="cell"
                    className={column.align === 'right' ? 'right' : ''}
                    {...(column.mask ? { 'data-mask': column.mask } : {})}
                  >
                    {column.cell(row)}
                  </div>
                ))}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

/** The width of an element in px, null before it is known. */
function useWidth(): readonly [RefObject<HTMLDivElement | null>, number | null] {
  const ref = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState<number | null>(null);
  useEffect(() => {
    if (!ref.current) return;
    const observer = new ResizeObserver(([entry]) => setWidth(entry ? entry.contentRect.width : null));
    observer.observe(ref.current);
    return () => observer.disconnect();
  }, []);
  return [ref, width];
}

function HeadCell<Row>({
  column,
  sorting,
  onSort,
}: {
  readonly column: Column<Row>;
  readonly sorting: Sorting | null;
  readonly onSort: (sorting: Sorting | null) => void;
}) {
  const own = sorting?.column === column.id ? sorting : null;
  const align = column.align === 'right' ? 'right' : '';
  if (!column.order) {
    return (
      <div role="columnheader" className={align}>
        {column.title || <span className="for-readers">Actions</span>}
      </div>
    );
  }
  const next = !own
    ? { column: column.id, descending: false }
    : own.descending
      ? null
      : { ...own, descending: true };
  return (
    <div
      role="columnheader"
      className={align}
      aria-sort={own ? (own.descending ? 'descending' : 'ascending') : 'none'}
    >
      <button type="button" className="sort" onClick={() => onSort(next)}>
        {column.title}
        {own && <span aria-hidden>{own.descending ? ' ↓' : ' ↑'}</span>}
      </button>
    </div>
  );
}
