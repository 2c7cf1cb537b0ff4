import { useMemo, useState } from 'react';
import { isOpen } from '../../../protocol/orders.ts';
import { useView } from '../../app/services.ts';
import { formatAge, plural } from '../../ui/format.ts';
import { Panel } from '../../ui/panel.tsx';
import { useLastKnown, useOrdersOrigin } from '../selected.ts';
import { CancelAll } from './CancelAll.tsx';
import { FillsTable } from './FillsTable.tsx';
import { OrdersTable } from './OrdersTable.tsx';
import { PositionsTable } from './PositionsTable.tsx';
import { Ticket } from './Ticket.tsx';

const TABS = ['Orders', 'Positions', 'Fills'] as const;
type Tab = (typeof TABS)[number];

export function OrdersPanel() {
  const origin = useOrdersOrigin();
  const [tab, setTab] = useState<Tab>('Orders');
  const [filter, setFilter] = useState('');
  const [openOnly, setOpenOnly] = useState(true);
  const [ticket, setTicket] = useState(false);
  const [exportSlot, setExportSlot] = useState<HTMLElement | null>(null);
  const lastKnown = useLastKnown();
  const counts = useCounts();
  return (
    <Panel title="Orders · Positions · Fills" origin={origin} provenance={<Provenance counts={counts} />}>
      <div className="orders">
        <div className="toolbar">
          <div className="row" role="group" aria-label="Show">
            {TABS.map((name) => (
              <button
                key={name}
                type="button"
                className="toggle"
                aria-pressed={tab === name}
                onClick={() => setTab(name)}
              >
                {name} {counts[name]}
              </button>
            ))}
          </div>
          <input
            className="input input-small orders-filter"
            type="search"
            placeholder="Filter"
            aria-label="Filter rows"
            value={filter}
            onChange={(event) => setFilter(event.target.value)}
          />
          {tab === 'Orders' && (
            <button
              type="button"
              className="toggle"
              aria-pressed={openOnly}
              onClick={() => setOpenOnly((before) => !before)}
            >
              Open only
            </button>
          )}
          <span className="toolbar-space" />
          <span ref={setExportSlot} />
          <button
            type="button"
            className="toggle"
            aria-pressed={ticket}
            onClick={() => setTicket((before) => !before)}
          >
            Ticket
          </button>
          <CancelAll />
        </div>
        {ticket && <Ticket />}
        <div className={lastKnown ? 'orders-table stale' : 'orders-table'}>
          {tab === 'Orders' && <OrdersTable exportSlot={exportSlot} filter={filter} openOnly={openOnly} />}
          {tab === 'Positions' && <PositionsTable exportSlot={exportSlot} filter={filter} />}
          {tab === 'Fills' && <FillsTable exportSlot={exportSlot} filter={filter} />}
        </div>
      </div>
    </Panel>
  );
}

interface Counts extends Readonly<Record<Tab, number>> {
  readonly unknown: number;
  readonly foreign: number;
}

function useCounts(): Counts {
  const orders = useView('control', (view) => view.state?.orders);
  const positions = useView('control', (view) => view.state?.positions);
  const fills = useView('control', (view) => view.state?.fills.length ?? 0);
  return useMemo(() => {
    const open = (orders ?? []).filter((order) => isOpen(order.state));
    const standing = (positions ?? []).filter((position) => position.size !== 0);
    return {
      Orders: open.length,
      Positions: standing.length,
      Fills: fills,
      unknown: open.filter((order) => order.state === 'unknown').length,
      foreign: open.filter((order) => order.owner === 'foreign').length,
    };
  }, [orders, positions, fills]);
}

/** What is open, and when the venue was last asked: by the venue's own health row. */
function Provenance({ counts }: { readonly counts: Counts }) {
  const checkedAt = useView('control', (view) => {
    const rows = view.state?.health.filter((row) => row.id.startsWith('venue:')) ?? [];
    return rows.length === 0 ? null : Math.min(...rows.map((row) => row.checkedAt));
  });
  const seconds = useView('clock', (view) =>
    checkedAt === null ? null : Math.max(0, Math.round((view.estimatedNow - checkedAt) / 1_000_000)),
  );
  const lastKnown = useLastKnown();
  const parts = [
    ...(lastKnown ? ['last known'] : []),
    `${counts.Orders} open`,
    plural(counts.Positions, 'position'),
    ...(counts.unknown > 0 ? [`${counts.unknown} unknown`] : []),
    ...(counts.foreign > 0 ? [`${counts.foreign} foreign`] : []),
    ...(seconds === null ? [] : [`venue read ${formatAge(seconds * 1000)} ago`]),
  ];
  return <>{parts.join(' · ')}</>;
}
