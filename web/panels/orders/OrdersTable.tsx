import { useMemo } from 'react';
import { formatSize, type Instrument } from '../../../protocol/instrument.ts';
import { isOpen, type OrderView } from '../../../protocol/orders.ts';
import { useServices, useView } from '../../app/services.ts';
import { formatAge } from '../../ui/format.ts';
import { Arrow, StatusMark } from '../../ui/status-mark.tsx';
import { priceText } from '../../ui/price.ts';
import { Table, type Column } from '../../ui/table.tsx';
import { AgeCell } from './AgeCell.tsx';
import { toCsv } from '../../ui/csv.ts';
import { saveText } from '../../ui/save-file.ts';
import { ExportButton } from './ExportButton.tsx';
import { orderStateWords } from './order-state.ts';
import { useCommand } from './use-command.ts';

interface OrderRow {
  readonly order: OrderView;
  readonly instrument: Instrument | undefined;
}

export function OrdersTable({
  filter,
  openOnly,
  exportSlot,
}: {
  readonly filter: string;
  readonly openOnly: boolean;
  readonly exportSlot: HTMLElement | null;
}) {
  const { clock } = useServices();
  const orders = useView('control', (view) => view.state?.orders);
  const instruments = useView('control', (view) => view.state?.instruments);
  const run = useCommand();
  const rows = useMemo<readonly OrderRow[]>(() => {
    const wanted = filter.trim().toLowerCase();
    return (orders ?? [])
      .filter((order) => !openOnly || isOpen(order.state))
      .map((order) => ({ order, instrument: instruments?.[order.instrument] }))
      .filter((row) => wanted === '' || haystack(row).includes(wanted))
      .toSorted((a, b) => b.order.createdAt - a.order.createdAt);
  }, [orders, instruments, filter, openOnly]);
  const columns = useMemo(
    () => orderColumns((order) => void run({ type: 'order.cancel', orderId: order.orderId })),
    [run],
  );
  return (
    <>
      <Table
        label="Orders"
        columns={columns}
        rows={rows}
        rowKey={({ order }) => order.orderId}
        empty={openOnly ? 'No open orders.' : 'No orders.'}
      />
      <ExportButton
        slot={exportSlot}
        name="orders"
        onExport={() => saveText('orders.csv', ordersCsv(rows, clock.getState().estimatedNow))}
      />
    </>
  );
}

function haystack({ order, instrument }: OrderRow): string {
  return [order.orderId, order.strategy, order.owner, order.side, order.state, instrument?.name]
    .join(' ')
    .toLowerCase();
}

const price = ({ order, instrument }: OrderRow): string =>
  order.price === null ? 'market' : instrument ? priceText(order.price, instrument) : String(order.price);
const size = ({ order, instrument }: OrderRow): string =>
  instrument ? formatSize(order.size, instrument) : String(order.size);
const filledPart = ({ order }: OrderRow): number => (order.size === 0 ? 0 : order.filled / order.size);

function orderColumns(cancel: (order: OrderView) => void): readonly Column<OrderRow>[] {
  return [
    {
      id: 'order',
      title: 'Order',
      track: '58px',
      from: 558,
      cell: ({ order }) => (
        <span className="mono quiet" title={order.orderId}>
          {order.orderId.slice(-7)}
        </span>
      ),
      mask: 'id',
    },
    {
      id: 'owner',
      title: 'Strategy',
      track: 'minmax(56px, 0.8fr)',
      from: 672,
      order: ({ order }) => order.strategy ?? order.owner,
      cell: ({ order }) =>
        order.owner === 'foreign' ? <span className="foreign">foreign</span> : (order.strategy ?? 'operator'),
    },
    {
      id: 'instrument',
      title: 'Instrument',
      track: 'minmax(82px, 1fr)',
      order: ({ instrument }) => instrument?.name ?? '',
      cell: ({ instrument, order }) => instrument?.name ?? `#${order.instrument}`,
    },
    {
      id: 'side',
      title: 'Side',
      track: '50px',
      order: ({ order }) => order.side,
      cell: ({ order }) => (
        <span className={order.side === 'buy' ? 'up' : 'down'}>
          <Arrow up={order.side === 'buy'} />
          {order.side}
        </span>
      ),
    },
    {
      id: 'price',
      title: 'Price',
      track: 'minmax(70px, 1fr)',
      align: 'right',
      order: ({ order }) => order.price ?? 0,
      cell: price,
    },
    {
      id: 'size',
      title: 'Size',
      track: 'minmax(60px, 0.9fr)',
      align: 'right',
      order: ({ order }) => order.size,
      cell: size,
    },
    {
      id: 'filled',
      title: 'Filled',
      track: '42px',
      from: 608,
      align: 'right',
      order: filledPart,
      cell: (row) => (filledPart(row) === 0 ? '0' : `${Math.floor(filledPart(row) * 100)} %`),
    },
    {
      id: 'state',
      title: 'State',
      track: 'minmax(64px, 1.5fr)',
      align: 'right',
      order: ({ order }) => order.state,
      cell: ({ order }) => <State order={order} />,
    },
    {
      id: 'age',
      title: 'Age',
      track: '48px',
      from: 492,
      align: 'right',
      mask: 'age',
      order: ({ order }) => 0 - order.createdAt,
      cell: ({ order }) => <AgeCell at={order.createdAt} />,
    },
    {
      id: 'cancel',
      title: '',
      track: '52px',
      from: 436,
      align: 'right',
      cell: ({ order, instrument }) =>
        isOpen(order.state) && (
          <button
            type="button"
            className="button-row"
            aria-label={`Cancel ${order.side} ${instrument?.name ?? ''} ${order.orderId.slice(-7)}`}
            onClick={() => cancel(order)}
          >
            cancel
          </button>
        ),
    },
  ];
}

function State({ order }: { readonly order: OrderView }) {
  const { text, tone } = orderStateWords(order);
  return (
    <span className={tone === 'ok' ? '' : `tone-${tone}`} title={order.reason ?? ''}>
      {tone !== 'ok' && <StatusMark tone={tone} />} {text}
    </span>
  );
}

function ordersCsv(rows: readonly OrderRow[], nowMicros: number): string {
  return toCsv(
    [
      'order',
      'venue order',
      'owner',
      'strategy',
      'instrument',
      'side',
      'type',
      'time in force',
      'price',
      'size',
      'filled lots',
      'state',
      'reason',
      'created (UTC)',
      'age',
    ],
    rows.map((row) => {
      const { order, instrument } = row;
      return [
        order.orderId,
        order.venueOrderId ?? '',
        order.owner,
        order.strategy ?? '',
        instrument?.name ?? '',
        order.side,
        order.type,
        order.timeInForce,
        price(row),
        size(row),
        order.filled,
        order.state,
        order.reason ?? '',
        new Date(order.createdAt / 1000).toISOString(),
        formatAge((nowMicros - order.createdAt) / 1000),
      ];
    }),
  );
}
