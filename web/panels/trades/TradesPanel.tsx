import { useView } from '../../app/services.ts';
import type { TradeView } from '../../stream/port.ts';
import { plural, utcMillis, utcTime } from '../../ui/format.ts';
import { Panel } from '../../ui/panel.tsx';
import { Arrow } from '../../ui/status-mark.tsx';
import { Table, type Column } from '../../ui/table.tsx';
import { useDataOrigin, useFeedStale, useLabel, useSelected } from '../selected.ts';

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

export function TradesPanel() {
  const origin = useDataOrigin();
  const instrument = useSelected();
  const label = useLabel();
  const index = instrument?.index ?? -1;
  const trades = useView('market', (view) => view.trades.get(index) ?? NONE);
  const skipped = useView('market', (view) => view.skipped.get(index) ?? 0);
  const stale = useFeedStale(instrument?.venue ?? null);
  return (
    <Panel
      title={instrument ? `Trades · ${label(instrument)}` : 'Trades'}
      origin={origin}
      provenance={
        skipped > 0 ? `last ${trades.length} · ${plural(skipped, 'trade')} skipped` : `last ${trades.length}`
      }
    >
      <div className={stale ? 'fill stale' : 'fill'}>
        <Table
          label="Trades, newest first"
          columns={COLUMNS}
          rows={trades}
          rowKey={(trade) => trade.id}
          empty="No trade since this instrument was chosen."
        />
      </div>
    </Panel>
  );
}
