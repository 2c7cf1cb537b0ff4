import { useCallback, useLayoutEffect, useRef } from 'react';
import { useServices, useView } from '../../app/services.ts';
import { freshness } from '../../state/freshness.ts';
import type { BookView, LadderRow } from '../../stream/port.ts';
import { putClass, putText } from '../../ui/live.tsx';
import { Panel } from '../../ui/panel.tsx';
import { useDataOrigin, useLabel, useQuoteFreshness, useSelected } from '../selected.ts';

const DEPTH = 20;

/** The ladder, asks above and bids below the mid, drawn past React twenty times a second. */
export function BookPanel() {
  const { market } = useServices();
  const origin = useDataOrigin();
  const instrument = useSelected();
  const label = useLabel();
  const index = instrument?.index ?? null;
  const spread = useView('market', (view) => (index === null ? undefined : view.books.get(index)?.spread));
  const hasBook = spread !== undefined;
  const state = useView('market', (view) => (index === null ? undefined : view.books.get(index)?.state));
  const quote = useQuoteFreshness(index);
  const asks = useRef<HTMLTableSectionElement>(null);
  const bids = useRef<HTMLTableSectionElement>(null);
  const mid = useRef<HTMLTableCellElement>(null);
  const draw = useCallback((book: BookView | undefined) => {
    // Stored best first; the best ask stands at the bottom of its half, next to the mid.
    drawSide(asks.current, book?.asks.toReversed() ?? []);
    drawSide(bids.current, book?.bids ?? []);
    putText(mid.current, book?.mid ?? '–');
  }, []);
  useLayoutEffect(() => {
    let drawn: BookView | undefined;
    const update = (): void => {
      const known = index === null ? undefined : market.getState().books.get(index);
      // Nothing of it is to be believed: not even as an old value.
      const book = known?.state === 'quarantined' ? undefined : known;
      if (book === drawn && book !== undefined) return;
      drawn = book;
      draw(book);
    };
    update();
    return market.subscribe(update);
  }, [market, index, draw]);
  // The mid stays in the middle of what is seen, at first and after a resize.
  const scroller = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const box = scroller.current;
    const row = mid.current?.parentElement;
    if (!box || !row) return;
    const centre = (): void => {
      box.scrollTop = row.offsetTop - (box.clientHeight - row.offsetHeight) / 2;
    };
    centre();
    const observer = new ResizeObserver(centre);
    observer.observe(box);
    return () => observer.disconnect();
  }, [index, hasBook]);
  const fresh = quote === 'stale' ? quote : freshness(state, false);
  const word = state === undefined ? 'waiting for a snapshot' : quote === 'stale' ? 'stale' : STATES[state];
  return (
    <Panel
      title={instrument ? `Book · ${label(instrument)}` : 'Book'}
      origin={origin}
      provenance={
        spread === undefined || state === 'quarantined'
          ? word
          : `${word === 'live' ? '' : `${word} · `}spread ${spread}`
      }
    >
      <div
        ref={scroller}
        className={fresh === 'stale' ? 'panel-scroll book stale' : 'panel-scroll book'}
        tabIndex={0}
        role="region"
        aria-label="Order book"
      >
        <table className="ladder">
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
      </div>
    </Panel>
  );
}

const STATES = {
  never: 'no data yet',
  live: 'live',
  quiet: 'quiet',
  stale: 'stale',
  resyncing: 'resyncing',
  ended: 'ended',
  quarantined: 'quarantined',
} as const;

/** Rows are made once and written over; what is beyond the ladder's length is hidden. */
function drawSide(body: HTMLElement | null, levels: readonly LadderRow[]): void {
  if (!body) return;
  while (body.children.length < Math.min(DEPTH, levels.length)) {
    const row = document.createElement('tr');
    row.append(document.createElement('td'), document.createElement('td'));
    body.append(row);
  }
  for (const [i, row] of [...body.children].entries()) {
    const level = levels[i];
    if (row instanceof HTMLElement) row.hidden = level === undefined;
    if (!level || !(row instanceof HTMLElement)) continue;
    putText(row.firstElementChild, level.size);
    putText(row.lastElementChild, level.price);
    // A style that is set is computed again, changed or not.
    const depth = level.depth.toFixed(2);
    if (row.style.getPropertyValue('--depth') !== depth) row.style.setProperty('--depth', depth);
  }
  putClass(body, 'ladder-empty', levels.length === 0);
}
