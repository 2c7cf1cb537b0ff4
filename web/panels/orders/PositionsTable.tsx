import { useMemo } from 'react';
import { formatDecimal } from '../../../protocol/decimal.ts';
import { formatSize, type Instrument } from '../../../protocol/instrument.ts';
import type { Position } from '../../../protocol/orders.ts';
import type { Lots } from '../../../protocol/units.ts';
import { useView } from '../../app/services.ts';
import { formatMoney, grouped } from '../../ui/format.ts';
import { Table, type Column } from '../../ui/table.tsx';
import { toCsv } from '../../ui/csv.ts';
import { saveText } from '../../ui/save-file.ts';
import { ExportButton } from './ExportButton.tsx';

interface PositionRow {
  readonly position: Position;
  readonly instrument: Instrument;
}

export function PositionsTable({
  filter,
  exportSlot,
}: {
  readonly filter: string;
  readonly exportSlot: HTMLElement | null;
}) {
  const positions = useView('control', (view) => view.state?.positions);
  const instruments = useView('control', (view) => view.state?.instruments);
  const rows = useMemo<readonly PositionRow[]>(() => {
    const wanted = filter.trim().toLowerCase();
    return (positions ?? [])
      .filter((position) => position.size !== 0 || position.openBuy !== 0 || position.openSell !== 0)
      .flatMap((position) => {
        const instrument = instruments?.[position.instrument];
        return instrument ? [{ position, instrument }] : [];
      })
      .filter(({ instrument }) => instrument.name.toLowerCase().includes(wanted));
  }, [positions, instruments, filter]);
  return (
    <>
      <Table
        label="Positions"
        columns={COLUMNS}
        rows={rows}
        rowKey={({ position }) => position.instrument}
        empty="No positions."
      />
      <ExportButton
        slot={exportSlot}
        name="positions"
        onExport={() => saveText('positions.csv', positionsCsv(rows))}
      />
    </>
  );
}

/** Not a difference to the position: an account has funds of its own. */
const BALANCE = 'What the account holds at the venue, with what it held before we traded.';
const lots = (size: number, instrument: Instrument): string => formatSize(size as Lots, instrument);
/** Of different currencies too: by how it looks. */
const realisedOrder = ({ position: { realised: paid } }: PositionRow): number =>
  paid ? Number(paid.amount) / 10 ** paid.decimals : 0;

/** The entry price, from thousandths of a tick, cut to the tick's own decimals and one more. */
function entry({ position, instrument }: PositionRow): string {
  if (position.averageMilliTicks === null) return '–';
  const units = Math.round(position.averageMilliTicks * instrument.tickStep);
  const text = formatDecimal(units, instrument.priceScale + 3);
  return text.slice(0, -2);
}

const COLUMNS: readonly Column<PositionRow>[] = [
  {
    id: 'instrument',
    title: 'Instrument',
    track: 'minmax(90px, 1fr)',
    order: ({ instrument }) => instrument.name,
    cell: ({ instrument }) => instrument.name,
  },
  {
    id: 'size',
    title: 'Position',
    track: 'minmax(80px, 1fr)',
    align: 'right',
    order: ({ position }) => position.size,
    cell: ({ position, instrument }) => lots(position.size, instrument),
  },
  {
    id: 'venue',
    title: 'Venue balance',
    track: 'minmax(104px, 1.2fr)',
    from: 380,
    align: 'right',
    cell: ({ position, instrument }) =>
      position.venueSize === null ? (
        <span className="quiet">not asked</span>
      ) : (
        <span className="second" title={BALANCE}>
          {lots(position.venueSize, instrument)}
        </span>
      ),
  },
  { id: 'entry', title: 'Entry', track: 'minmax(80px, 1fr)', from: 470, align: 'right', cell: entry },
  {
    id: 'buys',
    title: 'Working buys',
    track: 'minmax(84px, 1fr)',
    from: 580,
    align: 'right',
    order: ({ position }) => position.openBuy,
    cell: ({ position, instrument }) => lots(position.openBuy, instrument),
  },
  {
    id: 'sells',
    title: 'Working sells',
    track: 'minmax(84px, 1fr)',
    from: 672,
    align: 'right',
    order: ({ position }) => position.openSell,
    cell: ({ position, instrument }) => lots(position.openSell, instrument),
  },
  {
    id: 'realised',
    title: 'Realised',
    track: 'minmax(86px, 1fr)',
    align: 'right',
    order: realisedOrder,
    cell: (row) => {
      const paid = row.position.realised;
      if (!paid) return 'unknown';
      const value = BigInt(paid.amount);
      const tone = value === 0n ? '' : value > 0n ? 'up' : 'down';
      return (
        <span className={tone}>
          {value > 0n ? '+' : ''}
          {paid.decimals === 6 ? formatMoney(value) : grouped(formatDecimal(value, paid.decimals))}{' '}
          {paid.currency}
        </span>
      );
    },
  },
];

function realisedText({ position: { realised: paid } }: PositionRow): string {
  return paid ? formatDecimal(BigInt(paid.amount), paid.decimals) : '';
}

function positionsCsv(rows: readonly PositionRow[]): string {
  return toCsv(
    [
      'instrument',
      'position',
      'venue balance',
      'entry',
      'working buys',
      'working sells',
      'realised',
      'currency',
    ],
    rows.map((row) => {
      const { position, instrument } = row;
      return [
        instrument.name,
        lots(position.size, instrument),
        position.venueSize === null ? '' : lots(position.venueSize, instrument),
        entry(row),
        lots(position.openBuy, instrument),
        lots(position.openSell, instrument),
        realisedText(row),
        position.realised?.currency ?? '',
      ];
    }),
  );
}
