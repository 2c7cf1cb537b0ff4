import { useCallback, useState } from 'react';
import { useStore } from 'zustand';
import { useServices } from '../../app/services.ts';
import type { MarketView } from '../../state/market.ts';
import { tradesSince } from '../../state/trades-since.ts';
import type { TradeView } from '../../stream/port.ts';
import { plural, utcMillis, utcTime } from '../../ui/format.ts';
import { Panel } from '../../ui/panel.tsx';
import { Arrow } from '../../ui/status-mark.tsx';
import { Table, type Column } from '../../ui/table.tsx';
import { Pausable, PauseButton, usePause } from '../pause.tsx';
import { useDataOrigin, useInstrumentStale, useLabel, useSelected } from '../selected.ts';

const NONE: readonly TradeView[] = [];

const COLUMNS: readonly Column<TradeView>[] = [
  {
    id: 'at',
    title: 'Time',
    track: '58px',
    cell: (trade) => (
      <span className="quiet" title={utcMillis(trade.at)}>
        {utcTime(trade.at)}
      </span>
    ),
    mask: 'clock',
  },
  {
    id: 'price',
    title: 'Price',
    track: 'minmax(0, 1.2fr)',
    align: 'right',
    cell: (trade) => (
      <span className={trade.side === null ? undefined : trade.side === 'buy' ? 'up' : 'down'}>
        {trade.side !== null && (
          <>
            <Arrow up={trade.side === 'buy'} />
            <span className="for-readers">{trade.side} </span>
          </>
        )}
        {trade.price}
      </span>
    ),
  },
  { id: 'size', title: 'Size', track: 'minmax(0, 0.9fr)', align: 'right', cell: (trade) => trade.size },
];

/** The tape of the instrument that is looked at. Paused it stands still, and misses nothing. */
export function TradesPanel() {
  const { market } = useServices();
  const origin = useDataOrigin();
  const instrument = useSelected();
  const label = useLabel();
  const index = instrument?.index ?? -1;
  const pause = usePause(String(index));
  const trades = useStore(pause.source, (view) => view.trades.get(index) ?? NONE);
  const skipped = useStore(pause.source, (view) => view.skipped.get(index) ?? 0);
  const stale = useInstrumentStale(instrument);
  const [missed, setMissed] = useState({ of: index, trades: 0 });
  const since = useCallback(
    (now: MarketView, held: MarketView) => tradesSince(now.trades.get(index), held.trades.get(index)).came,
    [index],
  );
  const toggle = (): void => {
    const held = pause.source.held();
    const lost = held ? tradesSince(market.getState().trades.get(index), held.trades.get(index)).lost : 0;
    setMissed({ of: index, trades: lost });
    pause.toggle();
  };
  const words = [
    `last ${trades.length}`,
    ...(skipped > 0 ? [`${plural(skipped, 'trade')} skipped`] : []),
    ...(missed.of === index && missed.trades > 0
      ? [`${plural(missed.trades, 'trade')} of the pause not kept`]
      : []),
  ];
  return (
    <Panel
      title={instrument ? `Trades · ${label(instrument)}` : 'Trades'}
      origin={origin}
      tools={<PauseButton pause={{ ...pause, toggle }} what="the tape" />}
      provenance={words.join(' · ')}
    >
      <Pausable pause={pause} since={since} noun="trades">
        <div className={stale ? 'fill stale' : 'fill'}>
          <Table
            label="Trades, newest first"
            columns={COLUMNS}
            rows={trades}
            rowKey={(trade) => trade.number}
            empty="No trade since this instrument was chosen."
          />
        </div>
      </Pausable>
    </Panel>
  );
}
