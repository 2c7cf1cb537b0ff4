import { memo, useLayoutEffect, useRef } from 'react';
import { useServices } from '../../app/services.ts';
import { arbitrageFrom, type Arbitrage } from '../../state/arbitrage.ts';
import { quoteFreshness, type Freshness } from '../../state/freshness.ts';
import type { Hold } from '../../state/hold.ts';
import { markNow, marksAreHeard } from '../../state/mark-now.ts';
import type { MarketView } from '../../state/market.ts';
import type { SameMarket } from '../../state/same-market.ts';
import type { MarkView, QuoteView } from '../../stream/port.ts';
import { formatDecimal } from '../../../protocol/decimal.ts';
import type { Instrument } from '../../../protocol/instrument.ts';
import { formatAge, formatBps, formatPercent } from '../../ui/format.ts';
import { putClass, putText } from '../../ui/live.tsx';
import { markText } from './watch-mark.ts';
import { spreadBps } from './watch-order.ts';

interface WatchRowProps {
  readonly source: Hold<MarketView>;
  readonly instrument: number;
  readonly name: string;
  /** Null: all are of one venue. */
  readonly venue: string | null;
  /** Of a contract, itself; null: it has no mark; undefined: nothing that is listed has one. */
  readonly marked: Instrument | null | undefined;
  /** Null: no other venue has it. */
  readonly market: SameMarket | null;
  readonly top: number;
  readonly rowIndex: number;
  readonly selected: boolean;
  readonly onSelect: (instrument: number) => void;
}

const AGE_EVERY_MS = 240;

/** One instrument; its texts are written straight from the stores, past React. */
export const WatchRow = memo(function WatchRow({
  source,
  instrument,
  name,
  venue,
  marked,
  market: same,
  top,
  rowIndex,
  selected,
  onSelect,
}: WatchRowProps) {
  const { clock, statistics, control } = useServices();
  const ref = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const row = ref.current;
    if (!row) return;
    let drawn: QuoteView | undefined;
    let mark: MarkView | null = null;
    let agedAt = -Infinity;
    const drawQuote = (): void => {
      const quote = source.getState().quotes[instrument];
      if (quote === drawn) return;
      drawn = quote;
      if (quote) writeQuote(row, quote);
    };
    const drawAge = (): void => {
      const { estimatedNow, stale } = clock.getState();
      const now = estimatedNow / 1000;
      if (Math.abs(now - agedAt) < AGE_EVERY_MS) return;
      agedAt = now;
      writeAge(row, drawn, quoteFreshness(drawn, stale, estimatedNow), estimatedNow);
      // Held still, the list shows the mark it had; its age goes on.
      if (!mark || !source.held()) mark = statistics.getState().of[instrument]?.mark ?? null;
      if (marked) {
        const heard = marksAreHeard(control.getState().state?.feeds ?? [], marked.venue);
        writeMark(row, marked, markNow(mark, heard), now, stale);
      }
      if (!same) return;
      const { quotes } = source.getState();
      writeArbitrage(row, same, arbitrageFrom(instrument, same, quotes, stale, estimatedNow));
    };
    drawQuote();
    drawAge();
    const stopQuotes = source.subscribe(drawQuote);
    const stopClock = clock.subscribe(drawAge);
    return () => {
      stopQuotes();
      stopClock();
    };
  }, [source, clock, statistics, control, instrument, marked, same]);
  return (
    <div
      ref={ref}
      id={`watch-${instrument}`}
      role="row"
      aria-rowindex={rowIndex}
      aria-selected={selected}
      className="table-row table-line watch-row"
      style={{ top }}
      onClick={() => onSelect(instrument)}
    >
      <div role="gridcell" title={name}>
        {name}
      </div>
      <div role="gridcell" className="quiet watch-venue" title={venue ?? undefined} hidden={venue === null}>
        {venue}
      </div>
      <div role="gridcell" className="right">
        –
      </div>
      <div role="gridcell" className="right">
        –
      </div>
      <div role="gridcell" className="right quiet watch-spread">
        –
      </div>
      <div role="gridcell" className="right change watch-hour">
        <span className="for-readers" />
        <span>–</span>
      </div>
      <div role="gridcell" className="right watch-mark" hidden={marked === undefined} data-mask="latency">
        {marked ? 'no data' : ''}
      </div>
      <div role="gridcell" className="right watch-arbitrage" hidden={venue === null} data-mask="latency">
        {same ? '–' : ''}
      </div>
      <div role="gridcell" className="right quiet" data-mask="age">
        –
      </div>
    </div>
  );
});

function writeQuote(row: Element, quote: QuoteView): void {
  const [, , bid, ask, spread, change] = row.children;
  putText(bid, quote.bid);
  putText(ask, quote.ask);
  const bps = spreadBps(quote);
  putText(spread, bps === null ? '–' : formatBps(bps));
  if (!change) return;
  const direction = quote.change === null || quote.change === 0 ? 'none' : quote.change > 0 ? 'up' : 'down';
  putText(change.firstElementChild, direction === 'none' ? '' : direction);
  putText(change.lastElementChild, quote.change === null ? '–' : formatPercent(quote.change));
  if (change.getAttribute('data-direction') !== direction) change.setAttribute('data-direction', direction);
}

function writeAge(row: Element, quote: QuoteView | undefined, fresh: Freshness, nowMicros: number): void {
  putClass(row, 'stale', fresh === 'stale');
  const cell = row.lastElementChild;
  if (!quote || fresh === 'unknown') {
    putText(cell, 'no data');
    return;
  }
  const age = formatAge((nowMicros - quote.receivedAt) / 1000);
  putText(cell, fresh === 'quiet' ? `q ${age}` : age);
  const title = fresh === 'quiet' ? 'Quiet: the feed is live, this instrument is silent.' : '';
  if (cell?.getAttribute('title') !== title) cell?.setAttribute('title', title);
}

/** It comes over a connection that may be another than the quote's, and is as old as it says. */
function writeMark(
  row: Element,
  instrument: Instrument,
  mark: MarkView | null,
  nowMs: number,
  pathStale: boolean,
): void {
  const cell = row.children[row.children.length - 3];
  const { text, isOld } = markText(instrument, mark, nowMs, pathStale);
  putText(cell, text);
  if (cell) putClass(cell, 'stale', isOld);
}

/** With its size and age: an opportunity that is large, old or of one lot is three different things. */
function writeArbitrage(row: Element, { sizeDecimals }: SameMarket, found: Arbitrage | null): void {
  const cell = row.children[row.children.length - 2];
  const text = found
    ? `+${formatBps(found.bps)} ${found.sellAt} · ${formatDecimal(found.size, sizeDecimals)} · ${formatAge(found.ageMs)}`
    : '–';
  putText(cell, text);
  if (cell) putClass(cell, 'arbitrage', found !== null);
}
