import { useMemo } from 'react';
import { formatDecimal } from '../../../protocol/decimal.ts';
import { formatSize, notional, settledWorth, type Instrument } from '../../../protocol/instrument.ts';
import type { Fill } from '../../../protocol/orders.ts';
import { useView } from '../../app/services.ts';
import { formatMoney, utcMillis } from '../../ui/format.ts';
import { Arrow } from '../../ui/status-mark.tsx';
import { priceText } from '../../ui/price.ts';
import { Table, type Column } from '../../ui/table.tsx';
import { toCsv } from '../../ui/csv.ts';
import { saveText } from '../../ui/save-file.ts';
import { ExportButton } from './ExportButton.tsx';

interface FillRow {
  readonly fill: Fill;
  readonly instrument: Instrument;
}

export function FillsTable({
  filter,
  exportSlot,
}: {
  readonly filter: string;
  readonly exportSlot: HTMLElement | null;
}) {
  const fills = useView('control', (view) => view.state?.fills);
  const instruments = useView('control', (view) => view.state?.instruments);
  const rows = useMemo<readonly FillRow[]>(() => {
    const wanted = filter.trim().toLowerCase();
    return (fills ?? [])
      .flatMap((fill) => {
        const instrument = instruments?.[fill.instrument];
        return instrument ? [{ fill, instrument }] : [];
      })
      .filter(({ fill, instrument }) =>
        `${instrument.name} ${fill.side} ${fill.orderId}`.toLowerCase().includes(wanted),
      )
      .toReversed();
  }, [fills, instruments, filter]);
  return (
    <>
      <Table
        label="Fills, newest first"
        columns={COLUMNS}
        rows={rows}
        rowKey={({ fill }) => fill.fillId}
        empty="No fills yet. The last 500 are kept here."
      />
      <ExportButton slot={exportSlot} name="fills" onExport={() => saveText('fills.csv', fillsCsv(rows))} />
    </>
  );
}

const COLUMNS: readonly Column<FillRow>[] = [
  {
    id: 'at',
    title: 'Time (UTC)',
    track: '102px',
    from: 460,
    mask: 'clock',
    order: ({ fill }) => fill.at,
    cell: ({ fill }) => <span className="quiet">{utcMillis(fill.at)}</span>,
  },
  {
    id: 'instrument',
    title: 'Instrument',
    track: 'minmax(90px, 1fr)',
    order: ({ instrument }) => instrument.name,
    cell: ({ instrument }) => instrument.name,
  },
  {
    id: 'side',
    title: 'Side',
    track: '60px',
    order: ({ fill }) => fill.side,
    cell: ({ fill }) => (
      <span className={fill.side === 'buy' ? 'up' : 'down'}>
        <Arrow up={fill.side === 'buy'} />
        {fill.side}
      </span>
    ),
  },
  {
    id: 'price',
    title: 'Price',
    track: 'minmax(80px, 1fr)',
    align: 'right',
    cell: ({ fill, instrument }) => priceText(fill.price, instrument),
  },
  {
    id: 'size',
    title: 'Size',
    track: 'minmax(80px, 1fr)',
    align: 'right',
    cell: ({ fill, instrument }) => formatSize(fill.size, instrument),
  },
  {
    id: 'value',
    title: 'Value',
    track: 'minmax(90px, 1fr)',
    from: 558,
    align: 'right',
    cell: worthText,
  },
  {
    id: 'order',
    title: 'Order',
    track: 'minmax(80px, 1fr)',
    from: 646,
    align: 'right',
    cell: ({ fill }) => <span className="mono quiet">{fill.orderId.slice(-7)}</span>,
  },
];

function fillsCsv(rows: readonly FillRow[]): string {
  return toCsv(
    ['time (UTC)', 'fill', 'order', 'instrument', 'side', 'price', 'size'],
    rows.map(({ fill, instrument }) => [
      new Date(fill.at / 1000).toISOString(),
      fill.fillId,
      fill.orderId,
      instrument.name,
      fill.side,
      priceText(fill.price, instrument),
      formatSize(fill.size, instrument),
    ]),
  );
}

/** Of an inverse contract also in what it settles in. */
function worthText({ fill, instrument }: FillRow): string {
  const micros = notional(instrument, fill.price, fill.size);
  if (micros === null) return 'unknown';
  const settled = settledWorth(instrument, fill.price, fill.size);
  return settled === null
    ? formatMoney(micros)
    : `${formatMoney(micros)} · ${formatDecimal(settled, 8)} ${instrument.base}`;
}
