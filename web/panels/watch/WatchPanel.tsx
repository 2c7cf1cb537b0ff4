import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { useServices, useView } from '../../app/services.ts';
import { Panel } from '../../ui/panel.tsx';
import { isFound } from '../../ui/instrument-label.ts';
import { ROW_HEIGHT } from '../../ui/table.tsx';
import { useDataOrigin, useSeveralVenues } from '../selected.ts';
import { WatchRow } from './WatchRow.tsx';

/** The head scrolls with the rows and sticks: grid and scroller are one element, which takes the keys. */
const HEAD_HEIGHT = 28;

export function WatchPanel() {
  const { preferences } = useServices();
  const origin = useDataOrigin();
  const instruments = useView('control', (view) => view.state?.instruments);
  const hz = useView('link', (view) => view.stats?.hz ?? null);
  const selected = useView('preferences', (view) => view.selected);
  const [filter, setFilter] = useState('');
  const several = useSeveralVenues();
  const shown = useMemo(() => {
    const wanted = filter.trim();
    return (instruments ?? []).filter((instrument) => isFound(instrument, wanted));
  }, [instruments, filter]);
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 4,
    scrollMargin: HEAD_HEIGHT,
    scrollPaddingStart: HEAD_HEIGHT,
    initialRect: { width: 340, height: 800 },
  });
  const select = useCallback((index: number) => preferences.setState({ selected: index }), [preferences]);
  const at = shown.findIndex((instrument) => instrument.index === selected);
  const { scrollToIndex } = virtual;
  useEffect(() => {
    if (at >= 0) scrollToIndex(at, { align: 'auto' });
  }, [at, scrollToIndex]);

  const key = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 12, PageUp: -12, Home: -Infinity, End: Infinity }[
      event.key
    ];
    if (step === undefined) return;
    event.preventDefault();
    const next = shown[Math.min(Math.max(at + step, 0), shown.length - 1)];
    if (next) select(next.index);
  };
  const total = instruments?.length ?? 0;
  return (
    <Panel
      title="Watch"
      origin={origin}
      tools={
        <input
          className="input input-small watch-filter"
          type="search"
          aria-label="Filter instruments"
          placeholder="Filter"
          value={filter}
          onChange={(event) => setFilter(event.target.value)}
        />
      }
      provenance={`${shown.length} of ${total}${hz === null ? '' : ` · ${hz}/s`}`}
    >
      <div
        ref={scroller}
        className={several ? 'watch watch-several' : 'watch'}
        role="grid"
        aria-label="Instruments"
        aria-rowcount={shown.length + 1}
        aria-activedescendant={at >= 0 ? `watch-${selected ?? ''}` : undefined}
        tabIndex={0}
        onKeyDown={key}
      >
        <div role="rowgroup" className="table-head">
          <div role="row" className="table-row watch-row" aria-rowindex={1}>
            <div role="columnheader">Instrument</div>
            <div role="columnheader" className="watch-venue" hidden={!several}>
              Venue
            </div>
            <div role="columnheader" className="right">
              Bid
            </div>
            <div role="columnheader" className="right">
              Ask
            </div>
            <div role="columnheader" className="right watch-spread">
              Spread
            </div>
            <div role="columnheader" className="right watch-hour">
              1 h
            </div>
            <div role="columnheader" className="right">
              Age
            </div>
          </div>
        </div>
        <div role="rowgroup" className="table-rows" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const instrument = shown[item.index];
            return (
              instrument && (
                <WatchRow
                  key={instrument.index}
                  instrument={instrument.index}
                  name={instrument.name}
                  venue={several ? instrument.venue : null}
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
    </Panel>
  );
}
