import { pressed, type WatchColumn, type WatchSorting } from './watch-order.ts';

/** The columns' names; those that it can be sorted by are buttons. */
export function WatchHead({
  several,
  marks,
  sorting,
  onSort,
}: {
  readonly several: boolean;
  /** Something is listed that has a mark. */
  readonly marks: boolean;
  readonly sorting: WatchSorting | null;
  readonly onSort: (sorting: WatchSorting | null) => void;
}) {
  const sorted = { sorting, onSort };
  return (
    <div role="rowgroup" className="table-head">
      <div role="row" className="table-row watch-row" aria-rowindex={1}>
        <HeadCell column="name" {...sorted}>
          Instrument
        </HeadCell>
        <HeadCell column="venue" className="watch-venue" hidden={!several} {...sorted}>
          Venue
        </HeadCell>
        <div role="columnheader" className="right">
          Bid
        </div>
        <div role="columnheader" className="right">
          Ask
        </div>
        <HeadCell column="spread" className="right watch-spread" title="Of the mid, in 1/100 %" {...sorted}>
          Spread bp
        </HeadCell>
        <HeadCell column="hour" className="right watch-hour" {...sorted}>
          1 h
        </HeadCell>
        <div
          role="columnheader"
          className="right watch-mark"
          hidden={!marks}
          title="What the venue itself values a contract at, and how long ago it said so"
        >
          Mark
        </div>
        <HeadCell
          column="arbitrage"
          className="right watch-arbitrage"
          hidden={!several}
          title="Best bid elsewhere above the ask here, before any fee; only venues whose quotes are of now"
          {...sorted}
        >
          Arbitrage, no fees
        </HeadCell>
        <HeadCell column="age" className="right" {...sorted}>
          Age
        </HeadCell>
      </div>
    </div>
  );
}

function HeadCell({
  column,
  className,
  hidden = false,
  title,
  sorting,
  onSort,
  children,
}: {
  readonly column: WatchColumn;
  readonly className?: string;
  readonly hidden?: boolean;
  readonly title?: string;
  readonly sorting: WatchSorting | null;
  readonly onSort: (sorting: WatchSorting | null) => void;
  readonly children: string;
}) {
  const own = sorting?.column === column ? sorting : null;
  return (
    <div
      role="columnheader"
      className={className}
      hidden={hidden}
      title={title}
      aria-sort={own ? (own.descending ? 'descending' : 'ascending') : 'none'}
    >
      <button type="button" className="sort" onClick={() => onSort(pressed(column, sorting))}>
        {children}
        {own && <span aria-hidden>{own.descending ? ' ↓' : ' ↑'}</span>}
      </button>
    </div>
  );
}
