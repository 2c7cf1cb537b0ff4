import { putText } from '../../ui/live.tsx';

/** A row of a ladder as texts, a cell each, and its cumulative depth, 0 … 1. */
export interface DrawnRow {
  readonly cells: readonly string[];
  readonly depth: number;
  readonly title?: string;
}

/** Writes one side of a ladder: rows are made once and written over; what is beyond its length is hidden. */
export function drawRows(body: HTMLElement | null, rows: readonly DrawnRow[]): void {
  if (!body) return;
  while (body.children.length < rows.length) body.append(document.createElement('tr'));
  for (const [i, row] of [...body.children].entries()) {
    if (!(row instanceof HTMLElement)) continue;
    const drawn = rows[i];
    row.hidden = drawn === undefined;
    if (!drawn) continue;
    while (row.children.length < drawn.cells.length) row.append(document.createElement('td'));
    drawn.cells.forEach((text, cell) => putText(row.children[cell], text));
    if (row.title !== (drawn.title ?? '')) row.title = drawn.title ?? '';
    // A style that is set is computed again, changed or not.
    const depth = drawn.depth.toFixed(2);
    if (row.style.getPropertyValue('--depth') !== depth) row.style.setProperty('--depth', depth);
  }
}
