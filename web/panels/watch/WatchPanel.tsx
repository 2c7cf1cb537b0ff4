import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { useServices, useView } from '../../app/services.ts';
import type { MarketView } from '../../state/market.ts';
import { isFound } from '../../ui/instrument-label.ts';
import { observeSize } from '../../ui/observe-size.ts';
import { Panel } from '../../ui/panel.tsx';
import { ROW_HEIGHT } from '../../ui/table.tsx';
import { Pausable, PauseButton, usePause } from '../pause.tsx';
import { useDataOrigin, useSameMarkets, useSeveralVenues } from '../selected.ts';
import { useWatchOrder } from './use-watch-order.ts';
import { WatchHead } from './WatchHead.tsx';
import { hasMark } from './watch-mark.ts';
import { WatchRow } from './WatchRow.tsx';
import type { WatchSorting } from './watch-order.ts';

/** The head scrolls with the rows and sticks: grid and scroller are one element, which takes the keys. */
const HEAD_HEIGHT = 28;
const PAGE = 12;
const STEPS: Readonly<Record<string, number>> = {
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: PAGE,
  PageUp: -PAGE,
  Home: -Infinity,
  End: Infinity,
};

const updatesSince = (now: MarketView, held: MarketView): number =>
  Math.max(0, now.quoteUpdates - held.quoteUpdates);

/** Every instrument of every venue; only the rows in sight are drawn, so that thousands cost what forty do. */
export function WatchPanel() {
  const { preferences } = useServices();
  const origin = useDataOrigin();
  const instruments = useView('control', (view) => view.state?.instruments);
  const hz = useView('link', (view) => view.stats?.hz ?? null);
  const selected = useView('preferences', (view) => view.selected);
  const [filter, setFilter] = useState('');
  const [sorting, setSorting] = useState<WatchSorting | null>(null);
  const several = useSeveralVenues();
  const markets = useSameMarkets();
  const found = useMemo(() => {
    const wanted = filter.trim();
    return (instruments ?? []).filter((instrument) => isFound(instrument, wanted));
  }, [instruments, filter]);
  const marks = useMemo(() => (instruments ?? []).some(hasMark), [instruments]);
  const pause = usePause('watch');
  const shown = useWatchOrder(found, sorting, markets, pause.source);
  const scroller = useRef<HTMLDivElement>(null);
  const search = useRef<HTMLInputElement>(null);
  const virtual = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    observeElementRect: observeSize,
    estimateSize: () => ROW_HEIGHT,
    overscan: 4,
    scrollMargin: HEAD_HEIGHT,
    scrollPaddingStart: HEAD_HEIGHT,
    initialRect: { width: 340, height: 800 },
  });
  const select = useCallback((index: number) => preferences.setState({ selected: index }), [preferences]);
  const at = useMemo(() => shown.findIndex(({ index }) => index === selected), [shown, selected]);
  // Once it is chosen or looked for, not each time that the market puts the list in another order.
  const place = useRef(-1);
  useEffect(() => {
    place.current = at;
  }, [at]);
  useEffect(() => {
    // Asking to scroll makes the browser lay the page out: not for the first row of a list at its top.
    const isInSight = place.current === 0 && (virtual.scrollOffset ?? 0) === 0;
    if (place.current >= 0 && !isInSight) virtual.scrollToIndex(place.current, { align: 'auto' });
  }, [selected, filter, sorting, virtual]);

  const step = (event: KeyboardEvent): void => {
    const by = STEPS[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const next = shown[Math.min(Math.max(at + by, 0), shown.length - 1)];
    if (next) select(next.index);
  };
  const key = (event: KeyboardEvent): void => {
    if (event.key !== '/') {
      step(event);
      return;
    }
    event.preventDefault();
    search.current?.focus();
  };
  const searchKey = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.key === 'Enter' || event.key === 'ArrowDown') {
      event.preventDefault();
      if (at < 0 && shown[0]) select(shown[0].index);
      scroller.current?.focus();
    } else if (event.key === 'Escape' && filter !== '') {
      event.stopPropagation();
      setFilter('');
    }
  };
  const rows = virtual.getVirtualItems();
  const isDrawn = rows.some(({ index }) => index === at);
  const total = instruments?.length ?? 0;
  return (
    <Panel
      title="Watch"
      origin={origin}
      tools={
        <>
          <PauseButton pause={pause} what="the watch list" />
          <input
            ref={search}
            className="input input-small watch-filter"
            type="search"
            aria-label="Filter instruments"
            placeholder="Filter"
            value={filter}
            onChange={(event) => setFilter(event.target.value)}
            onKeyDown={searchKey}
          />
        </>
      }
      provenance={`${shown.length} of ${total}${hz === null ? '' : ` · ${hz}/s`}`}
    >
      <Pausable pause={pause} since={updatesSince} noun="updates">
        <div
          ref={scroller}
          className={['watch', several && 'watch-several', marks && 'watch-marks'].filter(Boolean).join(' ')}
          role="grid"
          aria-label="Instruments"
          aria-rowcount={shown.length + 1}
          // Of a row that is scrolled away there is nothing to point at.
          aria-activedescendant={isDrawn ? `watch-${selected ?? ''}` : undefined}
          tabIndex={0}
          onKeyDown={key}
        >
          <WatchHead several={several} marks={marks} sorting={sorting} onSort={setSorting} />
          <div role="rowgroup" className="table-rows" style={{ height: virtual.getTotalSize() }}>
            {rows.map((item) => {
              const instrument = shown[item.index];
              return (
                instrument && (
                  <WatchRow
                    key={instrument.index}
                    instrument={instrument.index}
                    name={instrument.name}
                    venue={several ? instrument.venue : null}
                    source={pause.source}
                    marked={marks ? (hasMark(instrument) ? instrument : null) : undefined}
                    market={markets.get(instrument.index) ?? null}
                    top={item.start - HEAD_HEIGHT}
                    rowIndex={item.index + 2}
                    selected={instrument.index === selected}
                    onSelect={select}
                  />
                )
              );
            })}
          </div>
        </div>
      </Pausable>
    </Panel>
  );
}
