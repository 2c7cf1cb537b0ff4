import { useCallback, useLayoutEffect, useRef } from 'react';
import type { Hold } from '../../state/hold.ts';
import type { MarketView } from '../../state/market.ts';
import type { BookView, LadderRow } from '../../stream/port.ts';
import { putText } from '../../ui/live.tsx';
import { drawRows, type DrawnRow } from './ladder-rows.ts';

/** One venue's ladder, asks above and bids below the mid, drawn past React twenty times a second. */
export function Ladder({
  source,
  instrument,
  label,
}: {
  readonly source: Hold<MarketView>;
  readonly instrument: number | null;
  readonly label: string;
}) {
  const asks = useRef<HTMLTableSectionElement>(null);
  const bids = useRef<HTMLTableSectionElement>(null);
  const mid = useRef<HTMLTableCellElement>(null);
  const draw = useCallback((book: BookView | undefined) => {
    // Stored best first; the best ask stands at the bottom of its half, next to the mid.
    drawRows(asks.current, book?.asks.toReversed().map(rowOf) ?? []);
    drawRows(bids.current, book?.bids.map(rowOf) ?? []);
    putText(mid.current, book?.mid ?? '–');
  }, []);
  useLayoutEffect(() => {
    let drawn: BookView | undefined;
    const update = (): void => {
      const known = instrument === null ? undefined : source.getState().books.get(instrument);
      // Nothing of it is to be believed: not even as an old value.
      const book = known?.state === 'quarantined' ? undefined : known;
      if (book === drawn && book !== undefined) return;
      drawn = book;
      draw(book);
    };
    update();
    return source.subscribe(update);
  }, [source, instrument, draw]);
  return (
    <table className="ladder" aria-label={label}>
      <thead className="for-readers">
        <tr>
          <th scope="col">Size</th>
          <th scope="col">Price</th>
        </tr>
      </thead>
      <tbody ref={asks} className="ladder-asks" aria-label="Asks" />
      <tbody>
        <tr className="ladder-mid">
          <th scope="row">mid</th>
          <td ref={mid}>–</td>
        </tr>
      </tbody>
      <tbody ref={bids} className="ladder-bids" aria-label="Bids" />
    </table>
  );
}

const rowOf = ({ size, price, depth }: LadderRow): DrawnRow => ({ cells: [size, price], depth });
